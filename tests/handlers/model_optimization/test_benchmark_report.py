"""Every known form gives the same report; an unknown one is refused by its keys."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_optimization.benchmark_report import (
    FormatError,
    Percentiles,
    Point,
    Report,
    dump,
    from_ai_benchmark_job,
    from_aiperf,
    from_optimization,
    load,
)
from tests.handlers.model_optimization.benchmark_samples import aiperf, archive, point, report, sweep, vllm

LEVELS = (1, 2, 4, 8)


def exports(names: str) -> dict[str, object]:
    return {names.format(level): aiperf() for level in LEVELS}


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(vllm(), id="vllm"),
        pytest.param({k: v for k, v in vllm().items() if k != "failed"}, id="vllm that counts the completed"),
        pytest.param({k: v for k, v in vllm().items() if k != "median_ttft_ms"}, id="vllm with a p50 for the median"),
        pytest.param(aiperf(), id="aiperf"),
        pytest.param(
            aiperf(time_to_first_token={"unit": "s", "avg": 0.1, "p50": 0.09, "p95": 0.14, "p99": 0.16}), id="seconds"
        ),
        pytest.param({"records": aiperf(), "error_summary": []}, id="aiperf's first versions"),
    ],
)
def test_every_known_form_gives_the_same_point(result: dict[str, object]) -> None:
    found = from_optimization({4: result}, subject="it").points[0]
    assert found.ttft_ms.p95 == pytest.approx(140)
    assert load(dump(Report(subject="it", points=(found,)))).points[0] == found
    assert found == point(ttft_ms=found.ttft_ms)


def test_the_points_go_from_few_requests_to_many() -> None:
    found = from_optimization({each: vllm(concurrency=each) for each in (16, 2, 8, 1, 4)})
    assert [each.concurrency for each in found.points] == [1, 2, 4, 8, 16]
    assert found.at(8) == point(8)
    assert found.at(3) is None


def test_what_a_source_does_not_say_is_not_made_up() -> None:
    bare = {"request_throughput": 1.0, "output_throughput": 2.0, "p99_ttft_ms": 3.0}
    found = from_optimization({1: bare}).points[0]
    assert found.ttft_ms == Percentiles(p99=3.0)
    assert found.ttft_ms.known == ("p99",)
    assert found.itl_ms == found.tpot_ms == Percentiles()
    assert found.failed_requests is None


def test_failed_requests_are_counted() -> None:
    assert from_aiperf({4: aiperf(error_request_count={"unit": "requests", "avg": 3.0})}).points[0].failed_requests == 3
    errors = [{"error_details": {"code": 424}, "count": 2}, {"error_details": {"code": 500}, "count": 5}]
    assert from_aiperf({4: aiperf(error_summary=errors)}).points[0].failed_requests == 7
    assert from_optimization({4: vllm(completed=60, failed=None)}).points[0].failed_requests == 4


@pytest.mark.parametrize(
    ("result", "says"),
    [
        ({"tokens_per_s": 3, "latency": 2}, "its keys are latency, tokens_per_s"),
        ({}, "its keys are none"),
        ([1], "a JSON object is needed, found list"),
        (vllm(concurrency=8), "max_concurrency: 8, where 4 was expected"),
        (vllm(output_throughput="fast"), "output_throughput: 'fast' is not allowed: a number of 0 or more"),
        (vllm(p95_ttft_ms=-1), "p95_ttft_ms: -1 is not allowed"),
        (vllm(mean_ttft_ms=float("nan")), "mean_ttft_ms: nan is not allowed"),
        (aiperf(time_to_first_token={"unit": "ticks", "avg": 1}), "time_to_first_token.unit: 'ticks'"),
        (aiperf(was_cancelled=True), "the run was cancelled"),
    ],
)
def test_what_is_not_understood_is_refused(result: object, says: str) -> None:
    with pytest.raises(FormatError) as refused:
        from_optimization({4: result}, subject="after")
    assert str(refused.value).startswith("after, concurrency 4: ")
    assert says in str(refused.value)


def test_no_result_is_no_report() -> None:
    with pytest.raises(FormatError, match="there is no result"):
        from_optimization({})


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(exports("./concurrency_{}/profile_export_aiperf.json"), id="a folder for each"),
        pytest.param({"sweep_aggregate/profile_export_aiperf_sweep.json": sweep(LEVELS, flat=True)}, id="documented"),
        pytest.param({"x/sweep_aggregate/profile_export_aiperf_sweep.json": sweep(LEVELS, flat=False)}, id="notebook"),
    ],
)
def test_the_archive_of_a_benchmark_job_gives_the_same_report(files: dict[str, object]) -> None:
    files = {**files, "concurrency_1/profile_export.jsonl": [1], "plots/ttft.png": 0}
    found = from_ai_benchmark_job(io.BytesIO(archive(files)), subject="it", concurrencies=LEVELS)
    assert [each.concurrency for each in found.points] == list(LEVELS)
    for each in found.points:
        assert each.ttft_ms == point().ttft_ms
        assert (each.requests_per_second, each.output_tokens_per_second) == (0.8, 204.8)


def test_with_one_concurrency_the_archive_has_one_export() -> None:
    body = io.BytesIO(archive({"profile_export_aiperf.json": aiperf()}))
    assert from_ai_benchmark_job(body, subject="it", concurrencies=(4,)) == report(point())


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (archive({"concurrency_1/profile_export_aiperf.json": aiperf()}), "no result for concurrency 2, 4, 8"),
        (archive({}), "the archive has nothing"),
        (b"no archive", "the archive cannot be read"),
        (archive({"concurrency_1/profile_export_aiperf.json": aiperf()})[:200], "the archive cannot be read"),
        (archive({"concurrency_1/profile_export_aiperf.json": [1]}), "is no JSON object"),
    ],
    ids=["a part", "nothing", "no archive", "cut off", "no object"],
)
def test_a_half_archive_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        from_ai_benchmark_job(io.BytesIO(body), subject="it", concurrencies=LEVELS)


numbers = st.none() | st.floats(min_value=0, allow_nan=False, allow_infinity=False)
percentiles = st.builds(Percentiles, mean=numbers, p50=numbers, p95=numbers, p99=numbers)
points = st.builds(
    Point,
    concurrency=st.integers(min_value=1),
    requests_per_second=numbers,
    output_tokens_per_second=numbers,
    ttft_ms=percentiles,
    tpot_ms=percentiles,
    itl_ms=percentiles,
    failed_requests=st.none() | st.integers(min_value=0),
)


@settings(max_examples=40)
@given(st.builds(Report, subject=st.text(), points=st.lists(points).map(tuple), source=st.none() | st.text()))
def test_a_report_survives_json(found: Report) -> None:
    assert load(dump(found)) == found
    assert dump(load(dump(found))) == dump(found)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema": "benchmark-report/9"}, "schema: 'benchmark-report/9' is not allowed: benchmark-report/1"),
        ({"points": None}, "not a report"),
        ({"more": 1}, "more"),
        ({"points": [{**json.loads(dump(report(point())))["points"][0], "p": 1}]}, "unknown fields p"),
        ({"points": [{**json.loads(dump(report(point())))["points"][0], "ttft_ms": {"p42": 1}}]}, "unknown fields p42"),
    ],
)
def test_another_text_is_no_report(change: dict[str, object], says: str) -> None:
    with pytest.raises(FormatError, match=says):
        load(json.dumps({**json.loads(dump(report(point()))), **change}))
    with pytest.raises(FormatError, match="no JSON"):
        load("{")
