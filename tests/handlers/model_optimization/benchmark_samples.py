"""Results in the forms that the tools write."""

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from model_optimization.benchmark_point import Percentiles, Point
from model_optimization.benchmark_report import Report
from model_optimization.benchmark_run import Processing, Setup

IMAGE = f"111122223333.dkr.ecr.ca-central-1.amazonaws.com/aiperf@sha256:{'a' * 64}"
AI = Setup(
    region="eu-west-1", role_arn="arn:aws:iam::111122223333:role/benchmark", output_uri="s3://results/benchmarks"
)
PROCESSING = replace(
    AI,
    region="ca-central-1",
    processing=Processing(image=IMAGE, code_uri="s3://assets/abc.zip", kms_key="arn:aws:kms:x:111122223333:key/1"),
    subnets=("subnet-1", "subnet-2"),
    security_groups=("sg-1",),
    tags={"team": "models"},
)


def vllm(*, concurrency: int = 4, **changes: Any) -> dict[str, Any]:
    """`vllm bench serve --save-result --metric-percentiles 50,95,99`."""
    return {
        "date": "20260123-185803",
        "endpoint_type": "openai-chat",
        "model_id": "/opt/ml/model",
        "num_prompts": 64,
        "request_rate": "inf",
        "max_concurrency": concurrency,
        "duration": 80.0,
        "completed": 64,
        "failed": 0,
        "request_throughput": 0.8,
        "request_goodput": None,
        "output_throughput": 204.8,
        "total_token_throughput": 614.4,
        "mean_ttft_ms": 100.0,
        "median_ttft_ms": 90.0,
        "std_ttft_ms": 8.0,
        "p50_ttft_ms": 90.0,
        "p95_ttft_ms": 140.0,
        "p99_ttft_ms": 160.0,
        "mean_tpot_ms": 19.0,
        "median_tpot_ms": 18.0,
        "p95_tpot_ms": 25.0,
        "mean_itl_ms": 49.0,
        "p99_itl_ms": 70.0,
        **changes,
    }


def aiperf(**changes: Any) -> dict[str, Any]:
    """`profile_export_aiperf.json`."""
    return {
        "schema_version": "1.3",
        "aiperf_version": "0.12.0",
        "request_throughput": {"unit": "requests/sec", "avg": 0.8},
        "request_count": {"unit": "requests", "avg": 64.0},
        "time_to_first_token": {"unit": "ms", "avg": 100.0, "min": 60.0, "p50": 90.0, "p95": 140.0, "p99": 160.0},
        "inter_token_latency": {"unit": "ms", "avg": 19.0, "p50": 18.0, "p95": 25.0},
        "inter_chunk_latency": {"unit": "ms", "avg": 49.0, "p99": 70.0},
        "output_token_throughput": {"unit": "tokens/sec", "avg": 204.8},
        "input_config": {"endpoint": {"streaming": True}},
        "was_cancelled": False,
        "error_summary": [],
        **changes,
    }


def point(concurrency: int = 4, **changes: Any) -> Point:
    """What both say."""
    values: dict[str, Any] = {
        "requests_per_second": 0.8,
        "output_tokens_per_second": 204.8,
        "ttft_ms": Percentiles(mean=100.0, p50=90.0, p95=140.0, p99=160.0),
        "tpot_ms": Percentiles(mean=19.0, p50=18.0, p95=25.0),
        "itl_ms": Percentiles(mean=49.0, p99=70.0),
        "failed_requests": 0,
    }
    return Point(concurrency=concurrency, **{**values, **changes})


def report(*points: Point, subject: str = "it") -> Report:
    return Report(subject=subject, points=points)


def archive(files: Mapping[str, Any]) -> bytes:
    """An `output.tar.gz`."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as tar:
        for name, content in files.items():
            body = json.dumps(content).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return target.getvalue()


def sweep(levels: tuple[int, ...], *, flat: bool) -> dict[str, Any]:
    """`profile_export_aiperf_sweep.json`: as its documentation has it (flat), or as AWS's notebook reads it."""
    nested: dict[str, Any] = {
        name: {"mean": entry["avg"], **{key: entry[key] for key in ("unit", "p50", "p95", "p99") if key in entry}}
        for name, entry in aiperf().items()
        if isinstance(entry, dict) and "avg" in entry
    }
    if flat:
        nested = {
            f"{name}_{statistic}": {"mean": entry[statistic], "unit": entry["unit"]}
            for name, entry in aiperf().items()
            if isinstance(entry, dict) and "avg" in entry
            for statistic in ("avg", "p50", "p95", "p99")
            if statistic in entry
        }
    return {
        "aggregation_type": "sweep",
        "per_combination_metrics": [{"parameters": {"concurrency": each}, "metrics": nested} for each in levels],
    }
