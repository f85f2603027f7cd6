"""Benchmark reports, as the optimization workflow writes them (`reports/before.json`, ...)."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from operations.errors import OperationError

MOST = 6
"""Reports on one page: so many lines a plot can show."""
Value = Annotated[float, Field(ge=0, allow_inf_nan=False)] | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Percentiles(_Part):
    """A latency in milliseconds; None where the source does not say it."""

    mean: Value = None
    p50: Value = None
    p95: Value = None
    p99: Value = None


class Point(_Part):
    """What was measured at one concurrency."""

    concurrency: Annotated[int, Field(ge=1)]
    requests_per_second: Value = None
    output_tokens_per_second: Value = None
    ttft_ms: Percentiles = Percentiles()
    tpot_ms: Percentiles = Percentiles()
    itl_ms: Percentiles = Percentiles()
    failed_requests: Annotated[int, Field(ge=0)] | None = None

    @property
    def tokens_per_second_of_a_request(self) -> float | None:
        """After its first token."""
        return 1000 / self.tpot_ms.mean if self.tpot_ms.mean else None


class Report(_Part):
    """One subject."""

    schema_: Annotated[Literal["benchmark-report/1"], Field(alias="schema")]
    subject: Annotated[str, Field(min_length=1, max_length=80)]
    points: Annotated[list[Point], Field(min_length=1)]
    source: str | None = None

    def at(self, concurrency: int) -> Point | None:
        """The point at a concurrency; None where nothing was measured."""
        return next((point for point in self.points if point.concurrency == concurrency), None)


def read_reports(files: list[Path]) -> list[Report]:
    """Read the reports, in the order given.

    Raises:
        OperationError: a file cannot be read or holds something else, or they cannot stand on one page.
    """
    if not 1 <= len(files) <= MOST:
        raise OperationError(f"{len(files)} reports are not allowed: 1 to {MOST}, or --sample")
    reports = [_read(file) for file in files]
    for file, report in zip(files, reports, strict=True):
        if [each.subject for each in reports].count(report.subject) > 1:
            raise OperationError(f"{file}: subject: {report.subject!r} is not allowed: another report has it")
        levels = [point.concurrency for point in report.points]
        if len(set(levels)) < len(levels):
            raise OperationError(f"{file}: points: {levels} is not allowed: each concurrency once")
    return reports


def _read(file: Path) -> Report:
    try:
        return Report.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        found = repr(first["input"])[:80]
        raise OperationError(f"{file}: {place}: {found} is not allowed: {first['msg']}") from None
    except OSError as error:
        raise OperationError(f"{file}: {error.strerror or error}") from None


def concurrencies(reports: list[Report]) -> list[int]:
    """All that were measured, rising."""
    return sorted({point.concurrency for report in reports for point in report.points})
