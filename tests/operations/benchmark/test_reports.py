"""What the workflow writes the page reads; anything else is refused by file and field."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_optimization import benchmark_report
from model_optimization.benchmark_point import STATISTICS, Percentiles, Point
from operations.__main__ import main
from operations.benchmark import reports
from operations.benchmark.cli import SAMPLE
from operations.errors import OperationError

GOOD: dict[str, Any] = {"schema": "benchmark-report/1", "subject": "it", "points": [{"concurrency": 4}]}


def write(folder: Path, *contents: object) -> list[Path]:
    files = [folder / f"{number}.json" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    return files


numbers = st.none() | st.floats(min_value=0, allow_nan=False, allow_infinity=False)
percentiles = st.builds(Percentiles, **dict.fromkeys(STATISTICS, numbers))
points = st.builds(
    Point,
    concurrency=st.integers(1, 4096),
    requests_per_second=numbers,
    output_tokens_per_second=numbers,
    ttft_ms=percentiles,
    tpot_ms=percentiles,
    itl_ms=percentiles,
    failed_requests=st.none() | st.integers(0, 10**6),
)


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=80), st.lists(points, min_size=1, max_size=5), st.none() | st.text(max_size=20))
def test_the_page_reads_all_that_the_workflow_writes(subject: str, found: list[Point], source: str | None) -> None:
    written = benchmark_report.dump(benchmark_report.Report(subject=subject, points=tuple(found), source=source))
    read = reports.Report.model_validate_json(written)
    assert read.model_dump(by_alias=True) == json.loads(written)


def test_both_know_the_same_fields() -> None:
    written = json.loads(benchmark_report.dump(benchmark_report.Report(subject="it", points=(Point(concurrency=1),))))
    assert {field.alias or name for name, field in reports.Report.model_fields.items()} == written.keys()
    assert reports.Point.model_fields.keys() == written["points"][0].keys()
    assert reports.Percentiles.model_fields.keys() == written["points"][0]["ttft_ms"].keys()
    assert written["schema"] == benchmark_report.SCHEMA == "benchmark-report/1"


def test_the_workflow_reads_the_samples_too() -> None:
    for file in SAMPLE:
        assert benchmark_report.load(file.read_bytes()).subject == reports.read_reports([file])[0].subject


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "the file: "),
        ({**GOOD, "schema": "benchmark-report/2"}, "schema: 'benchmark-report/2' is not allowed"),
        ({**GOOD, "subject": ""}, "subject: '' is not allowed"),
        ({**GOOD, "points": []}, "points: [] is not allowed"),
        ({**GOOD, "points": [{"concurrency": 0}]}, "points.0.concurrency: 0 is not allowed"),
        ({**GOOD, "points": [{"concurrency": 1, "ttft_ms": {"p95": -1}}]}, "points.0.ttft_ms.p95: -1 is not allowed"),
        ({**GOOD, "points": [{"concurrency": 1, "ttft_ms": {"p95": "9"}}]}, "points.0.ttft_ms.p95: '9' is not allowed"),
        ({**GOOD, "more": 1}, "more: 1 is not allowed"),
        ({**GOOD, "points": [{"concurrency": 1}] * 2}, "points: [1, 1] is not allowed: each concurrency once"),
    ],
)
def test_what_is_no_report_is_refused(content: object, says: str, tmp_path: Path) -> None:
    files = write(tmp_path, content)
    with pytest.raises(OperationError) as refused:
        reports.read_reports(files)
    assert str(refused.value).startswith(f"{files[0]}: {says}")


def test_reports_that_cannot_stand_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=r"1\.json: subject: 'it' is not allowed|0\.json: subject: 'it'"):
        reports.read_reports(write(tmp_path, GOOD, GOOD))
    with pytest.raises(OperationError, match="7 reports are not allowed: 1 to 6"):
        reports.read_reports(write(tmp_path, *([GOOD] * 7)))
    with pytest.raises(OperationError, match="0 reports are not allowed: 1 to 6, or --sample"):
        reports.read_reports([])
    with pytest.raises(OperationError, match=r"none\.json: No such file"):
        reports.read_reports([tmp_path / "none.json"])


def test_a_refusal_is_one_message_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = write(tmp_path, {**GOOD, "subject": 1})
    page = tmp_path / "page.html"
    monkeypatch.setattr(sys, "argv", ["operations", "benchmark", str(file), "--output", str(page)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.strip() == f"{file}: subject: 1 is not allowed: Input should be a valid string"
    assert not page.exists()
