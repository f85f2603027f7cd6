"""What SageMaker's jobs leave behind: in the tests, the fake's jobs do it at once."""

import json
import time
from typing import Any

from groundwork.optimization.plan import conversion_digest
from groundwork.optimization.source_settings import CapturedData
from tests.optimization.engine_world import DATA_BUCKET, ENDPOINT_ROLE, LOG_GROUP, World
from tests.optimization.fake_sagemaker import PREFIX, FakeSageMaker
from tests.optimization.optimization_app import REVISION

HEAD = "/opt/ml/additional-model-data-sources/eagle"
CONFIG = {"architectures": ["Qwen3ForCausalLM"]}
CONVERSATION = {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]}


class Behaviour:
    """A world in order; tests put something out of it."""

    def __init__(self, world: World, fake: FakeSageMaker) -> None:
        self.world, self.fake = world, fake
        self.trained = {"output_throughput": 150.0, "p95_ttft_ms": 90.0}
        """What a job measures with its head; without it is 100 and 100."""
        self.served = {"output_throughput": 160.0, "p95_ttft_ms": 80.0}
        """What an endpoint gives with it."""
        self.logged = "SpecDecoding metrics: Mean acceptance length: 2.4, Accepted: 120 tokens, Drafted: 295 tokens"
        self.lines = [CONVERSATION] * 3
        fake.on_job, fake.on_processing = self._train, self._process
        serving_endpoint(fake)
        self.put_model("s3://example-models/chat/")

    def put_model(self, uri: str, config: Any = CONFIG) -> None:
        for name, content in {"config.json": config, "tokenizer_config.json": {}, "tokenizer.json": {}}.items():
            self._put(uri, name, content)
        self._put(uri, "model.safetensors", b"weights")

    def put_head(self, uri: str) -> None:
        self._put(uri, "config.json", {})
        self._put(uri, "model.safetensors", b"head")

    def put_data(self, uri: str, *lines: Any) -> None:
        self._put(uri, "00000.jsonl", "".join(json.dumps(line) + "\n" for line in lines).encode())

    def approved_head(self, version: int = 1) -> str:
        """A package as a job registers it, and a person has approved it; its ARN."""
        arn = f"{PREFIX}model-package/models-chat/{version}"
        head = f"s3://example-heads/{version}/draft/"
        base = self.fake.things["Model"]["Model-1"]["PrimaryContainer"]
        captured = CapturedData(source="capture", endpoint="chat", rules={"ticket": "T-[0-9]+"})
        prompts = f"s3://{self.world.id('S3::Bucket', 'TrainingData')}/models-chat/{conversion_digest(captured)}/"
        self.put_data(f"{prompts}validation/", CONVERSATION)
        self.fake.packages[arn] = {
            "ModelPackageGroupName": "models-chat",
            "ModelPackageVersion": version,
            "ModelPackageArn": arn,
            "ModelApprovalStatus": "Approved",
            "InferenceSpecification": {
                "Containers": [
                    {
                        **base,
                        "Environment": {"OPTION_SPECULATIVE_CONFIG": json.dumps({"model": HEAD})},
                        "AdditionalModelDataSources": [{"ChannelName": "eagle", **_source(head)}],
                    }
                ]
            },
        }
        return arn

    def tell_of_change(self, package: str) -> None:
        """What SageMaker tells EventBridge when a package changes; until the function has looked at it."""
        before = self._looks()
        self.world.package_changed(package)
        until = time.monotonic() + 20
        while self._looks() == before:
            assert time.monotonic() < until, "nobody has looked"
            time.sleep(0.02)

    def _looks(self) -> int:
        return sum(caller == "approved" for caller, _, _ in self.fake.calls)

    def _put(self, uri: str, name: str, content: Any) -> None:
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        self.world.put(bucket, prefix + name, content)

    def _train(self, job: dict[str, Any]) -> str:
        output = job["OutputConfig"]["S3OutputLocation"]
        self._put(output, "draft/config.json", {"architectures": ["LlamaForCausalLMEagle3"]})
        self._put(output, "draft/model.safetensors", b"head")
        for state, figures in {"no_eagle": {}, "trained_eagle": self.trained}.items():
            for concurrency in (1, 2, 4, 8, 16):
                found = {"request_throughput": 1.0, "output_throughput": 100.0, "p95_ttft_ms": 100.0, **figures}
                self._put(output, f"results/benchmark_{state}_conc{concurrency}.json", found)
        return "COMPLETED"

    def _process(self, job: dict[str, Any]) -> str:
        module = job["AppSpecification"]["ContainerEntrypoint"][2]
        if module == "model_optimization.hub_import":
            provenance = {"repository": "Qwen/Qwen3-32B", "revision": REVISION}
            self._put("s3://example-models/chat/", "provenance.json", provenance)
        elif module == "capture_converter":
            assert f"s3://{DATA_BUCKET}/captures/" in job["AppSpecification"]["ContainerEntrypoint"]
            arguments = job["AppSpecification"]["ContainerEntrypoint"]
            target = arguments[arguments.index("--target") + 1]
            lines = "".join(json.dumps(line) + "\n" for line in self.lines).encode()
            for part in ("train", "validation"):
                self._put(target, f"{part}/00000.jsonl", lines)
        else:
            self._measure(job)
        return "Completed"

    def _measure(self, job: dict[str, Any]) -> None:
        output = job["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"] + "/"
        speculates = self.fake.things["Endpoint"]["models-chat"]["EndpointConfigName"] != "Configuration-1"
        figures = {"output_throughput": 100.0, "p95_ttft_ms": 100.0, **(self.served if speculates else {})}
        if speculates and self.logged:
            self.world.log(LOG_GROUP, job["ProcessingJobName"], self.logged)
        arguments = job["AppSpecification"]["ContainerArguments"]
        for concurrency in arguments[arguments.index("--concurrency") + 1].split(","):
            export = {
                "error_summary": [],
                "request_throughput": {"unit": "requests/sec", "avg": 1.0},
                "output_token_throughput": {"unit": "tokens/sec", "avg": figures["output_throughput"]},
                "time_to_first_token": {"unit": "ms", "avg": 70.0, "p95": figures["p95_ttft_ms"]},
            }
            self._put(output, f"concurrency-{concurrency}/profile_export_aiperf.json", export)


