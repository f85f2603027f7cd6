"""Called by the state machine for each step, and by CDK's provider framework before the cluster changes."""

import base64
import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from eks_api.api_server import eks_token
from mig_layout_change.kubernetes import Kubernetes
from mig_layout_change.rollout import is_changed, start
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
    """Start the changes of a deployment."""
    answer = start(event, stepfunctions=_stepfunctions())
    logger.info("started", extra={"request_type": event["RequestType"], "executions": answer["Data"]["Executions"]})
    return answer


def is_complete(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Whether they are done. Raises what made one fail."""
    return {"IsComplete": is_changed(event, stepfunctions=_stepfunctions())}


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


def _stepfunctions() -> Any:
    session: Any = boto3.Session()
    return session.client("stepfunctions", config=_CONFIG)
