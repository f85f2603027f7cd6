"""The bootstrap that the project names is the one that its cdk.json has."""

import json
from pathlib import Path

import pytest

from operations.toolkit import QUALIFIER, qualifier_of, toolkit_stack

CDK_JSON = json.loads((Path(__file__).parents[2] / "cdk.json").read_text())


def test_cdk_json_has_the_same_bootstrap() -> None:
    assert CDK_JSON["context"]["@aws-cdk/core:bootstrapQualifier"] == QUALIFIER
    assert CDK_JSON["toolkitStackName"] == toolkit_stack(QUALIFIER)


def test_the_cdks_own_bootstrap_keeps_its_name() -> None:
    """Whoever has it already would otherwise get a second one."""
    assert toolkit_stack(qualifier_of(None)) == "CDKToolkit"


@pytest.mark.parametrize(("parameter", "qualifier"), [("/cdk-bootstrap/mine/version", "mine"), (None, "hnb659fds")])
def test_an_assembly_tells_which_bootstrap_it_needs(parameter: str | None, qualifier: str) -> None:
    assert qualifier_of(parameter) == qualifier
