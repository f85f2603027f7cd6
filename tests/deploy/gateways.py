"""Gateways on the engine: what can be asked of one, and what an edit of its file does when it is released."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.local.assembly import Environment
from operations.local.cdk import CdkFailedError, deploy
from operations.local.clients import client
from operations.local.diagnosis import failures
from operations.local.engine.launcher import TASK_OUTCOMES_PATH
from operations.local.inventory import StackInventory, take_inventory
from operations.local.running_engine import RunningEngine

TIMEOUT = 90.0
BROKEN = {"Release": {"exit_code": 4, "log": ["starting", "model_list[0]: no such provider"]}}

Resource = tuple[str, str]
"""Stack and logical id."""


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """One deployed environment."""

    engine: RunningEngine
    environment: Environment
    host: str
    """The one that its load balancer serves."""

    def aws(self, service: str, region: str | None = None) -> Any:
        environment = self.environment
        return client(self.engine, service, account=environment.account, region=region or environment.stacks[0].region)

    def stacks(self) -> dict[str, StackInventory]:
        """By their own names, without the environment's."""
        prefix = f"{self.environment.stage}-"
        return {stack.name.removeprefix(prefix): stack for stack in take_inventory(self.engine, self.environment)}

    def physical_ids(self) -> dict[Resource, str]:
        found: dict[Resource, str] = {}
        for stack in self.environment.stacks:
            formation = self.aws("cloudformation", stack.region)
            for page in formation.get_paginator("list_stack_resources").paginate(StackName=stack.name):
                for each in page["StackResourceSummaries"]:
                    found[stack.name, each["LogicalResourceId"]] = each["PhysicalResourceId"]
        return found

    def physical_id(self, prefix: str) -> str:
        """Of the one resource of the stack Gateway whose logical id begins so."""
        (found,) = (
            physical
            for (stack, logical), physical in self.physical_ids().items()
            if stack == f"{self.environment.stage}-Gateway" and logical.startswith(prefix)
        )
        return found

    def served_definition(self) -> str:
        """The task definition that the service runs."""
        arn = self.physical_id("Service9571FDD8")
        services = self.aws("ecs").describe_services(cluster=arn.split("/")[-2], services=[arn])["services"]
        return services[0]["taskDefinition"]

    def history(self) -> dict[str, dict[str, datetime]]:
        """By stack: when it first had each status, also of stacks that are gone."""
        return {
            stack.name.removeprefix(f"{self.environment.stage}-"): self._history(stack.name, stack.region)
            for stack in self.environment.stacks
        }

    def _history(self, stack: str, region: str) -> dict[str, datetime]:
        formation = self.aws("cloudformation", region)
        (found,) = (each["StackId"] for each in formation.list_stacks()["StackSummaries"] if each["StackName"] == stack)
        pages = formation.get_paginator("describe_stack_events").paginate(StackName=found)
        events = [event for page in pages for event in page["StackEvents"] if event["PhysicalResourceId"] == found]
        return {event["ResourceStatus"]: event["Timestamp"] for event in events}  # newest first: the first one stays


@dataclass(frozen=True, kw_only=True)
class Releases:
    """One edit of the file, released twice: first the release fails, then it does not."""

    before: Mapping[Resource, str]
    """Physical ids."""
    after: Mapping[Resource, str]
    changes: Mapping[str, str]
    """Types by logical id, as the change set of the stack Gateway told them."""
    served: tuple[str, str, str]
    """Task definitions: before, after the failure, after the success."""
    statuses: tuple[Mapping[str, str], Mapping[str, str]]
    """Of the stacks, after the failure and after the success."""
    reason: str
    """Of the failure."""


@dataclass(frozen=True, kw_only=True)
class Gateways:
    """One behind CloudFront, which is being released anew, and a private one."""

    trial: Gateway
    private: Gateway
    releasing: Future[Releases]
    """It goes on while both are entered: a release touches no way in."""
    before: Mapping[str, Mapping[str, list[str]]]
    """What the account had already, by Region."""


def release(gateway: Gateway, edited: Environment) -> Releases:
    """Deploy the edited environment while releases fail, and again when they do not."""
    before, served = gateway.physical_ids(), gateway.served_definition()
    gateway.engine.put(TASK_OUTCOMES_PATH, BROKEN)
    try:
        deploy(gateway.engine, edited, timeout=TIMEOUT)
    except CdkFailedError:
        (cause,) = failures(gateway.engine, edited)
    else:
        raise AssertionError("a release that fails lets the deployment go on")
    finally:
        gateway.engine.put(TASK_OUTCOMES_PATH, {})
    between, failed = gateway.served_definition(), _statuses(gateway)
    deploy(gateway.engine, edited, timeout=TIMEOUT)
    told = gateway.aws("cloudformation").describe_change_set(
        StackName=f"{edited.stage}-Gateway", ChangeSetName="cdk-deploy-change-set"
    )["Changes"]
    changes = (change["ResourceChange"] for change in told)
    return Releases(
        before=before,
        after=gateway.physical_ids(),
        changes={each["LogicalResourceId"]: each["ResourceType"] for each in changes},
        served=(served, between, gateway.served_definition()),
        statuses=(failed, _statuses(gateway)),
        reason=cause.reason,
    )


def _statuses(gateway: Gateway) -> dict[str, str]:
    return {name: stack.status for name, stack in gateway.stacks().items()}
