"""Called by the state machine for each step, and by CDK's provider framework before the cluster changes."""

import base64
import os
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
from aws_lambda_powertools import Logger
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from mig_layout_change.guard import Clients, is_changed, start
from mig_layout_change.kubernetes import Kubernetes, eks_token
from mig_layout_change.steps import Cluster, run

logger = Logger()
# A throttled call must not fail a change.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def step(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """One step of a change."""
    state = run(event, _cluster())
    logger.info(event["step"], extra={"state": state})
    return state


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Refuse a change, or start it."""
    answer = start(event, clients=_clients())
    logger.info("started", extra={"request_type": event["RequestType"], "executions": answer["Data"]["Executions"]})
    return answer


def is_complete(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Whether the change is done. Raises what made it fail."""
    return {"IsComplete": is_changed(event, clients=_clients())}


def _cluster() -> Cluster:
    session: Any = boto3.Session()
    name, region = os.environ["EKS_CLUSTER"], os.environ["AWS_REGION"]
    authority = os.environ.get("EKS_AUTHORITY")
    kubernetes = Kubernetes(
        endpoint=os.environ["EKS_ENDPOINT"],
        token=lambda: eks_token(session, cluster=name, region=region),
        certificate=base64.b64decode(authority).decode() if authority else None,
    )
    sagemaker = session.client("sagemaker", config=_CONFIG)
    return Cluster(name=os.environ["HYPERPOD_CLUSTER"], kubernetes=kubernetes, sagemaker=sagemaker)


def _clients() -> Clients:
    session: Any = boto3.Session()
    names = ("stepfunctions", "cloudformation")
    stepfunctions, cloudformation = (session.client(name, config=_CONFIG) for name in names)
    return Clients(stepfunctions=stepfunctions, cloudformation=cloudformation)
