"""The project's own dev environment on the engine."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.local.assembly import Environment, read_environment
from operations.local.cdk import bootstrap, deploy, destroy
from operations.local.inventory import take_inventory
from operations.local.process import RunningEngine, start_engine, stop_engine
from operations.local.workspace import PROJECT, Workspace, bare_environment, cdk_cli, node
from tests.deploy.leftovers import leftovers


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    assembly = tmp_path_factory.mktemp("dev") / "cdk.out"
    command = [str(node()), str(cdk_cli()), "synth", "Dev/**", "--quiet", "--output", str(assembly), "--no-validation"]
    subprocess.run(command, cwd=PROJECT, env=bare_environment(), check=True, timeout=60)
    return read_environment(assembly=assembly, name="dev")


@pytest.fixture
def own_engine(tmp_path: Path) -> Iterator[RunningEngine]:
    """An engine of its own: dev names the same account as the app of the other tests."""
    workspace = Workspace(root=tmp_path)
    yield start_engine(workspace)
    stop_engine(workspace)


def test_dev_deploys_and_leaves_nothing(own_engine: RunningEngine, dev: Environment) -> None:
    bootstrap(own_engine, dev, timeout=60)
    deploy(own_engine, dev, timeout=90)
    stacks = take_inventory(own_engine, dev)
    assert {stack.name: stack.status for stack in stacks} == {stack.name: "CREATE_COMPLETE" for stack in dev.stacks}
    before = leftovers(own_engine, account=dev.account, region=dev.regions[0])
    assert {"s3", "kms", "topics", "vpcs", "subnets", "roles", "policies"} <= set(before)
    destroy(own_engine, dev, timeout=90)
    for region in dev.regions:
        assert leftovers(own_engine, account=dev.account, region=region) == {}
