"""Called by CDK's provider framework: puts the life-cycle scripts of a HyperPod cluster where its nodes look."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from lifecycle_scripts.upload import put

logger = Logger()
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Put them."""
    session: Any = boto3.Session()
    answer = put(event, s3=session.client("s3", config=_CONFIG))
    logger.info("put", extra={"request_type": event["RequestType"], "id": answer["PhysicalResourceId"]})
    return answer


def is_complete(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """They are there once they have been put."""
    return {"IsComplete": True}
