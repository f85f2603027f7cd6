"""Whether what comes after is better than what was before."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model_optimization.benchmark_point import Point
from model_optimization.benchmark_report import Report


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What is asked of the faster one, at one concurrency: the one that the workload really has.

    Speculative decoding is fastest with few requests in flight, and may be slower than none with many.
    """

    concurrency: int
    min_throughput_ratio: float = 1.2
    """Output tokens a second, after over before; at least."""
    max_ttft_p95_ratio: float = 1.0
    """Time to first token at the percentile, after over before; at most."""
    ttft_percentile: Literal["p95", "p99"] = "p95"
    """p99 for a source that has no p95, as vLLM's own benchmark without `--metric-percentiles 95`."""
    failures_counted: bool = True
    """Whether a report has to say how many requests failed. AIPerf's do."""

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise ValueError(f"concurrency: {self.concurrency} is not allowed: 1 or more")
        for name in ("min_throughput_ratio", "max_ttft_p95_ratio"):
            value: float = getattr(self, name)
            if not math.isfinite(value) or value <= 0:
                raise ValueError(f"{name}: {value} is not allowed: more than 0")
        if self.ttft_percentile not in ("p95", "p99"):
            raise ValueError(f"ttft_percentile: {self.ttft_percentile!r} is not allowed: p95 or p99")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gate says."""

    passed: bool
    reasons: tuple[str, ...]
    """Why not; empty if passed."""
    ratios: Mapping[str, float | None]
    """After over before, of `throughput` and of `ttft_p95` (or `ttft_p99`); None where a value is missing."""


def judge(before: Report, after: Report, gate: Gate) -> Verdict:
    """Compare two reports. What is missing, and a request that failed, make it fail; nothing passes unseen."""
    reasons: list[str] = []
    ttft = f"ttft_{gate.ttft_percentile}"
    points = [_point(report, gate, reasons) for report in (before, after)]
    throughput = _ratio([_throughput(point) for point in points])
    latency = _ratio([_latency(point, gate) for point in points])
    for report, point in zip((before, after), points, strict=True):
        if point:
            _look(report, point, gate, reasons)
    if throughput is not None and throughput < gate.min_throughput_ratio:
        reasons.append(f"throughput is {throughput:.3f} of before; at least {gate.min_throughput_ratio:g} is asked")
    if latency is not None and latency > gate.max_ttft_p95_ratio:
        reasons.append(f"{ttft} is {latency:.3f} of before; at most {gate.max_ttft_p95_ratio:g} is allowed")
    passed = not reasons and throughput is not None and latency is not None
    return Verdict(passed=passed, reasons=tuple(reasons), ratios={"throughput": throughput, ttft: latency})


def _point(report: Report, gate: Gate, reasons: list[str]) -> Point | None:
    point = report.at(gate.concurrency)
    if point is None:
        measured = ", ".join(str(each.concurrency) for each in report.points) or "nothing"
        reasons.append(f"{report.subject}: nothing was measured at concurrency {gate.concurrency}, only at {measured}")
    return point


def _look(report: Report, point: Point, gate: Gate, reasons: list[str]) -> None:
    if not _throughput(point):
        reasons.append(f"{report.subject}: no output tokens a second at concurrency {point.concurrency}")
    if not _latency(point, gate):
        known = ", ".join(point.ttft_ms.known) or "nothing"
        reasons.append(
            f"{report.subject}: no {gate.ttft_percentile} of the time to first token at concurrency "
            f"{point.concurrency}; the source has {known}"
        )
    if point.failed_requests is None and gate.failures_counted:
        reasons.append(f"{report.subject}: nothing says how many requests failed at concurrency {point.concurrency}")
    elif point.failed_requests:
        reasons.append(f"{report.subject}: {point.failed_requests} requests failed at concurrency {point.concurrency}")


def _throughput(point: Point | None) -> float | None:
    return point.output_tokens_per_second if point else None


def _latency(point: Point | None, gate: Gate) -> float | None:
    return getattr(point.ttft_ms, gate.ttft_percentile) if point else None


def _ratio(values: list[float | None]) -> float | None:
    before, after = values
    return after / before if before and after else None
