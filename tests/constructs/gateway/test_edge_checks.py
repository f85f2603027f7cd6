"""Every check that an environment must pass, over the edge."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations.local.assembly import read_environment
from rules.report import REPORT
from tests.constructs.gateway.edge_app import DEFAULT_NAME, OWN_NAME
from tests.policy.test_cfn_lint import lint

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The assembly and how the run ended. In a process of its own: there the built-in validation is on."""
    folder = tmp_path_factory.mktemp("checked")
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.constructs.gateway.edge_app", str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,  # the first test tells what it says
    )
    return folder, run


def test_no_finding_is_open(checked) -> None:
    folder, run = checked
    assert run.returncode == 0, run.stderr
    plugins = json.loads((folder / REPORT).read_text())["pluginReports"]
    names = {plugin["pluginName"] for plugin in plugins}
    assert {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless", "Groundwork"} <= names
    assert not [p for p in plugins if "error" in (p.get("metadata") or {})]


@pytest.mark.parametrize("variant", [DEFAULT_NAME, OWN_NAME], ids=lambda variant: variant.name)
def test_cfn_lint_passes_the_stacks_of_both_regions(checked, variant) -> None:
    folder, _ = checked
    stacks = read_environment(assembly=folder, name=variant.name).stacks
    assert {stack.region for stack in stacks} == {"eu-central-1", "us-east-1"}
    assert {s.name: found for s in stacks if (found := lint(s.region, s.template.read_text()))} == {}
