"""An environment with endpoints and EAGLE jobs for the tests, wired as a platform would be."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

import app as platform_app
from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from groundwork.images import ImageLock
from groundwork.inference.settings import InferenceSettings
from groundwork.optimization.settings import OptimizationSettings
from stacks.inference import InferenceStack
from stacks.optimization import OptimizationStack, endpoint_reference

ACCOUNT, REGION = "111122223333", "us-east-1"
ALARMS = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
LMI = f"{REGISTRY}/djl-inference:0.36.0-lmi18.0.0-cu128"
PROCESSING = f"{REGISTRY}/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker"
AIPERF = "111122223333.dkr.ecr.us-east-1.amazonaws.com/aiperf:0.5.0"
LOCK: ImageLock = {image: "sha256:" + d * 64 for image, d in ((LMI, "a"), (PROCESSING, "b"), (AIPERF, "c"))}
"""Digests for the tests, of nothing that exists."""
MODEL = {"uri": "s3://example-models/chat/"}
REVISION = "0123456789abcdef0123456789abcdef01234567"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
OWN_KEY = "arn:aws:kms:us-east-1:111122223333:key/00000000-4e5f-6789-abcd-ef0123456789"
ENVIRONMENT: dict[str, Any] = {
    "name": "models",
    "account": "111122223333",
    "region": "us-east-1",
    "owner": "platform@example.com",
    "cost_center": "models",
    "network": {"vpc": {"cidr": "10.40.0.0/16", "nat": "one"}},
}
INFERENCE: dict[str, Any] = {
    "endpoints": [
        {
            "name": "chat",
            "model": {"source": "s3", **MODEL, "architecture": "Qwen3ForCausalLM"},
            "image": LMI,
            "instances": ["ml.g6e.12xlarge"],
            "environment": {"OPTION_MAX_MODEL_LEN": "16384"},
            "capture": {"percent": 10},
        },
        {
            "name": "other",
            "model": {"source": "s3", "uri": "s3://example-models/other/"},
            "image": LMI,
            "instances": ["ml.g6e.12xlarge"],
        },
    ]
}


def job(**more: Any) -> dict[str, Any]:
    """A job as an environment file writes it."""
    return {"name": "chat", "model": MODEL, "instance": "ml.g6e.12xlarge", "endpoint": "chat", **more}


SECTION: dict[str, Any] = {
    "jobs": [
        job(
            model={
                **MODEL,
                "hub": {"repository": "Qwen/Qwen3-32B", "revision": REVISION, "licence_accepted": True},
            },
            data={"source": "capture", "endpoint": "chat", "rules": {"ticket": "T-[0-9]+"}},
        ),
        job(
            name="further",
            endpoint=None,
            image=LMI,
            model={
                "uri": "s3://example-models/further/",
                "key": KEY,
            },
            head={"uri": "s3://example-heads/further/"},
            data={"source": "s3", "uri": "s3://example-data/own/", "format": "sharegpt", "tolerance": 0.01},
            gate={"concurrency": 4},
            training_plan="arn:aws:sagemaker:us-east-1:111122223333:training-plan/plan",
            notify=["models@example.com"],
            max_instances=2,
            network={"subnets": ["subnet-0000000f"], "security_groups": ["sg-0000000f"]},
            key=OWN_KEY,
        ),
        job(name="built-in", endpoint=None, gate={"concurrency": 1}),
    ],
    "image": PROCESSING,
    "benchmark": {"image": AIPERF},
}


def add_optimization(app: cdk.App, section: dict[str, Any], inference: dict[str, Any] = INFERENCE) -> OptimizationStack:
    """The stack of the jobs and that of their endpoint, on a foundation and a network that are there already."""
    environment = Environment.model_validate(ENVIRONMENT, strict=False)
    stage = cdk.Stage(app, "Models", env=cdk.Environment(account=ACCOUNT, region=REGION))
    # References to what is not in the app; nothing is deployed by it.
    given = cdk.Stack(stage, "Given")
    cdk.CfnWaitConditionHandle(given, "Nothing")
    key = kms.Key.from_key_arn(given, "Key", KEY)
    subnets = [ec2.Subnet.from_subnet_id(given, f"Subnet{letter}", f"subnet-0000000{letter}") for letter in "ab"]
    for subnet in subnets:
        cdk.Annotations.of(subnet).acknowledge_warning("@aws-cdk/aws-ec2:noSubnetRouteTableId", "not needed here")
    shared: dict[str, Any] = {
        "environment": environment,
        "vpc": ec2.Vpc.from_vpc_attributes(given, "Vpc", vpc_id="vpc-0000000a", availability_zones=["us-east-1a"]),
        "subnets": subnets,
        "operations_key": key,
        "alarms": sns.Topic.from_topic_arn(given, "Alarms", ALARMS),
        "access_logs": s3.Bucket.from_bucket_name(given, "AccessLogs", "access-logs"),
        "image_lock": LOCK,
    }
    (settings, *_) = InferenceSettings.model_validate_json(json.dumps(inference)).all_endpoints
    endpoint = InferenceStack(stage, "Inference-chat", settings=settings, key=key, **shared)
    reference = endpoint_reference(endpoint, environment=environment, settings=settings, data_key=key)
    stack = OptimizationStack(
        stage,
        "Optimization",
        settings=OptimizationSettings.model_validate_json(json.dumps(section)),
        endpoints=[reference],
        **shared,
    )
    for each in (endpoint, stack):
        boundary = iam.ManagedPolicy.from_managed_policy_name(each, "Boundary", boundary_name(environment.name))
        iam.PermissionsBoundary.of(each).apply(boundary)
    return stack


def new_app(outdir: Path) -> cdk.App:
    return cdk.App(
        context=platform_app.context(),
        outdir=str(outdir),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
