"""Called by CDK's provider framework: asks for a change of a quota, and is asked until it is done."""

import re
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from .order import read_order
from .quota import Quotas

_logger = Logger()
# A throttled call must not fail a deployment.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 10})
_ID = re.compile(r"[a-z0-9]{12}")


def _quotas() -> Quotas:
    client: Any = boto3.client("sagemaker", config=_CONFIG)
    return Quotas(client)


def on_event(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Ask for the change.

    Raises:
        QuotaError: it cannot be made.
    """
    kind, quotas = event["RequestType"], _quotas()
    if kind == "Delete":
        # Anything else is the id of a creation that never got as far.
        if _ID.fullmatch(event["PhysicalResourceId"]):
            quotas.delete(event["PhysicalResourceId"])
        return {}
    order = read_order(event)
    quota_id = event.get("PhysicalResourceId", "")
    if kind == "Update" and _same(event):
        quotas.update(quota_id, order)
    else:
        # A new name or cluster is a new quota; CloudFormation deletes the old one afterwards.
        quota_id = quotas.create(order)
    _logger.info("asked for", extra={"request_type": kind, "quota": order.name, "id": quota_id})
    return {"PhysicalResourceId": quota_id}


def is_complete(event: Mapping[str, Any], _context: object) -> dict[str, bool]:
    """Whether the change is done.

    Raises:
        QuotaError: it failed.
    """
    quota_id = event["PhysicalResourceId"]
    if event["RequestType"] == "Delete":
        return {"IsComplete": not _ID.fullmatch(quota_id) or _quotas().is_gone(quota_id)}
    return {"IsComplete": _quotas().is_there(quota_id)}


def _same(event: Mapping[str, Any]) -> bool:
    new, old = read_order(event), read_order(event, "OldResourceProperties")
    return (new.name, new.cluster) == (old.name, old.cluster)
