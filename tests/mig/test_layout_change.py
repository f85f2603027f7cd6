"""The change of a layout: the definition that the template has, run with the real steps against an API server."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from mig_layout_change import steps
from mig_layout_change.steps import Cluster, run
from tests.mig.kubernetes_on_loopback import FakeKubernetes, serving
from tests.mig.layout_app import definition
from tests.mig.states_language import Execution, execute

OLD, NEW = "all-1g.10gb", "all-3g.40gb"
OLD_RESOURCES, NEW_RESOURCES = {"nvidia.com/mig-1g.10gb": 56}, {"nvidia.com/mig-3g.40gb": 16}
# As a custom resource hands it on: CloudFormation makes texts of numbers.
INPUT = {"group": "gpus", "layout": NEW, "resources": {"nvidia.com/mig-3g.40gb": "16"}}
GROUP = {
    "InstanceGroupName": "gpus",
    "InstanceType": "ml.p5.48xlarge",
    "CurrentCount": 3,
    "TargetCount": 3,
    "ExecutionRole": "arn:aws:iam::111122223333:role/nodes",
    "KubernetesConfig": {"DesiredLabels": {"nvidia.com/mig.config": OLD}},
}


class World:
    """A cluster with three nodes of a group and one of another, and SageMaker."""

    def __init__(self, fake: FakeKubernetes, cluster: Cluster, sagemaker: Stubber) -> None:
        self.fake, self.cluster, self.sagemaker = fake, cluster, sagemaker
        for index in range(3):
            fake.add_node(f"node-{index}", "gpus", OLD, OLD_RESOURCES)
        fake.add_node("other", "others", OLD, OLD_RESOURCES)
        self.waits: list[str] = []

    def expect_update(self, *, status: str = "InService") -> None:
        described = {
            "ClusterName": "c",
            "ClusterStatus": status,
            "ClusterArn": "arn:aws:sagemaker:x:1:cluster/abcdefghijkl",
        }
        self.sagemaker.add_response("describe_cluster", {**described, "InstanceGroups": [GROUP]}, {"ClusterName": "c"})
        if status == "InService":
            answer = {"ClusterArn": "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"}
            self.sagemaker.add_response("update_cluster", answer, {"ClusterName": "c", "InstanceGroups": ANY})

    def change(self, on_wait: Callable[[str], None] | None = None, **given: Any) -> Execution:
        def waited(name: str) -> None:
            self.waits.append(name)
            if name == "WaitForNodes":
                self.settle(len(self.waits))
            if on_wait:
                on_wait(name)

        return execute(
            definition(),
            {**INPUT, **given},
            task=lambda step, state: run({"step": step, "state": state}, self.cluster),
            on_wait=waited,
        )

    def settle(self, turn: int) -> None:
        """First the labels change, while the state is still that of before; then the nodes are partitioned."""
        for index in range(3):
            if self.fake.nodes[f"node-{index}"]["metadata"]["labels"]["nvidia.com/mig.config"] == OLD:
                self.fake.label(f"node-{index}", NEW)
            else:
                self.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)
        assert turn < 20


@pytest.fixture
def world() -> Iterator[World]:
    fake = FakeKubernetes()
    client = boto3.client(
        "sagemaker", region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    with Stubber(client) as stub, serving(fake) as kubernetes:
        yield World(fake, Cluster(name="c", kubernetes=kubernetes, sagemaker=client), stub)
        stub.assert_no_pending_responses()


@pytest.fixture
def soon_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "DRAIN_SECONDS", -1)
    monkeypatch.setattr(steps, "SETTLE_SECONDS", -1)


def test_nodes_are_emptied_before_the_label_changes_and_opened_once_they_offer_the_partitions(world: World) -> None:
    world.fake.add_pod("job", "node-0")
    world.fake.add_pod("plugin", "node-0", owner="DaemonSet")
    world.fake.add_pod("elsewhere", "other")
    world.expect_update()
    execution = world.change()
    assert execution.status == "SUCCEEDED", execution
    assert world.waits == ["WaitForPods", "WaitForNodes", "WaitForNodes"]
    assert set(world.fake.pods) == {"team/plugin", "team/elsewhere"}
    cordons = [f"PATCH node-{index}" for index in range(3)]
    assert world.fake.changes == [*cordons, "EVICT team/job", *cordons]
    assert world.fake.cordoned() == set()


def test_a_node_whose_state_is_still_that_of_the_layout_before_is_waited_for(world: World) -> None:
    world.expect_update()
    seen: list[set[str]] = []
    execution = world.change(lambda name: seen.append(world.fake.cordoned()))
    assert execution.status == "SUCCEEDED"
    # The label was new and the state still `success` at the first look: nobody was let in.
    assert seen == [{"node-0", "node-1", "node-2"}] * 2


def test_nothing_is_done_where_all_nodes_have_the_layout(world: World) -> None:
    for index in range(3):
        world.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)
    execution = world.change()
    assert (execution.status, execution.passed) == ("SUCCEEDED", ["Look", "AnythingToChange", "Uncordon", "Changed"])
    assert world.fake.changes == []


def test_a_change_that_was_broken_off_is_finished_without_touching_nodes_that_are_done(world: World) -> None:
    world.fake.partition("node-0", NEW, NEW_RESOURCES)
    world.fake.add_pod("working", "node-0")
    world.expect_update()
    assert world.change().status == "SUCCEEDED"
    assert "team/working" in world.fake.pods
    assert "PATCH node-0" not in world.fake.changes


def test_a_node_that_somebody_else_cordoned_stays_cordoned(world: World) -> None:
    world.fake.add_node("node-9", "gpus", NEW, NEW_RESOURCES, cordoned=True)
    world.expect_update()
    assert world.change().status == "SUCCEEDED"
    assert world.fake.cordoned() == {"node-9"}


@pytest.mark.usefixtures("soon_late")
def test_pods_that_do_not_leave_in_time_end_the_change_before_the_label_with_the_nodes_open(world: World) -> None:
    world.fake.add_pod("job", "node-1")
    world.fake.protected = {"team/job"}
    execution = world.change()
    assert (execution.status, execution.error) == ("FAILED", "NotChanged")
    assert "team/job" in execution.cause
    assert world.fake.cordoned() == set()


def test_a_protected_pod_is_asked_again_until_its_budget_allows_it(world: World) -> None:
    world.fake.add_pod("job", "node-1")
    world.fake.protected = {"team/job"}
    world.expect_update()
    execution = world.change(lambda name: world.fake.protected.clear() if len(world.waits) == 2 else None)
    assert execution.status == "SUCCEEDED"
    assert world.fake.changes.count("EVICT team/job") == 3


def test_a_cluster_that_is_busy_is_waited_for(world: World) -> None:
    world.expect_update(status="Updating")
    world.expect_update()
    assert world.change().status == "SUCCEEDED"
    assert world.waits[0] == "WaitForCluster"


@pytest.mark.usefixtures("soon_late")
def test_a_cluster_that_stays_busy_ends_the_change_with_the_nodes_open(world: World) -> None:
    world.expect_update(status="Updating")
    execution = world.change()
    assert (execution.error, execution.cause) == ("NotChanged", "the cluster is busy with another change")
    assert world.fake.cordoned() == set()


def test_an_error_before_the_label_opens_the_nodes_and_is_told(world: World) -> None:
    world.sagemaker.add_client_error("describe_cluster", "AccessDeniedException", "not allowed")
    execution = world.change()
    assert (execution.status, execution.error) == ("FAILED", "Broken")
    assert "not allowed" in execution.cause
    assert world.fake.cordoned() == set()


def test_a_node_that_cannot_be_partitioned_ends_the_change_and_stays_closed(world: World) -> None:
    world.expect_update()

    def fails(name: str) -> None:
        world.fake.partition("node-2", NEW, {}, state="failed")

    execution = world.change(fails)
    assert (execution.status, execution.error) == ("FAILED", "Broken")
    assert "node-2 could not be partitioned as all-3g.40gb" in execution.cause
    assert world.fake.cordoned() == {"node-0", "node-1", "node-2"}


@pytest.mark.usefixtures("soon_late")
def test_nodes_that_take_too_long_end_the_change_and_stay_closed(world: World) -> None:
    world.expect_update()
    execution = world.change()
    assert (execution.error, execution.cause.split(": ")[1]) == ("NotPartitioned", "node-0, node-1, node-2")
    assert world.fake.cordoned() == {"node-0", "node-1", "node-2"}


@pytest.mark.parametrize("missing", ["group", "layout", "resources"])
def test_an_input_that_lacks_something_changes_nothing(world: World, missing: str) -> None:
    execution = world.change(**{missing: None})
    assert execution.status == "FAILED"
    assert f"the input has no {missing}" in execution.cause
    assert world.fake.changes == []


@pytest.mark.parametrize(
    "pod",
    [
        {"phase": "Succeeded"},
        {"phase": "Failed"},
        {"owner": "DaemonSet"},
        {"annotations": {"kubernetes.io/config.mirror": "x"}},
    ],
)
def test_pods_that_a_drain_leaves_alone_are_not_waited_for(world: World, pod: dict[str, Any]) -> None:
    world.fake.add_pod("left-alone", "node-0", **pod)
    world.expect_update()
    assert world.change().status == "SUCCEEDED"
    assert "team/left-alone" in world.fake.pods


def test_a_pod_that_is_leaving_is_waited_for_and_not_asked_twice(world: World) -> None:
    world.fake.add_pod("leaving", "node-0", deletionTimestamp="2026-01-01T00:00:00Z")
    world.expect_update()
    assert world.change(lambda name: world.fake.pods.clear()).status == "SUCCEEDED"
    assert "EVICT team/leaving" not in world.fake.changes


def test_the_deadline_of_each_phase_ends_before_that_of_the_execution() -> None:
    assert steps.DRAIN_SECONDS + steps.SETTLE_SECONDS < definition()["TimeoutSeconds"] < 3600
