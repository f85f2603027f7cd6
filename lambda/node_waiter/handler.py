"""Called by CDK's provider framework: asked until a HyperPod cluster has its nodes."""

from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
from aws_lambda_powertools import Logger
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from node_waiter.nodes import begin, have_joined

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
    complete = have_joined(event, sagemaker=session.client("sagemaker", config=_CONFIG))
    logger.info("asked", extra={"complete": complete})
    return {"IsComplete": complete}
