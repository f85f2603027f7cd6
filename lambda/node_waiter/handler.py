"""Called by CDK's provider framework: asked until a HyperPod cluster has its nodes."""

import base64
from collections import Counter
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from eks_api.api_server import ApiServer, eks_token
from node_waiter.nodes import begin, have_joined, ready_nodes

logger = Logger()
# A throttled call must not fail a deployment.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Note when the waiting began."""
    logger.info("began", extra={"request_type": event["RequestType"]})
    return begin()


def is_complete(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Whether the nodes are there. Raises where they will not come."""
    session: Any = boto3.Session()
    complete = have_joined(
        event,
        sagemaker=session.client("sagemaker", config=_CONFIG),
        ready=lambda: _ready(event["ResourceProperties"], session),
    )
    logger.info("asked", extra={"complete": complete})
    return {"IsComplete": complete}


def _ready(properties: dict[str, Any], session: Any) -> Counter[str]:
    kubernetes = ApiServer(
        endpoint=properties["Endpoint"],
        token=lambda: eks_token(session, cluster=properties["Kubernetes"], region=session.region_name),
        certificate=base64.b64decode(properties["Authority"]).decode() or None,
    )
    return ready_nodes(kubernetes)
