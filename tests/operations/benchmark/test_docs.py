"""What docs/benchmark.md shows is true."""

import json
import re

from model_optimization.benchmark_gate import Gate
from model_optimization.benchmark_regions import AI_BENCHMARK_REGIONS
from model_optimization.benchmark_report import load
from operations.benchmark.reports import Report
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "benchmark.md").read_text()


def test_the_report_can_be_read() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert load(shown).subject == Report.model_validate_json(shown).subject == json.loads(shown)["subject"]


def test_the_gates_defaults_are_its_own() -> None:
    shown = dict(re.findall(r"^\| `(min_\w+|max_\w+|ttft_\w+)` \| `?([\w.]+)`? \|", TEXT, re.MULTILINE))
    gate = Gate(concurrency=1)
    assert shown == {name: str(getattr(gate, name)) for name in shown}
    assert len(shown) == 3


def test_the_regions_are_the_tables() -> None:
    (row,) = re.findall(r"^\| where \|(.*?)\(", TEXT, re.MULTILINE)
    assert {each.strip() for each in row.split(",")} == AI_BENCHMARK_REGIONS
