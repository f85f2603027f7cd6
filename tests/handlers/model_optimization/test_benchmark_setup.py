"""What a benchmark is told, and where it can run."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import boto3
import pytest

from model_optimization.benchmark_regions import AI_BENCHMARK_REGIONS, runtime_url
from model_optimization.benchmark_run import BenchmarkError, Workload
from tests.handlers.model_optimization.benchmark_samples import AI, PROCESSING

WORKLOAD = Workload()


def test_without_an_image_only_the_regions_of_the_table_can_measure() -> None:
    for region in AI_BENCHMARK_REGIONS:
        assert replace(AI, region=region).chosen == "ai-benchmark-job"
    with pytest.raises(BenchmarkError, match=r"ca-central-1 has no AIBenchmarkJob .* an image with AIPerf is needed"):
        assert replace(AI, region="ca-central-1").chosen
    # A person can ask for the other way, as LMI's streams need it.
    assert replace(PROCESSING, region="us-east-1", way="processing-job").chosen == "processing-job"


def test_the_table_of_regions_is_cloudformations() -> None:
    folder = Path(str(files("cfnlint") / "data" / "schemas" / "providers"))
    # Closed partitions publish no registry of their own: there the files are copies of us-east-1's.
    public = [each for each in folder.glob("*.json") if not each.name.startswith(("us-iso", "eu-isoe", "eusc"))]
    having = {each.stem for each in public if b'"AWS::SageMaker::AIWorkloadConfig"' in each.read_bytes()}
    assert having == AI_BENCHMARK_REGIONS


@pytest.mark.parametrize("region", ["us-east-1", "ca-west-1", "cn-north-1", "us-gov-west-1"])
def test_the_address_of_the_runtime_is_botocores(region: str) -> None:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    assert boto3.client("sagemaker-runtime", region_name=region, **keys).meta.endpoint_url == runtime_url(region)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"concurrencies": ()}, "concurrencies: () is not allowed"),
        ({"concurrencies": (4, 2)}, "each once, rising"),
        ({"concurrencies": (0, 2)}, "numbers of 1 or more"),
        ({"requests": 4}, "requests: 4 is not allowed: 8, the highest concurrency, or more"),
        ({"output_tokens": 0}, "output_tokens: 0 is not allowed: 1 or more"),
        ({"tokenizer": ""}, "tokenizer: '' is not allowed"),
        ({"dataset_uri": "/data"}, "dataset_uri: '/data' is not allowed: s3://bucket/prefix"),
    ],
)
def test_a_workload_that_cannot_be_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is what counts
        replace(WORKLOAD, **change)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"image": "nvcr.io/nvidia/ai-dynamo/aiperf:0.12.0"}, "an image by digest"),
        ({"code_uri": "s3://assets/"}, "code_uri: 's3://assets/' is not allowed"),
    ],
)
def test_a_job_without_pinned_code_is_refused(change: dict[str, Any], says: str) -> None:
    assert PROCESSING.processing
    with pytest.raises(ValueError, match=says):
        replace(PROCESSING.processing, **change)
