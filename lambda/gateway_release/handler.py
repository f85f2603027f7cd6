"""Called by CDK's provider framework: starts the task of a release, and is asked until it has ended."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from gateway_release.release import Clients, is_released, start

logger = Logger()
# A throttled call must not fail a deployment.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def _clients() -> Clients:
    session: Any = boto3.Session()
    services = ("ecs", "logs", "cloudformation")
    ecs, logs, cloudformation = (session.client(name, config=_CONFIG) for name in services)
    return Clients(ecs=ecs, logs=logs, cloudformation=cloudformation)


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start the task, unless there is nothing to release."""
    answer = start(event, clients=_clients())
    logger.info("started", extra={"request_type": event["RequestType"], "task": answer["Data"]})
    return answer


def is_complete(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Whether the task has ended well. Raises what made it fail."""
    return {"IsComplete": is_released(event, clients=_clients())}
