"""An endpoint measured by SageMaker's own AIBenchmarkJob.

The workload is a text of JSON whose fields only the notebooks and the SDK show:
https://github.com/aws/sagemaker-python-sdk/blob/master/sagemaker-serve/src/sagemaker/serve/ai_inference_recommender/workload.py
https://github.com/aws-samples/sagemaker-genai-hosting-examples/tree/main/03-features/gen-ai-inference-recommendations
"""

import json
from typing import Any

from model_optimization.benchmark_prompts import PROMPTS
from model_optimization.benchmark_setup import Setup, Target
from model_optimization.benchmark_workload import Workload

_CHANNEL = "prompts"


def workload_spec(workload: Workload) -> dict[str, Any]:
    """The text's content."""
    levels = list(workload.concurrencies)
    parameters: dict[str, Any] = {
        "concurrency": levels if len(levels) > 1 else levels[0],
        "request_count": workload.requests,
        "streaming": True,
        "tokenizer": workload.tokenizer,
        "output_tokens_mean": workload.output_tokens,
        "output_tokens_stddev": 0,
        "random_seed": workload.seed,
    }
    if workload.dataset_uri:
        parameters["custom_dataset_type"] = "single_turn"
        parameters["input_file"] = f"/opt/ml/input/data/{_CHANNEL}/{PROMPTS}"
    else:
        parameters["prompt_input_tokens_mean"] = workload.input_tokens
        parameters["prompt_input_tokens_stddev"] = 0
        parameters["extra_inputs"] = "ignore_eos:true"
    return {"benchmark": {"type": "aiperf"}, "parameters": parameters, "tooling": {"api_standard": "openai"}}


def config_request(workload: Workload, setup: Setup, *, name: str, prompts_uri: str | None) -> dict[str, Any]:
    """CreateAIWorkloadConfig."""
    request: dict[str, Any] = {
        "AIWorkloadConfigName": name,
        "AIWorkloadConfigs": {"WorkloadSpec": {"Inline": json.dumps(workload_spec(workload), sort_keys=True)}},
        "Tags": [{"Key": key, "Value": value} for key, value in setup.tags.items()],
    }
    if prompts_uri:
        source = {"S3DataSource": {"S3Uri": prompts_uri}}
        request["DatasetConfig"] = {"InputDataConfig": [{"ChannelName": _CHANNEL, "DataSource": source}]}
    return request


def job_request(target: Target, setup: Setup, *, name: str, config: str) -> dict[str, Any]:
    """CreateAIBenchmarkJob."""
    endpoint: dict[str, Any] = {"Identifier": target.endpoint}
    if target.inference_component:
        endpoint["InferenceComponents"] = [{"Identifier": target.inference_component}]
    request: dict[str, Any] = {
        "AIBenchmarkJobName": name,
        "BenchmarkTarget": {"Endpoint": endpoint},
        "OutputConfig": {"S3OutputLocation": setup.below(name)},
        "AIWorkloadConfigIdentifier": config,
        "RoleArn": setup.role_arn,
        "Tags": [{"Key": key, "Value": value} for key, value in setup.tags.items()],
    }
    if setup.vpc:
        request["NetworkConfig"] = {"VpcConfig": setup.vpc}
    return request
