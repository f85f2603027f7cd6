"""Deletes previews whose time is over, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from promotion.account import Account, is_missing
from promotion.errors import PromotionError
from promotion.previews.preview import expiry, stack_belongs

_PAUSE = 10.0
_GONE, _FAILED = "DELETE_COMPLETE", "DELETE_FAILED"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A stack of a preview that may go."""

    environment: str
    stack: str
    region: str
    made: datetime
    ends: datetime


def overdue(account: Account, *, regions: tuple[str, ...], now: datetime, kept: frozenset[str]) -> list[Preview]:
    """The stacks of previews whose end has passed, the last made first: what is referred to was made earlier.

    A stack goes only when its tags say that it is a preview and when it ends, its name is that preview's, nobody
    protected it from deletion, and its environment is none of `kept`: those of the pipeline.
    """
    found: list[Preview] = []
    for region in regions:
        pages = account.reader("cloudformation", region).get_paginator("describe_stacks").paginate()
        for stack in (stack for page in pages for stack in page["Stacks"]):
            tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", ())}
            ends, environment = expiry(tags), tags.get("environment", "")
            if ends is None or ends > now or environment in kept or not stack_belongs(stack["StackName"], tags):
                continue
            if stack.get("EnableTerminationProtection") or "ParentId" in stack or stack["StackStatus"] == _GONE:
                continue
            found.append(
                Preview(
                    environment=environment,
                    stack=stack["StackName"],
                    region=region,
                    made=stack["CreationTime"],
                    ends=ends,
                )
            )
    return sorted(found, key=lambda preview: preview.made, reverse=True)


def reap(account: Account, previews: list[Preview], *, timeout: float, tell: Callable[[str], None]) -> list[str]:
    """Delete stacks one after the other; the names of those that would not go within `timeout` seconds each."""
    left: list[str] = []
    for preview in previews:
        cloudformation = account.deployer("cloudformation", preview.region)
        tell(f"Deleting {preview.stack} in {preview.region}, which ended {preview.ends:%Y-%m-%d %H:%M} UTC")
        try:
            cloudformation.delete_stack(StackName=preview.stack)
            status = _ended(cloudformation, preview.stack, timeout=timeout)
        except ClientError as error:
            raise PromotionError(f"{preview.stack} cannot be deleted: {error}") from None
        if status != _GONE:
            left.append(f"{preview.stack} ({status})")
    return left


def _ended(cloudformation: Any, stack: str, *, timeout: float) -> str:
    retrying = Retrying(
        stop=stop_after_delay(timeout),
        wait=wait_fixed(_PAUSE),
        retry=retry_if_result(lambda status: status not in (_GONE, _FAILED)),
    )
    try:
        return retrying(_status, cloudformation, stack)
    except RetryError:
        return f"not gone after {timeout:.0f} s"


def _status(cloudformation: Any, stack: str) -> str:
    try:
        return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if is_missing(error):
            return _GONE
        raise
