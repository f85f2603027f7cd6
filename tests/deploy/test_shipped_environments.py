"""The project's own environments on the engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.local.assembly import Environment, read_environment
from operations.local.cdk import bootstrap, deploy, destroy
from operations.local.inventory import take_inventory
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace
from tests.deploy.leftovers import leftovers


@pytest.fixture(scope="module")
def own_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """An engine of its own: dev names the same account as the app of the other tests."""
    workspace = Workspace(root=tmp_path_factory.mktemp("shipped"))
    yield start_engine(workspace)
    stop_engine(workspace)


def create(engine: RunningEngine, environment: Environment) -> None:
    bootstrap(engine, environment, timeout=60)
    deploy(engine, environment, timeout=90)
    stacks = {stack.name: stack.status for stack in take_inventory(engine, environment)}
    assert stacks == {stack.name: "CREATE_COMPLETE" for stack in environment.stacks}


def test_dev_deploys_and_leaves_nothing(own_engine: RunningEngine, assembly: Path) -> None:
    dev = read_environment(assembly=assembly, name="dev")
    create(own_engine, dev)
    before = leftovers(own_engine, account=dev.account, region=dev.regions[0])
    assert {"s3", "kms", "topics", "vpcs", "subnets", "roles", "policies"} <= set(before)
    destroy(own_engine, dev, timeout=90)
    for region in dev.regions:
        assert leftovers(own_engine, account=dev.account, region=region) == {}


@pytest.mark.parametrize("name", ["closed", "prod"])
def test_others_deploy_beside_it(own_engine: RunningEngine, assembly: Path, name: str) -> None:
    create(own_engine, read_environment(assembly=assembly, name=name))
