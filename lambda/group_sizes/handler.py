"""Called by CDK's provider framework: how many nodes the groups have that Karpenter fills."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from group_sizes.sizes import sizes

logger = Logger()
# A throttled call must not fail a deployment.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Read them."""
    session: Any = boto3.Session()
    answer = sizes(event, sagemaker=session.client("sagemaker", config=_CONFIG))
    logger.info("read", extra={"request_type": event["RequestType"], "nodes": answer["Data"]})
    return answer


def is_complete(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """They are known once they have been read."""
    return {"IsComplete": True}
