"""What fails an assembly is listed; what a failing plugin only warns of is not."""

from __future__ import annotations

import json
from pathlib import Path

from rules.report import REPORT, open_findings


def lines(folder: Path, *severities: str | None, conclusion: str = "failure") -> list[str]:
    violations = [
        {"ruleName": f"R{index}", "description": "Wrong.", "violatingConstructs": []}
        | ({"severity": severity} if severity else {})
        for index, severity in enumerate(severities)
    ]
    plugin = {"pluginName": "Pack", "conclusion": conclusion, "violations": violations}
    (folder / REPORT).write_text(json.dumps({"pluginReports": [plugin]}))
    return [line.partition(" ")[0] for line in open_findings(folder)]


def test_warnings_of_a_failing_plugin_are_not_counted(tmp_path: Path):
    assert lines(tmp_path, "warning", "error", "WARNING", "fatal", "info", None) == ["R1", "R3", "R5"]


def test_a_plugin_that_fails_by_warnings_alone_still_fails_the_assembly(tmp_path: Path):
    assert lines(tmp_path, "warning") == ["R0"]


def test_a_plugin_that_succeeds_adds_nothing(tmp_path: Path):
    assert lines(tmp_path, "error", conclusion="success") == []
