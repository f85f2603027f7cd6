"""The custom resource `Custom::ImageMirror`, on CDK's provider framework."""

from collections.abc import Mapping
from typing import Any, Protocol

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from .deadline import Deadline, OutOfTimeError
from .mirror import mirror
from .order import read_order

_logger = Logger()
# All attempts of a call together stay below the time that a deadline keeps free.
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int: ...


def on_event(event: Mapping[str, Any], _context: _Context) -> dict[str, Any]:
    """Refuse an order that cannot be carried out; the work is `is_complete`'s, which is called until it is done.

    Nothing is deleted: the repository goes with its stack, and what it held before an update is what a roll-back needs.

    Raises:
        ValueError: a property is missing or of another form.
    """
    if event["RequestType"] == "Delete":
        return {}
    order = read_order(event["ResourceProperties"])
    return {"PhysicalResourceId": order.repository}


def is_complete(event: Mapping[str, Any], context: _Context) -> dict[str, bool]:
    """Copy the image, as far as the time of this call allows.

    Raises:
        MirrorError: it cannot be copied; fails the deployment.
    """
    if event["RequestType"] == "Delete":
        return {"IsComplete": True}
    order = read_order(event["ResourceProperties"])
    client: Any = boto3.client("ecr", config=_CONFIG)
    try:
        mirror(order, client=client, deadline=Deadline(remaining_milliseconds=context.get_remaining_time_in_millis))
    except OutOfTimeError:
        _logger.info("more to do in the next call", image=str(order))
        return {"IsComplete": False}
    return {"IsComplete": True}
