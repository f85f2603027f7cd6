"""The project's own environments on the engine; more of the gateway is in test_gateway_deployment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from operations.local.assembly import Environment, read_environment
from operations.local.cdk import destroy
from operations.local.inventory import take_inventory
from operations.local.running_engine import RunningEngine
from tests.deploy.creation import create
from tests.deploy.leftovers import added, leftovers

TIMEOUT = 90.0
OTHERS = ("closed", "prod", "gateway-public", "endpoints", "labeling")

Bootstrap = Callable[[Environment], None]


def assert_created(engine: RunningEngine, environment: Environment) -> None:
    stacks = {stack.name: stack.status for stack in take_inventory(engine, environment)}
    assert stacks == {stack.name: "CREATE_COMPLETE" for stack in environment.stacks}


def test_dev_deploys_and_leaves_nothing(engine: RunningEngine, bootstrapped: Bootstrap, assembly: Path) -> None:
    dev = read_environment(assembly=assembly, name="dev")
    bootstrapped(dev)
    (region,) = dev.regions
    before = leftovers(engine, account=dev.account, region=region)
    create(engine, dev, timeout=TIMEOUT)
    assert_created(engine, dev)
    created = added(before, leftovers(engine, account=dev.account, region=region))
    # The listing is only worth its silence later if it sees everything now.
    assert {"s3", "kms", "topics", "vpcs", "subnets", "roles", "policies"} <= set(created)
    destroy(engine, dev, timeout=TIMEOUT)
    assert added(before, leftovers(engine, account=dev.account, region=region)) == {}


def test_a_cluster_deploys_in_a_closed_network_and_leaves_nothing(
    engine: RunningEngine, bootstrapped: Bootstrap, assembly: Path
) -> None:
    partitions = read_environment(assembly=assembly, name="partitions")
    bootstrapped(partitions)
    (region,) = partitions.regions
    before = leftovers(engine, account=partitions.account, region=region)
    create(engine, partitions, timeout=TIMEOUT)
    assert_created(engine, partitions)
    cluster = take_inventory(engine, partitions)[-1]
    held = {**cluster.emulated, **cluster.walked_through}.values()
    assert {"AWS::EKS::Cluster", "AWS::SageMaker::Cluster", "Custom::ComputeQuota", "Custom::MigLayouts"} <= set(held)
    assert "walked through" in added(before, leftovers(engine, account=partitions.account, region=region))
    destroy(engine, partitions, timeout=TIMEOUT)
    assert added(before, leftovers(engine, account=partitions.account, region=region)) == {}


@pytest.fixture(scope="module")
def others(engine: RunningEngine, bootstrapped: Bootstrap, assembly: Path) -> dict[str, Environment]:
    """Deployed beside each other, by name."""
    found = {name: read_environment(assembly=assembly, name=name) for name in OTHERS}
    for environment in found.values():
        bootstrapped(environment)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: create(engine, each, timeout=TIMEOUT), found.values()))
    return found


@pytest.mark.parametrize("name", OTHERS)
def test_others_deploy(engine: RunningEngine, others: dict[str, Environment], name: str) -> None:
    assert_created(engine, others[name])


def test_a_record_in_a_zone_of_others_is_told_as_walked_through(
    engine: RunningEngine, others: dict[str, Environment]
) -> None:
    gateway = take_inventory(engine, others["gateway-public"])[-1]
    assert "AWS::Route53::RecordSet" in gateway.walked_through.values()
    assert "AWS::Route53::RecordSet" not in gateway.emulated.values()


def test_what_a_workforce_waits_for_has_really_run(engine: RunningEngine, others: dict[str, Environment]) -> None:
    """One function looks for a second workforce, the other lets workers come back to their portal."""
    inventory = take_inventory(engine, others["labeling"])
    people = next(stack for stack in inventory if stack.name == "Labeling-Labeling")
    assert {"AWS::SageMaker::Workforce", "AWS::SageMaker::Workteam"} <= set(people.walked_through.values())
    assert {"Custom::LabelingPortalSignIn", "Custom::LabelingWorkforceGuard"} <= set(people.emulated.values())
