"""What docs/training-data.md says is what the program does."""

import json
import re
from dataclasses import fields
from pathlib import Path

from capture_converter.reason import Reason
from capture_converter.redaction import BUILT_IN
from capture_converter.settings import FORMATS, Settings
from capture_converter.training_line import check_line

PAGE = (Path(__file__).parents[3] / "docs/training-data.md").read_text()
ROWS = [re.findall(r"`([^`]*)`", row) for row in PAGE.splitlines() if row.startswith("| `")]


def test_every_reason_setting_and_rule_is_explained() -> None:
    named = {name for row in ROWS for name in row}
    assert {reason.value for reason in Reason} <= named
    assert {field.name for field in fields(Settings)} <= named
    assert set(BUILT_IN) <= named


def test_the_lines_that_are_shown_are_accepted() -> None:
    shown = {row[0]: row[1] for row in ROWS if row[0] in FORMATS}
    assert set(shown) == set(FORMATS)
    for form, text in shown.items():
        assert json.loads(text)
        check_line(text.encode(), form=form)
