"""What fails an assembly is listed; what a failing plugin only warns of is not."""

from __future__ import annotations

import json
from pathlib import Path

from rules.report import REPORT, open_findings, summary


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


def test_the_summary_counts_what_fails_what_is_reported_and_what_is_acknowledged(tmp_path: Path):
    finding = {"ruleName": "R", "description": "Wrong.", "violatingConstructs": [{"constructPath": "A"}]}
    plugins = [
        {"pluginName": "Pack", "conclusion": "failure", "violations": [finding | {"severity": "error"}]},
        {"pluginName": "Reported", "conclusion": "success", "violations": [finding | {"severity": "warning"}] * 2},
        {"pluginName": "Quiet", "conclusion": "success", "violations": [], "suppressedViolations": [finding] * 3},
    ]
    (tmp_path / REPORT).write_text(json.dumps({"pluginReports": plugins}))
    (tmp_path / "Dev.template.json").write_text("{}")
    expected = "1 stacks, 1 findings that fail, 2 that are only reported, 3 acknowledged: "
    assert summary(tmp_path) == f"{expected}{tmp_path / REPORT}"
