"""Gateways deployed side by side, each with what its updates showed."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk

import app as platform_app
from operations.local.assembly import Environment, read_environment
from operations.local.cdk import CdkFailedError, bootstrap, deploy, run_cdk
from operations.local.clients import client
from operations.local.diagnosis import failures
from operations.local.engine.launcher import TASK_OUTCOMES_PATH
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace
from tests.constructs.gateway import platform_app as gateway_app
from tests.constructs.gateway import release_app

ACCOUNT, REGION = "111122223333", "eu-central-1"
TIMEOUT = 90.0
BROKEN = {"Release": {"exit_code": 4, "log": ["starting", "model_list[0]: no such provider"]}}


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """One deployed environment."""

    engine: RunningEngine
    environment: Environment

    def aws(self, service: str) -> Any:
        return client(self.engine, service, account=ACCOUNT, region=REGION)

    def physical_ids(self) -> dict[str, str]:
        """Of the stack Gateway, by logical id."""
        pages = self.aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages
            for each in page["StackResourceSummaries"]
        }

    def physical_id(self, prefix: str) -> str:
        (found,) = (value for key, value in self.physical_ids().items() if key.startswith(prefix))
        return found

    def status(self) -> str:
        return self.aws("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0]["StackStatus"]

    def served_definition(self) -> str:
        """The task definition that the service runs."""
        arn = self.physical_id("Service9571FDD8")
        services = self.aws("ecs").describe_services(cluster=arn.split("/")[-2], services=[arn])["services"]
        return services[0]["taskDefinition"]

    @property
    def stack(self) -> str:
        return f"{self.environment.stage}-Gateway"


@dataclass(frozen=True, kw_only=True)
class Releases:
    """One edit of the configuration, released twice: first the release fails, then it does not."""

    before: Mapping[str, str]
    """Physical ids by logical id."""
    after: Mapping[str, str]
    changes: Mapping[str, str]
    """Types by logical id, as the change set told them."""
    served: tuple[str, str, str]
    """Task definitions: before, after the failure, after the success."""
    statuses: tuple[str, str]
    """Of the stack, after the failure and after the success."""
    reason: str
    """Of the failure."""


@dataclass(frozen=True, kw_only=True)
class Gateways:
    """A public and a private one, and what a third one went through."""

    public: Gateway
    private: Gateway
    releasing: Future[Releases]
    """It goes on while the other two are tried out; its tests come last."""


def synthesize(folder: Path, text: str, *, beside: Sequence[gateway_app.Variant] = ()) -> None:
    """The one that is released, with a text for the configuration, and others beside it."""
    app = cdk.App(context=platform_app.context(), outdir=str(folder))
    gateway_app.build(app, *beside)
    release_app.build(app, release_app.Released(configuration=text))
    app.synth()


@contextmanager
def deployed(folder: Path) -> Iterator[Gateways]:
    """Deploy them at the same time. The release has an engine of its own: tests count what the others leave."""
    first, second = folder / "first", folder / "second"
    workspaces = [Workspace(root=folder / name) for name in ("engine", "release")]
    with ThreadPoolExecutor(4) as pool:
        starting = [pool.submit(start_engine, workspace) for workspace in workspaces]
        try:
            platforms = (gateway_app.PUBLIC_AURORA, gateway_app.PRIVATE_RDS)
            beside = [replace(each, keep_data=False) for each in platforms]
            synthesize(first, "model_list: []\n", beside=beside)
            shared, own = (start.result(TIMEOUT) for start in starting)
            released = _gateway(own, first, release_app.NAME)
            public, private = (_gateway(shared, first, name) for name in ("public", "private"))
            creating = pool.submit(_create, released)
            bootstrap(shared, public.environment, timeout=TIMEOUT)
            others = [pool.submit(deploy, shared, each.environment, timeout=TIMEOUT) for each in (public, private)]
            synthesize(second, "model_list: [] # edited\n")
            releasing = pool.submit(_releases, released, second, after=creating)
            for other in others:
                other.result(TIMEOUT)
            yield Gateways(public=public, private=private, releasing=releasing)
        finally:
            for workspace in workspaces:
                stop_engine(workspace)


def _gateway(engine: RunningEngine, assembly: Path, name: str) -> Gateway:
    return Gateway(engine=engine, environment=read_environment(assembly=assembly, name=name))


def _deploy_gateway(gateway: Gateway, assembly: Path) -> None:
    environment = replace(gateway.environment, assembly=assembly)
    arguments = ["deploy", f"{environment.stage}/Gateway", "--exclusively", "--require-approval", "never"]
    run_cdk(gateway.engine, environment, arguments, timeout=TIMEOUT)


def _create(gateway: Gateway) -> None:
    bootstrap(gateway.engine, gateway.environment, timeout=TIMEOUT)
    deploy(gateway.engine, gateway.environment, timeout=TIMEOUT)


def _releases(gateway: Gateway, assembly: Path, *, after: Future[None]) -> Releases:
    after.result(TIMEOUT)
    before, served = gateway.physical_ids(), gateway.served_definition()
    gateway.engine.put(TASK_OUTCOMES_PATH, BROKEN)
    try:
        _deploy_gateway(gateway, assembly)
    except CdkFailedError:
        (cause,) = failures(gateway.engine, gateway.environment)
    else:
        raise AssertionError("a release that fails lets the deployment go on")
    between, failed = gateway.served_definition(), gateway.status()
    gateway.engine.put(TASK_OUTCOMES_PATH, {})
    _deploy_gateway(gateway, assembly)
    told = gateway.aws("cloudformation").describe_change_set(
        StackName=gateway.stack, ChangeSetName="cdk-deploy-change-set"
    )["Changes"]
    changes = (change["ResourceChange"] for change in told)
    return Releases(
        before=before,
        after=gateway.physical_ids(),
        changes={each["LogicalResourceId"]: each["ResourceType"] for each in changes},
        served=(served, between, gateway.served_definition()),
        statuses=(failed, gateway.status()),
        reason=cause.reason,
    )
