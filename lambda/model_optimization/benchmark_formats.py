"""One result of a benchmark tool as a point.

Two families are known, and told apart by their keys:

- flat, as `vllm bench serve --save-result` and SGLang's `bench_serving` write it: `request_throughput`,
  `output_throughput`, `mean_ttft_ms`, `median_ttft_ms`, `p95_ttft_ms`, ...; the same for `tpot` and `itl`.
  https://github.com/vllm-project/vllm/blob/main/vllm/benchmarks/serve.py
- nested, as AIPerf's `profile_export_aiperf.json` and GenAI-Perf's have it: a metric is
  `{"unit": "ms", "avg": 18.3, "p50": 15.3, "p95": 45.2, ...}`, at the top or below `records`.
  https://github.com/ai-dynamo/aiperf/blob/main/src/aiperf/common/models/export_models.py

What an optimization job writes to `results/benchmark_*_conc*.json` is not documented; AWS's article on EAGLE names
vLLM's metrics (TTFT, TPOT and ITL), so the first family is what is expected there.
"""

import math
from collections.abc import Mapping
from typing import Any

from model_optimization.benchmark_point import Percentiles, Point

_MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1000.0, "sec": 1000.0, "seconds": 1000.0}
# AIPerf's words, and those of its first versions.
_TTFT = ("time_to_first_token", "ttft")
_TPOT = ("inter_token_latency",)
_ITL = ("inter_chunk_latency",)


class FormatError(ValueError):
    """A result is in no form that is known, or says something that cannot be."""


def point_of(result: object, *, concurrency: int) -> Point:
    """Read one result.

    Args:
        concurrency: requests in flight, as the name of the file or folder says.

    Raises:
        FormatError: neither of the families; or a number that is none; or it says another concurrency, or that the
            run was cancelled.
    """
    if not isinstance(result, Mapping):
        raise FormatError(f"a JSON object is needed, found {type(result).__name__}")
    found: Mapping[str, Any] = result
    records = found.get("records")
    metrics: Mapping[str, Any] = records if isinstance(records, Mapping) else found
    if isinstance(metrics.get("request_throughput"), Mapping):
        return _nested(metrics, whole=found, concurrency=concurrency)
    if "request_throughput" in found and "output_throughput" in found:
        return _flat(found, concurrency=concurrency)
    keys = ", ".join(sorted(map(str, metrics))[:40]) or "none"
    raise FormatError(
        "not the result of vLLM's, SGLang's, AIPerf's or GenAI-Perf's benchmark: request_throughput, with "
        f"output_throughput or as an object, is needed; its keys are {keys}"
    )


def _flat(result: Mapping[str, Any], *, concurrency: int) -> Point:
    said = result.get("max_concurrency")
    if said is not None and _number("max_concurrency", said) != concurrency:
        raise FormatError(f"max_concurrency: {said!r}, where {concurrency} was expected")
    return Point(
        concurrency=concurrency,
        requests_per_second=_number("request_throughput", result.get("request_throughput")),
        output_tokens_per_second=_number("output_throughput", result.get("output_throughput")),
        ttft_ms=_flat_percentiles(result, "ttft_ms"),
        tpot_ms=_flat_percentiles(result, "tpot_ms"),
        itl_ms=_flat_percentiles(result, "itl_ms"),
        failed_requests=_flat_failures(result),
    )


def _flat_percentiles(result: Mapping[str, Any], latency: str) -> Percentiles:
    def value(*prefixes: str) -> float | None:
        names = [f"{prefix}_{latency}" for prefix in prefixes]
        return next((_number(name, result[name]) for name in names if result.get(name) is not None), None)

    return Percentiles(mean=value("mean"), p50=value("median", "p50"), p95=value("p95"), p99=value("p99"))


def _flat_failures(result: Mapping[str, Any]) -> int | None:
    failed, asked, completed = (_number(key, result.get(key)) for key in ("failed", "num_prompts", "completed"))
    if failed is not None:
        return int(failed)
    # Where only those that were completed are counted.
    return None if asked is None or completed is None else max(0, int(asked - completed))


def _nested(metrics: Mapping[str, Any], *, whole: Mapping[str, Any], concurrency: int) -> Point:
    if whole.get("was_cancelled"):
        raise FormatError("the run was cancelled before its end")
    return Point(
        concurrency=concurrency,
        requests_per_second=_metric(metrics, "request_throughput").mean,
        output_tokens_per_second=_metric(metrics, "output_token_throughput").mean,
        ttft_ms=_metric(metrics, *_TTFT, latency=True),
        tpot_ms=_metric(metrics, *_TPOT, latency=True),
        itl_ms=_metric(metrics, *_ITL, latency=True),
        failed_requests=_nested_failures(metrics, whole),
    )


def _metric(metrics: Mapping[str, Any], *names: str, latency: bool = False) -> Percentiles:
    name = next((each for each in names if isinstance(metrics.get(each), Mapping)), None)
    if name is None:
        return Percentiles()
    entry: Mapping[str, Any] = metrics[name]
    factor = 1.0
    if latency:
        unit = entry.get("unit", "ms")
        if unit not in _MILLISECONDS:
            raise FormatError(f"{name}.unit: {unit!r} is no unit of time; {', '.join(_MILLISECONDS)} are known")
        factor = _MILLISECONDS[unit]

    def value(statistic: str) -> float | None:
        found = _number(f"{name}.{statistic}", entry.get(statistic))
        return None if found is None else found * factor

    return Percentiles(mean=value("avg"), p50=value("p50"), p95=value("p95"), p99=value("p99"))


def _nested_failures(metrics: Mapping[str, Any], whole: Mapping[str, Any]) -> int | None:
    counted = _metric(metrics, "error_request_count").mean
    if counted is not None:
        return int(counted)
    errors: Any = whole.get("error_summary")
    if not isinstance(errors, list):
        return None
    return int(sum(_number("error_summary.count", each.get("count")) or 0 for each in errors))


def _number(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise FormatError(f"{name}: {value!r} is not allowed: a number of 0 or more")
    return float(value)
