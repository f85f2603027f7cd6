"""The findings as CSV, for spreadsheets and for whoever keeps a register of exceptions."""

import csv
import io
from collections.abc import Iterable

from review.finding import Finding

COLUMNS = (
    "pack rule severity status stack resource resource_type path property_path message fix reason owner until "
    "acknowledged_at source"
).split()
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(findings: Iterable[Finding]) -> str:
    """One line a finding, with a header; line ends are CRLF, after RFC 4180."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for finding in findings:
        writer.writerow([_cell(getattr(finding, column)) for column in COLUMNS])
    return text.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