def serving_endpoint(fake: FakeSageMaker) -> None:
    """The endpoint as CloudFormation made it."""
    container = {
        "Image": "image",
        "Environment": {"OPTION_MAX_MODEL_LEN": "16384"},
        "ModelDataSource": _source("s3://example-models/chat/"),
    }
    fake.things["Model"]["Model-1"] = {
        "ModelName": "Model-1",
        "ModelArn": f"{PREFIX}model/Model-1",
        "ExecutionRoleArn": ENDPOINT_ROLE,
        "PrimaryContainer": container,
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        "EnableNetworkIsolation": True,
        "CreationTime": 1764000000.0,
    }
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": "Model-1",
        "InstanceType": "ml.g6e.12xlarge",
        "InitialInstanceCount": 2,
        "InferenceAmiVersion": "al2-ami-sagemaker-inference-gpu-3-1",
        "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
    }
    fake.things["EndpointConfig"]["Configuration-1"] = {
        "EndpointConfigName": "Configuration-1",
        "EndpointConfigArn": f"{PREFIX}endpoint-config/Configuration-1",
        "ProductionVariants": [variant],
        "CreationTime": 1764000000.0,
    }
    fake.things["Endpoint"]["models-chat"] = {
        "EndpointName": "models-chat",
        "EndpointArn": f"{PREFIX}endpoint/models-chat",
        "EndpointConfigName": "Configuration-1",
        "EndpointStatus": "InService",
        "CreationTime": 1764000000.0,
        "LastModifiedTime": 1764000000.0,
    }


def _source(uri: str) -> dict[str, Any]:
    return {"S3DataSource": {"S3Uri": uri, "S3DataType": "S3Prefix", "CompressionType": "None"}}
