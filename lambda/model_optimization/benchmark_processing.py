"""An endpoint measured by AIPerf in a Processing job: `lambda/endpoint_benchmark` is its program."""

from typing import Any

from model_optimization.benchmark_prompts import PROMPTS
from model_optimization.benchmark_regions import runtime_url
from model_optimization.benchmark_setup import Processing, Setup, Target
from model_optimization.benchmark_workload import Workload

EXPORT = "concurrency-{concurrency}/profile_export_aiperf.json"
_CODE = "/opt/ml/processing/input/code"
_PROMPTS = "/opt/ml/processing/input/prompts"
_OUTPUT = "/opt/ml/processing/output"
_STARTS_WITHIN = 15 * 60
"""Seconds for the image to be pulled."""


def request(
    target: Target, workload: Workload, setup: Setup, processing: Processing, *, name: str, prompts_uri: str | None
) -> dict[str, Any]:
    """CreateProcessingJob."""
    inputs = [_input("code", processing.code_uri, _CODE)]
    if prompts_uri:
        inputs.append(_input("prompts", prompts_uri, _PROMPTS))
    output = {"S3Uri": setup.below(name).rstrip("/"), "LocalPath": _OUTPUT, "S3UploadMode": "EndOfJob"}
    cluster: dict[str, Any] = {
        "InstanceCount": 1,
        "InstanceType": processing.instance_type,
        "VolumeSizeInGB": processing.volume_gib,
    }
    outputs: dict[str, Any] = {"Outputs": [{"OutputName": "results", "S3Output": output}]}
    if processing.kms_key:
        cluster["VolumeKmsKeyId"] = processing.kms_key
        outputs["KmsKeyId"] = processing.kms_key
    found: dict[str, Any] = {
        "ProcessingJobName": name,
        "RoleArn": setup.role_arn,
        "AppSpecification": {
            "ImageUri": processing.image,
            "ContainerEntrypoint": ["python3", "-m", "endpoint_benchmark"],
            "ContainerArguments": arguments(target, workload, setup),
        },
        # Python imports from a zip file as from a folder.
        "Environment": {"PYTHONPATH": f"{_CODE}/{processing.code_uri.rsplit('/', 1)[-1]}"},
        "ProcessingInputs": inputs,
        "ProcessingOutputConfig": outputs,
        "ProcessingResources": {"ClusterConfig": cluster},
        "StoppingCondition": {
            "MaxRuntimeInSeconds": _STARTS_WITHIN + setup.level_timeout_seconds * len(workload.concurrencies)
        },
        "Tags": [{"Key": key, "Value": value} for key, value in setup.tags.items()],
    }
    if setup.vpc:
        found["NetworkConfig"] = {"VpcConfig": setup.vpc}
    return found


def arguments(target: Target, workload: Workload, setup: Setup) -> list[str]:
    """What the program is started with."""
    options: dict[str, object] = {
        "--endpoint": target.endpoint,
        "--region": setup.region,
        "--runtime-url": runtime_url(setup.region),
        "--output": _OUTPUT,
        "--concurrency": ",".join(map(str, workload.concurrencies)),
        "--requests": workload.requests,
        "--warmup-requests": workload.warmup_requests,
        "--input-tokens": workload.input_tokens,
        "--output-tokens": workload.output_tokens,
        "--tokenizer": workload.tokenizer,
        "--seed": workload.seed,
        "--level-timeout": setup.level_timeout_seconds,
    }
    if target.inference_component:
        options["--inference-component"] = target.inference_component
    if workload.dataset_uri:
        options["--prompts"] = f"{_PROMPTS}/{PROMPTS}"
    return [str(part) for option in options.items() for part in option]


def _input(name: str, uri: str, path: str) -> dict[str, Any]:
    source = {"S3Uri": uri, "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": name, "S3Input": source}
