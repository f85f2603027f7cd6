"""cfn-lint, which knows things that the checks at synthesis do not, passes every template in its own Region."""

import gc
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode_str
from cfnlint.runner import Runner

# W3005: a DependsOn that a Ref implies. CDK writes one where a whole construct is depended on; it is harmless.
HARMLESS = {"W3005"}


@pytest.fixture
def all_memory() -> Iterator[None]:
    """cfn-lint makes millions of objects that live until it ends: collecting them takes a fifth of its time."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("all_memory")
def test_cfn_lint_passes_every_template(assembly: Path) -> None:
    templates = list(_templates(assembly))
    assert len(templates) > 10
    assert {path.name: found for region, path in templates if (found := lint(region, path.read_text()))} == {}


def test_cfn_lint_sees_a_mistake() -> None:
    template = '{"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"Foo": 1}}}}'
    assert any(line.startswith("E3002") for line in lint("us-east-1", template))


def lint(region: str, text: str) -> list[str]:
    """Errors and warnings, without the hints on style."""
    template, errors = decode_str(text)
    matches = errors or list(_runner(region).validate_template(template))
    return [f"{m.rule.id} {m.message}" for m in matches if m.rule.id[0] in "EW" and m.rule.id not in HARMLESS]


@cache
def _runner(region: str) -> Runner:
    return Runner(ConfigMixIn(regions=[region]))


def _templates(assembly: Path) -> Iterator[tuple[str, Path]]:
    for manifest in sorted(assembly.glob("assembly-*/manifest.json")):
        for artifact in json.loads(manifest.read_text())["artifacts"].values():
            if artifact["type"] == "aws:cloudformation:stack":
                region = artifact["environment"].rsplit("/", 1)[1]
                yield region, manifest.parent / artifact["properties"]["templateFile"]
