"""A head, its package, the endpoint that is to get it, and what SageMaker says of them."""

from datetime import UTC, datetime
from typing import Any

import boto3

from model_optimization.clients import Clients
from model_optimization.job import Job, Switch

PACKAGE = "arn:aws:sagemaker:us-east-1:111122223333:model-package/prod-chat/3"
BASE, HEAD = "s3://example-models/chat/", "s3://results/prod-chat/draft/"
NEW = "prod-chat-v3-x"
"""The configuration with the head, and its model."""
STATE: dict[str, Any] = {"endpoint": "prod-chat", "previous": "old", "model": NEW, "config": NEW, "package": PACKAGE}
MACHINE = "arn:aws:states:us-east-1:111122223333:stateMachine:prod-chat-switch"
SWITCH = Switch(
    endpoint="prod-chat",
    log_group="/log",
    stack="Prod-Inference-chat",
    resource="Endpoint1",
    workload={"concurrencies": [1, 4], "requests": 16, "input_tokens": 8, "output_tokens": 8},
    setup={
        "region": "us-east-1",
        "role_arn": "arn:aws:iam::111122223333:role/benchmark",
        "output_uri": "s3://results/prod-chat/benchmarks/",
        "processing": {"image": f"aiperf@sha256:{'a' * 64}", "code_uri": "s3://assets/code.zip"},
        "way": "processing-job",
    },
    package={"weights": "s3://example-models/chat/", "image": f"registry/djl-inference:1@sha256:{'a' * 64}"},
)
JOB = Job(
    name="prod-chat",
    model=BASE,
    instance="ml.p5.4xlarge",
    max_instances=1,
    max_run_seconds=1,
    max_pending_seconds=1,
    role="role",
    subnets=["subnet-1"],
    security_groups=["sg-1"],
    output="s3://results/prod-chat/",
    output_key="key",
    environment={},
    speculation_variable="OPTION_SPECULATIVE_CONFIG",
    tokens=4,
    methods={},
    gate={"concurrency": 4},
    topic="arn:aws:sns:us-east-1:111122223333:alarms",
    metadata={},
    switch=SWITCH,
)
WHEN = datetime(2026, 11, 23, tzinfo=UTC)


def client(name: str) -> Any:
    return boto3.client(name, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def source(uri: str) -> dict[str, Any]:
    return {"S3DataSource": {"S3Uri": uri, "S3DataType": "S3Prefix", "CompressionType": "None"}}


def described(package: str = PACKAGE, *, base: str = BASE, status: str = "Approved", **more: Any) -> dict[str, Any]:
    container = {
        "Image": "image:approved",
        "Environment": {"OPTION_SPECULATIVE_CONFIG": "{}"},
        "ModelDataSource": source(base),
        "AdditionalModelDataSources": [{"ChannelName": "eagle", **source(HEAD)}],
    }
    return {
        "ModelPackageName": "prod-chat",
        "ModelPackageGroupName": "prod-chat",
        "ModelPackageVersion": 3,
        "ModelPackageArn": package,
        "CreationTime": WHEN,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": status,
        "InferenceSpecification": {"Containers": [container]},
        **more,
    }


def config(*variants: dict[str, Any], **more: Any) -> dict[str, Any]:
    arn = "arn:aws:sagemaker:us-east-1:111122223333:endpoint-config/old"
    return {
        "EndpointConfigName": "old",
        "EndpointConfigArn": arn,
        "ProductionVariants": list(variants),
        "CreationTime": WHEN,
        **more,
    }


def model(container: dict[str, Any]) -> dict[str, Any]:
    return {
        "ModelName": "m",
        "PrimaryContainer": container,
        "ExecutionRoleArn": "arn:aws:iam::111122223333:role/endpoint",
        "CreationTime": WHEN,
        "ModelArn": "arn:aws:sagemaker:us-east-1:111122223333:model/m",
        "EnableNetworkIsolation": True,
    }


VARIANT = {"VariantName": "AllTraffic", "ModelName": "m", "InitialInstanceCount": 2, "InstanceType": "ml.p5.4xlarge"}
CAPTURE = {
    "InitialSamplingPercentage": 10,
    "DestinationS3Uri": "s3://captures/x",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


def endpoint(status: str, serves: str, *, to: str | None = None, instances: int = 1, **more: Any) -> dict[str, Any]:
    """DescribeEndpoint's answer: while an update runs, the name is still that of the configuration from before it."""
    arn = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/prod-chat"
    pending = {"PendingDeploymentSummary": {"EndpointConfigName": to}} if to else {}
    times = {"CreationTime": WHEN, "LastModifiedTime": WHEN}
    return {
        "EndpointName": "prod-chat",
        "EndpointArn": arn,
        "EndpointConfigName": serves,
        "EndpointStatus": status,
        "ProductionVariants": [{"VariantName": "AllTraffic", "CurrentInstanceCount": instances}],
        **times,
        **pending,
        **more,
    }


def clients(**known: Any) -> Clients:
    """Those that a test does not name are not called."""
    names = ("sagemaker", "s3", "sns", "states", "logs", "cloudformation")
    return Clients(**{name: known.get(name) for name in names})


def running(*names: str) -> dict[str, Any]:
    """ListExecutions: the executions in the order in which they began."""
    arn = MACHINE.replace("stateMachine", "execution")
    return {
        "executions": [
            {
                "executionArn": f"{arn}:{name}",
                "stateMachineArn": MACHINE,
                "name": name,
                "status": "RUNNING",
                "startDate": datetime(2026, 11, 23, 0, number, tzinfo=UTC),
            }
            for number, name in enumerate(names)
        ]
    }
