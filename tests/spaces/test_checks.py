"""Every check that an environment must pass, over the stacks for Spaces."""

from typing import Any


def test_all_checks_have_run(report: dict[str, Any]) -> None:
    names = {plugin["pluginName"] for plugin in report["pluginReports"]}
    # CloudFormation Validate stands in a report with its findings only; tests/policy proves that it has them.
    assert {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless", "Groundwork"} <= names
    assert not [p for p in report["pluginReports"] if "error" in (p.get("metadata") or {})]


def test_no_finding_is_open_on_the_stacks_for_spaces(report: dict[str, Any]) -> None:
    findings = {
        f"{violation['ruleName']} at {place.get('constructPath')}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for place in violation["violatingConstructs"]
        if "/Spaces/" in str(place.get("constructPath"))
    }
    assert findings == set()


def test_every_acknowledgment_has_met_a_finding(report: dict[str, Any]) -> None:
    met = {
        place["constructPath"]
        for plugin in report["pluginReports"]
        for violation in plugin.get("suppressedViolations", [])
        for place in violation["violatingConstructs"]
        if "Web/Spaces/" in str(place.get("constructPath"))
    }
    names = ("VolumeRole", "NamesRole", "BalancerRole", "Controller", "Instance", "Removal")
    assert [name for name in names if not any(f"/{name}/" in path for path in met)] == []
