"""Endpoints for the tests: their settings, and an app with one stack each."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk

import app as platform_app
from groundwork.environment import Environment
from groundwork.images import ImageLock
from stacks.inference import InferenceStack
from stacks.platform import PlatformStage

REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
LMI = f"{REGISTRY}/djl-inference:0.36.0-lmi18.0.0-cu128"
LMI_CUDA_13 = f"{REGISTRY}/djl-inference:0.36.0-lmi28.0.0-cu130"
CPU = f"{REGISTRY}/huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04"
LOCK: ImageLock = {image: "sha256:" + digit * 64 for image, digit in ((LMI, "a"), (LMI_CUDA_13, "b"), (CPU, "c"))}
"""Digests for the tests, of nothing that exists."""

WEIGHTS = {"source": "s3", "uri": "s3://example-models/chat/"}
KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
PLAN = "arn:aws:sagemaker:us-east-1:111122223333:training-plan/chat"
PACKAGE = "arn:aws:sagemaker:us-east-1:111122223333:model-package/chat/3"
COMPONENT = {"gpus": 1, "memory_mib": 16384}
ENTRIES = {
    "qwen3-32b": LMI,
    "qwen3-32b-eagle": LMI,
    "gpt-oss-120b": LMI_CUDA_13,
    "fara-7b": LMI,
    "nemotron-elastic-12b": LMI,
    "nemotron-elastic-9b": LMI,
    "nemotron-elastic-6b": LMI,
    "smoke": CPU,
}


def described(**more: Any) -> dict[str, Any]:
    """An endpoint as an environment file writes it."""
    return {"name": "chat", "model": WEIGHTS, "image": LMI, "instances": ["ml.g6e.xlarge"], **more}


def entry(name: str, **more: Any) -> dict[str, Any]:
    """An endpoint of the catalogue."""
    model: dict[str, Any] = {"source": "s3", "uri": f"s3://example-models/{name}/"}
    if name.startswith("nemotron"):
        model["provenance"] = {
            "repository": "nvidia/Nemotron-Elastic-12B",
            "revision": "0123456789abcdef0123456789abcdef01234567",
            "licence_accepted": True,
        }
    return {"name": name, "entry": name, "model": model, "image": ENTRIES[name], **more}


SECTION: dict[str, Any] = {
    "catalogue": [entry(name, gateway_model=name) for name in ENTRIES],
    "endpoints": [
        described(
            name="rolling",
            model={**WEIGHTS, "key": KEY},
            count=2,
            scaling={
                "min": 2,
                "max": 6,
                "schedules": [{"cron": "cron(0 7 ? * MON-FRI *)", "timezone": "Europe/Berlin", "min": 3, "max": 8}],
            },
            update={"type": "rolling"},
            routing={"strategy": "prefix-aware"},
            capture={"percent": 10},
            alarms={"latency_p95_ms": 20000},
        ),
        described(
            name="zero",
            instances=["ml.g6e.12xlarge"],
            component=COMPONENT,
            scaling={"min": 0, "max": 6},
            gateway_model="zero",
        ),
        described(
            name="copies", component=COMPONENT, count=2, scaling={"min": 2, "max": 4}, update={"type": "rolling"}
        ),
        described(name="pools", instances=["ml.g6e.xlarge", "ml.g5.2xlarge"], count=2),
        described(name="reserved", image=LMI_CUDA_13, instances=["ml.p5.48xlarge"], reservation=PLAN),
        described(name="queue", asynchronous={}, scaling={"min": 0, "max": 2, "concurrent_requests": 5}),
        described(name="canary", update={"type": "blue-green"}, network_isolation=False),
        {
            "name": "packaged",
            "model": {"source": "package", "arn": PACKAGE, "weights": "s3://example-models/chat/", "image": LMI},
            "instances": ["ml.g6e.xlarge"],
        },
        described(
            name="jumpstart",
            model={
                "source": "jumpstart",
                "uri": "s3://jumpstart-cache-prod-us-east-1/chat/",
                "licence_accepted": True,
            },
        ),
    ],
}
ENVIRONMENT = {
    "name": "models",
    "account": "111122223333",
    "region": "us-east-1",
    "owner": "platform@example.com",
    "cost_center": "models",
    "network": {"vpc": {"cidr": "10.40.0.0/16"}},
}


def add_endpoints(app: cdk.App, section: dict[str, Any]) -> dict[str, InferenceStack]:
    """A platform with these endpoints; their stacks by name."""
    environment = Environment.model_validate_json(json.dumps({**ENVIRONMENT, "inference": section}))
    stage = PlatformStage(app, environment=environment, image_lock=LOCK)
    found = [node for node in stage.node.children if isinstance(node, InferenceStack)]
    return {stack.node.id.removeprefix("Inference-"): stack for stack in found}


def only(*names: str) -> dict[str, Any]:
    """The section with the endpoints of these names."""
    return {kind: [each for each in endpoints if each["name"] in names] for kind, endpoints in SECTION.items()}


def new_app(outdir: Path) -> cdk.App:
    return cdk.App(
        context=platform_app.context(),
        outdir=str(outdir),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
