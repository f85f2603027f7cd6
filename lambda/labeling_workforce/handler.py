"""Called by CDK's provider framework: looks before a workforce is made, and opens its portal afterwards."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from labeling_workforce.guard import look
from labeling_workforce.sign_in import open_portal

logger = Logger()
# A throttled call must not fail a deployment.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})


def on_event(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Do what the resource's type says.

    Raises:
        WorkforceRefusedError: the workforce cannot be made or used.
        PortalError: the portal cannot be opened.
    """
    session: Any = boto3.Session()
    kind = event["ResourceType"]
    match kind:
        case "Custom::LabelingWorkforceGuard":
            sagemaker, cloudformation = (session.client(n, config=_CONFIG) for n in ("sagemaker", "cloudformation"))
            answer = look(event, sagemaker=sagemaker, cloudformation=cloudformation)
        case "Custom::LabelingPortalSignIn":
            answer = open_portal(event, cognito=session.client("cognito-idp", config=_CONFIG))
        case _:
            raise ValueError(f"{kind} is not known here")
    logger.info("done", extra={"resource_type": kind, "request_type": event["RequestType"]})
    return answer


def is_complete(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Both are done at once."""
    return {"IsComplete": True}
