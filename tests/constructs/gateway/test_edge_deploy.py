"""The edge on the embedded engine: made after what it refers to in another Region, and gone before it."""

from collections.abc import Iterator
from pathlib import Path

import aws_cdk as cdk
import pytest

import app as platform_app
from operations.local.assembly import read_environment
from operations.local.cdk import bootstrap, deploy, destroy
from operations.local.inventory import take_inventory
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import Workspace
from tests.constructs.gateway.edge_app import NOTHING_KEPT, build
from tests.deploy.leftovers import leftovers


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[RunningEngine]:
    running = start_engine(Workspace(root=tmp_path / "engine"))
    yield running
    stop_engine(running.workspace)


def test_the_edge_is_deployed_and_destroyed_across_two_regions(engine: RunningEngine, tmp_path: Path) -> None:
    app = cdk.App(context=platform_app.context(), outdir=str(tmp_path / "assembly"))
    build(app, NOTHING_KEPT)
    environment = read_environment(assembly=Path(app.synth().directory), name=NOTHING_KEPT.name)
    assert set(environment.regions) == {"eu-central-1", "us-east-1"}
    bootstrap(engine, environment, timeout=60)
    deploy(engine, environment, timeout=120)
    stacks = {stack.name: stack for stack in take_inventory(engine, environment)}
    assert {stack.status for stack in stacks.values()} == {"CREATE_COMPLETE"}
    assert "AWS::CloudFront::Distribution" in stacks["EdgeTrial-Edge"].emulated.values()
    assert stacks["EdgeTrial-Edge"].region == "us-east-1"
    destroy(engine, environment, timeout=120)
    for region in environment.regions:
        assert leftovers(engine, account=environment.account, region=region) == {}
