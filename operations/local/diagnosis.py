"""Finds, in the engine's stack events, what a person needs to know about a deployment that failed or hangs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from operations.local.assembly import AssemblyStack, Environment
from operations.local.clients import client
from operations.local.running_engine import RunningEngine

# Said of every resource that was stopped because another one failed.
_CONSEQUENCES = ("Resource creation cancelled", "Resource update cancelled")


@dataclass(frozen=True, kw_only=True)
class StackEvent:
    """One event of one stack."""

    stack: str
    logical_id: str
    resource_type: str
    status: str
    reason: str
    construct_path: str

    def __str__(self) -> str:
        where = f" ({self.construct_path})" if self.construct_path else ""
        reason = f": {self.reason}" if self.reason else ""
        return f"{self.stack}: {self.logical_id} [{self.resource_type}]{where} {self.status}{reason}"


def failures(engine: RunningEngine, environment: Environment) -> list[StackEvent]:
    """The first resource that failed, of each stack's latest operation."""
    found = (first_failure(stack, _events(engine, stack)) for stack in environment.stacks)
    return [event for event in found if event]


def unfinished(engine: RunningEngine, environment: Environment) -> list[StackEvent]:
    """The last event of each stack that is still being worked on."""
    events = [(stack, _events(engine, stack)) for stack in environment.stacks]
    return [_event(stack, newest[0]) for stack, newest in events if newest and not _is_end(newest[0])]


def first_failure(stack: AssemblyStack, newest_first: Sequence[dict[str, Any]]) -> StackEvent | None:
    """The earliest failure of the latest operation; events before that operation's start do not count."""
    failed: StackEvent | None = None
    for position, event in enumerate(newest_first):
        if position and _is_end(event):
            break
        if event["ResourceStatus"].endswith("_FAILED"):
            candidate = _event(stack, event)
            # Going back in time, the stack's own event comes before its cause; a consequence never is the cause.
            if not candidate.reason.startswith(_CONSEQUENCES) and not (failed and _is_stack(event)):
                failed = candidate
    return failed


def _event(stack: AssemblyStack, event: dict[str, Any]) -> StackEvent:
    logical_id = event["LogicalResourceId"]
    return StackEvent(
        stack=stack.name,
        logical_id=logical_id,
        resource_type=event["ResourceType"],
        status=event["ResourceStatus"],
        reason=event.get("ResourceStatusReason", ""),
        construct_path=stack.construct_path_of(logical_id),
    )


def _is_stack(event: dict[str, Any]) -> bool:
    return event["PhysicalResourceId"] == event["StackId"] or event["LogicalResourceId"] == event["StackName"]


def _is_end(event: dict[str, Any]) -> bool:
    status = event["ResourceStatus"]
    return _is_stack(event) and status.endswith("_COMPLETE") and "CLEANUP" not in status


def _events(engine: RunningEngine, stack: AssemblyStack) -> list[dict[str, Any]]:
    cloudformation = client(engine, "cloudformation", account=stack.account, region=stack.region)
    try:
        return cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    except ClientError:
        # The stack does not exist: the deployment did not come so far.
        return []
