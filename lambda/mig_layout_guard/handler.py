"""Called by CDK's provider framework, before anything else of the cluster changes."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from mig_layout_guard.refusal import judge

logger = Logger()
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Refuse a change of layout that nobody has asked for, or let the deployment go on."""
    session: Any = boto3.Session()
    answer = judge(event, cloudformation=session.client("cloudformation", config=_CONFIG))
    logger.info("passed", extra={"request_type": event["RequestType"]})
    return answer


def is_complete(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """What was not refused has passed."""
    return {"IsComplete": True}
