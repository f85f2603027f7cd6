"""Every rule refuses its refuse*.yaml with exactly the findings of the file's header, and lets its pass*.yaml pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.finding import Finding
from rules.pack import RULE_NAMES
from tests.policy.rules.engines import guard_findings, guard_rule_names, header, python_findings

HERE = Path(__file__).parent
# Not about a template's content; tested in test_plugin.py.
WITHOUT_TEMPLATES = {"TemplateIsReadable"}


def templates(pattern: str) -> list[object]:
    paths = sorted(HERE.glob(f"*/{pattern}*.yaml"))
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in paths]


def findings_of_its_rule(path: Path) -> list[Finding]:
    rule, text = path.parent.name, path.read_text("utf-8")
    findings = python_findings(text) if rule in RULE_NAMES else guard_findings(text)
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.parametrize("path", templates("refuse"))
def test_a_bad_template_is_refused_with_these_findings(path: Path):
    found = findings_of_its_rule(path)
    assert {f"{finding.id} in {finding.resource or '-'}" for finding in found} == set(header(path, "finds"))


@pytest.mark.parametrize("path", templates("pass"))
def test_a_good_template_passes(path: Path):
    assert [(finding.id, finding.resource, finding.message) for finding in findings_of_its_rule(path)] == []


@pytest.mark.parametrize("path", templates("refuse"))
def test_every_finding_says_what_is_wrong_and_what_to_do(path: Path):
    for finding in findings_of_its_rule(path):
        assert len(finding.message) > 20
        assert len(finding.fix) > 20


@pytest.mark.parametrize("rule", [*RULE_NAMES, *guard_rule_names()])
def test_every_rule_has_templates_that_it_refuses_and_that_it_lets_pass(rule: str):
    if rule not in WITHOUT_TEMPLATES:
        assert list((HERE / rule).glob("refuse*.yaml"))
        assert list((HERE / rule).glob("pass*.yaml"))
