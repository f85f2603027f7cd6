"""Deploys the previous release to the embedded engine and then this one, and looks which data was not carried over."""

from dataclasses import dataclass
from pathlib import Path

from operations.local.assembly import Environment
from operations.local.cdk import bootstrap, deploy
from operations.local.clients import client
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace
from review.stateful import STATEFUL

BOOTSTRAP_TIMEOUT = 60.0
"""Seconds."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A resource with state that the upgrade replaced or deleted."""

    stack: str
    logical_id: str
    type: str
    before: str
    after: str
    """Its new physical id; empty where it was deleted."""


def upgrade(previous: Environment, current: Environment, *, root: Path, timeout: float) -> list[Lost]:
    """Deploy both to an engine of its own, `timeout` seconds each; what had state and is another resource now."""
    workspace = Workspace(root=root)
    engine = start_engine(workspace)
    try:
        for environment in (previous, current):
            bootstrap(engine, environment, timeout=BOOTSTRAP_TIMEOUT)
        deploy(engine, previous, timeout=timeout)
        return upgrade_on(engine, previous, current, timeout=timeout)
    finally:
        stop_engine(workspace)


def upgrade_on(engine: RunningEngine, previous: Environment, current: Environment, *, timeout: float) -> list[Lost]:
    """The second half, on an engine that holds the previous release."""
    before = _stateful(engine, previous)
    deploy(engine, current, timeout=timeout)
    after = {**_stateful(engine, previous), **_stateful(engine, current)}
    return [
        Lost(
            stack=stack,
            logical_id=logical_id,
            type=kind,
            before=physical,
            after=after.get((stack, logical_id, kind), ""),
        )
        for (stack, logical_id, kind), physical in before.items()
        if after.get((stack, logical_id, kind)) != physical
    ]


def _stateful(engine: RunningEngine, environment: Environment) -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for stack in environment.stacks:
        cloudformation = client(engine, "cloudformation", account=stack.account, region=stack.region)
        for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name):
            for resource in page["StackResourceSummaries"]:
                if (kind := resource["ResourceType"]) in STATEFUL:
                    found[stack.name, resource["LogicalResourceId"], kind] = resource["PhysicalResourceId"]
    return found
