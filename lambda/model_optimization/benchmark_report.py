"""What was measured of one subject, at each concurrency; and its form as JSON, which the page of plots reads.

{"schema": "benchmark-report/1", "subject": "Qwen3-32B, trained EAGLE", "source": null, "points": [
  {"concurrency": 4, "requests_per_second": 0.1, "output_tokens_per_second": 214.27, "failed_requests": 0,
   "ttft_ms": {"mean": 133.11, "p50": null, "p95": 180.2, "p99": null}, "tpot_ms": {...}, "itl_ms": {...}}]}
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import IO, Any, cast

from model_optimization.benchmark_archive import exports_of
from model_optimization.benchmark_formats import FormatError, point_of
from model_optimization.benchmark_point import LATENCIES, STATISTICS, Percentiles, Point

__all__ = ["FormatError", "Percentiles", "Point", "Report", "dump", "from_ai_benchmark_job", "load"]
__all__ += ["from_aiperf", "from_optimization"]

SCHEMA = "benchmark-report/1"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One subject; its points go from few requests in flight to many."""

    subject: str
    """What was measured, as people call it."""
    points: tuple[Point, ...]
    source: str | None = None
    """Where the figures come from, if not from a job of one's own."""

    def at(self, concurrency: int) -> Point | None:
        """The point at a concurrency; None where nothing was measured."""
        return next((point for point in self.points if point.concurrency == concurrency), None)


def from_optimization(results: Mapping[int, object], *, subject: str = "optimization job") -> Report:
    """The results that an optimization job keeps of one state, before or after.

    Args:
        results: what `results/benchmark_no_eagle_conc4.json` (or `benchmark_trained_eagle_conc4.json`) holds, by the
            number in its name.
        subject: what people call this state.

    Raises:
        FormatError: there is none, or one is in no known form; the text names the concurrency.
    """
    return _report(results, subject=subject)


def from_aiperf(exports: Mapping[int, object], *, subject: str = "endpoint") -> Report:
    """AIPerf's `profile_export_aiperf.json` of each concurrency.

    Raises:
        FormatError: as `from_optimization`.
    """
    return _report(exports, subject=subject)


def from_ai_benchmark_job(archive: IO[bytes], *, subject: str, concurrencies: tuple[int, ...]) -> Report:
    """The `output.tar.gz` of an AIBenchmarkJob.

    Args:
        archive: read once, from its beginning to its end.
        concurrencies: what the job was asked for; one that is missing is an error.

    Raises:
        FormatError: no archive, or one without a result of each concurrency in a known form.
    """
    return _report(exports_of(archive, concurrencies=concurrencies), subject=subject)


def _report(results: Mapping[int, object], *, subject: str) -> Report:
    if not results:
        raise FormatError(f"{subject}: there is no result")
    points: list[Point] = []
    for concurrency in sorted(results):
        try:
            points.append(point_of(results[concurrency], concurrency=concurrency))
        except FormatError as error:
            raise FormatError(f"{subject}, concurrency {concurrency}: {error}") from error
    return Report(subject=subject, points=tuple(points))


def dump(report: Report) -> str:
    """The report as JSON; the same report gives the same text."""
    return json.dumps({"schema": SCHEMA, **asdict(report)}, sort_keys=True)


def load(text: str | bytes) -> Report:
    """Read what `dump` wrote.

    Raises:
        FormatError: it is something else.
    """
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise FormatError(f"no JSON: {error}") from error
    schema = cast("dict[str, Any]", found).get("schema") if isinstance(found, dict) else None
    if schema != SCHEMA:
        raise FormatError(f"schema: {schema!r} is not allowed: {SCHEMA}")
    body = {key: value for key, value in cast("dict[str, Any]", found).items() if key != "schema"}
    try:
        points = tuple(_point(each) for each in body.pop("points"))
        return Report(points=points, **body)
    except (KeyError, TypeError, AttributeError) as error:
        raise FormatError(f"not a report of schema {SCHEMA}: {error}") from error


def _point(found: dict[str, Any]) -> Point:
    known = {each.name for each in fields(Point)}
    if unknown := found.keys() - known:
        raise TypeError(f"unknown fields {', '.join(sorted(unknown))}")
    latencies: dict[str, Any] = {name: _percentiles(found[name]) for name in LATENCIES}
    return Point(**{**found, **latencies})


def _percentiles(found: dict[str, Any]) -> Percentiles:
    if unknown := found.keys() - set(STATISTICS):
        raise TypeError(f"unknown fields {', '.join(sorted(unknown))}")
    return Percentiles(**found)
