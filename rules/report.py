"""What the checks found in an assembly, from the report that CDK writes into it."""

import json
import sys
from pathlib import Path
from typing import Any

REPORT = "validation-report.json"
# What a failing plugin only warns of, or mentions, is not why it fails.
_HARMLESS = {"warning", "info"}


def open_findings(assembly: Path) -> list[str]:
    """The findings that fail an assembly, a line each: rule, construct, what is wrong. Empty when it passes.

    The CDK CLI looks only at the stacks that a command selects; an app whose stacks all live in stages would pass with
    `cdk synth`, whatever was found.
    """
    report: dict[str, Any] = json.loads((assembly / REPORT).read_text(encoding="utf-8"))
    return [
        f"{violation['ruleName']} at {where}: {violation['description'].splitlines()[0]}"
        for plugin in report["pluginReports"]
        if plugin["conclusion"] == "failure"
        for violation in _failing(plugin["violations"])
        for where in _places(violation)
    ] + [
        f"{plugin['pluginName']} broke: {plugin['metadata']['error']}"
        for plugin in report["pluginReports"]
        if "error" in (plugin.get("metadata") or {})
    ]


def summary(assembly: Path) -> str:
    """How many stacks an assembly has, and how many findings of its report are open, reported only or acknowledged."""
    report: dict[str, Any] = json.loads((assembly / REPORT).read_text(encoding="utf-8"))
    reported = sum(len(_places(v)) for plugin in report["pluginReports"] for v in plugin["violations"])
    acknowledged = sum(
        len(_places(v)) for plugin in report["pluginReports"] for v in plugin.get("suppressedViolations", [])
    )
    stacks = len(list(assembly.glob("**/*.template.json")))
    failing = len(open_findings(assembly))
    return (
        f"{stacks} stacks, {failing} findings that fail, {reported - failing} that are only reported, "
        f"{acknowledged} acknowledged: {assembly / REPORT}"
    )


def _failing(violations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that fail the plugin. One that fails by a severity of its own keeps all: nothing may pass by its name."""
    serious = [violation for violation in violations if str(violation.get("severity")).lower() not in _HARMLESS]
    return serious or violations


def _places(violation: dict[str, Any]) -> list[str]:
    places = [
        place.get("constructPath") or place.get("cloudFormationResource", {}).get("logicalId", "?")
        for place in violation["violatingConstructs"]
    ]
    return places or ["the app"]


if __name__ == "__main__":
    print(summary(Path(sys.argv[1])))
