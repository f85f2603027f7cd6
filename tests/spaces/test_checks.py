"""Every check that an environment must pass, over the stacks for Spaces."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rules.report import REPORT

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the checks said. In a process of its own: there the built-in validation is not switched off."""
    folder = tmp_path_factory.mktemp("checked")
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    subprocess.run(
        [sys.executable, "-m", "tests.spaces.spaces_app", str(folder)],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": os.pathsep.join([".", "constructs", "lambda"])},
        capture_output=True,
        timeout=180,
        check=False,  # the platform's own stacks are another test's concern
    )
    return json.loads((folder / REPORT).read_text())


def test_all_checks_have_run(report: dict) -> None:
    names = {plugin["pluginName"] for plugin in report["pluginReports"]}
    assert {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless", "Groundwork"} <= names
    assert not [p for p in report["pluginReports"] if "error" in (p.get("metadata") or {})]


def test_no_finding_is_open_on_the_stacks_for_spaces(report: dict) -> None:
    findings = {
        f"{violation['ruleName']} at {place.get('constructPath')}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for place in violation["violatingConstructs"]
        if "/Spaces/" in str(place.get("constructPath"))
    }
    assert findings == set()


def test_every_acknowledgment_has_met_a_finding(report: dict) -> None:
    met = {
        place["constructPath"]
        for plugin in report["pluginReports"]
        for violation in plugin.get("suppressedViolations", [])
        for place in violation["violatingConstructs"]
        if "Web/Spaces/" in str(place.get("constructPath"))
    }
    names = ("VolumeRole", "NamesRole", "BalancerRole", "Controller", "Instance")
    assert [name for name in names if not any(f"/{name}/" in path for path in met)] == []
