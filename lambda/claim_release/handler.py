"""Called by CDK's provider framework: waits before a claim on a volume goes, until no pod mounts it."""

import base64
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from claim_release.release import begin, is_due, pods_left
from eks_api.api_server import ApiServer, eks_token

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
    """Whether no pod mounts it any more. Raises where that takes too long."""
    left = pods_left(event, kubernetes=_kubernetes(event["ResourceProperties"])) if is_due(event) else ""
    logger.info("asked", extra={"left": left})
    return {"IsComplete": not left}


def _kubernetes(properties: dict[str, Any]) -> ApiServer:
    session: Any = boto3.Session()
    return ApiServer(
        endpoint=properties["Endpoint"],
        token=lambda: eks_token(session, cluster=properties["Cluster"], region=session.region_name),
        certificate=base64.b64decode(properties["Authority"]).decode() or None,
    )
