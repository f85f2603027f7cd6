"""The gate passes what is faster, and never what it could not see."""

from typing import Any

import pytest

from model_optimization.benchmark_gate import Gate, judge
from model_optimization.benchmark_point import Percentiles, Point
from tests.handlers.model_optimization.benchmark_samples import point, report

GATE = Gate(concurrency=4)


def measured(throughput: float | None, p95: float | None, **changes: Any) -> Point:
    return point(output_tokens_per_second=throughput, ttft_ms=Percentiles(mean=1, p95=p95), **changes)


@pytest.mark.parametrize(
    ("throughput", "p95", "passes"),
    [(120, 100, True), (119.9, 100, False), (200, 100.1, False), (500, 50, True)],
)
def test_the_limits_are_part_of_what_passes(throughput: float, p95: float, passes: bool) -> None:
    verdict = judge(report(measured(100, 100)), report(measured(throughput, p95)), GATE)
    assert verdict.passed is passes
    assert bool(verdict.reasons) is not passes
    assert verdict.ratios == {"throughput": throughput / 100, "ttft_p95": p95 / 100}


def test_the_reasons_name_every_limit_that_was_missed() -> None:
    verdict = judge(report(measured(100, 100)), report(measured(90, 150)), GATE)
    assert verdict.reasons == (
        "throughput is 0.900 of before; at least 1.2 is asked",
        "ttft_p95 is 1.500 of before; at most 1 is allowed",
    )


def test_only_the_concurrency_of_the_workload_counts() -> None:
    before = report(point(1, output_tokens_per_second=10), point(32, output_tokens_per_second=100))
    after = report(point(1, output_tokens_per_second=20), point(32, output_tokens_per_second=84))
    assert judge(before, after, Gate(concurrency=1)).passed
    assert not judge(before, after, Gate(concurrency=32)).passed


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (measured(None, 100), measured(500, 1), "before: no output tokens a second at concurrency 4"),
        (measured(0, 100), measured(500, 1), "before: no output tokens a second"),
        (measured(100, None), measured(500, 1), "before: no p95 of the time to first token at concurrency 4"),
        (measured(100, 100), measured(500, None), "after: no p95 of the time to first token at concurrency 4; the"),
        (measured(100, 100), measured(None, 1), "after: no output tokens a second"),
        (measured(100, 100), point(8), "after: nothing was measured at concurrency 4, only at 8"),
        (point(8), measured(500, 1), "before: nothing was measured at concurrency 4, only at 8"),
        (measured(100, 100), measured(500, 1, failed_requests=2), "after: 2 requests failed at concurrency 4"),
        (measured(100, 100, failed_requests=1), measured(500, 1), "before: 1 requests failed"),
        (measured(100, 100), measured(500, 1, failed_requests=None), "after: nothing says how many requests failed"),
    ],
)
def test_what_is_missing_fails_with_the_reason(before: Point, after: Point, says: str) -> None:
    verdict = judge(report(before, subject="before"), report(after, subject="after"), GATE)
    assert not verdict.passed
    assert any(reason.startswith(says) for reason in verdict.reasons), verdict.reasons


def test_a_source_that_counts_no_failures_is_taken_where_that_is_known() -> None:
    before, after = (report(measured(speed, 1, failed_requests=None)) for speed in (100, 500))
    assert judge(before, after, Gate(concurrency=4, failures_counted=False)).passed
    after = report(measured(500, 1, failed_requests=1))
    assert not judge(before, after, Gate(concurrency=4, failures_counted=False)).passed


def test_nothing_measured_at_all_fails() -> None:
    verdict = judge(report(), report(), GATE)
    assert not verdict.passed
    assert len(verdict.reasons) == 2
    assert set(verdict.ratios.values()) == {None}


def test_a_source_without_p95_can_be_judged_by_its_p99() -> None:
    slow, fast = (
        report(point(output_tokens_per_second=speed, ttft_ms=Percentiles(p50=1, p99=100))) for speed in (100, 150)
    )
    assert "the source has p50, p99" in judge(slow, fast, GATE).reasons[0]
    verdict = judge(slow, fast, Gate(concurrency=4, ttft_percentile="p99"))
    assert verdict.passed
    assert verdict.ratios["ttft_p99"] == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"concurrency": 0}, "concurrency: 0 is not allowed: 1 or more"),
        ({"min_throughput_ratio": 0}, "min_throughput_ratio: 0 is not allowed: more than 0"),
        ({"max_ttft_p95_ratio": float("nan")}, "max_ttft_p95_ratio: nan is not allowed"),
        ({"ttft_percentile": "p50"}, "ttft_percentile: 'p50' is not allowed: p95 or p99"),
    ],
)
def test_a_gate_that_would_say_nothing_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Gate(**{"concurrency": 1, **change})
