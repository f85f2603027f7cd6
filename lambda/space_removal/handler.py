"""Called by CDK's provider framework: removes Spaces, and what their web page has in AWS, before that goes which they
need for it.
"""

import base64
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from eks_api.api_server import eks_token
from space_removal.kubernetes import Kubernetes
from space_removal.removal import begin, is_due, what_is_left

logger = Logger()
# A throttled call must not fail a deletion.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Note when the waiting began, and whether there is a cluster at all."""
    session: Any = boto3.Session()
    answer = begin(event, eks=session.client("eks", config=_CONFIG))
    logger.info("began", extra={"request_type": event["RequestType"], "answer": answer})
    return answer


def is_complete(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Whether all is gone; asks that to go which stands there untouched. Raises where it will not go."""
    left = ""
    if is_due(event):
        session: Any = boto3.Session()
        kubernetes = _kubernetes(event["ResourceProperties"], session)
        left = what_is_left(event, kubernetes=kubernetes, route53=lambda: session.client("route53", config=_CONFIG))
    logger.info("asked", extra={"left": left})
    return {"IsComplete": not left}


def _kubernetes(properties: dict[str, Any], session: Any) -> Kubernetes:
    return Kubernetes(
        endpoint=properties["Endpoint"],
        token=lambda: eks_token(session, cluster=properties["Cluster"], region=session.region_name),
        certificate=base64.b64decode(properties["Authority"]).decode() or None,
    )
