"""The change of a layout where the cluster is busy, its nodes are under check, or a service does not answer."""

import pytest

from tests.mig.layout_world import NEW, NEW_RESOURCES, OLD, World


def test_a_cluster_that_is_busy_is_waited_for_before_anybody_is_evicted(world: World) -> None:
    world.hyperpod.statuses = ["Updating", "SystemUpdating", "InService"]
    seen: list[list[str]] = []
    assert world.change(lambda name: seen.append([*world.fake.changes])).status == "SUCCEEDED"
    assert world.waits[:2] == ["WaitForService", "WaitForService"]
    assert seen[:2] == [[], []]


@pytest.mark.usefixtures("soon_late")
def test_a_cluster_that_stays_busy_ends_the_change_before_anything_is_touched(world: World) -> None:
    world.hyperpod.statuses = ["Updating"]
    execution = world.change()
    assert (execution.error, execution.cause) == ("NotChanged", "the cluster is busy with another change")
    assert world.fake.changes == []


def test_a_cluster_that_became_busy_while_pods_left_is_waited_for(world: World) -> None:
    world.hyperpod.statuses = ["InService", "Updating", "InService"]
    assert world.change().status == "SUCCEEDED"
    assert world.waits[0] == "WaitForCluster"


@pytest.mark.usefixtures("soon_late")
def test_a_cluster_that_became_busy_and_stays_so_ends_the_change_with_the_nodes_open(world: World) -> None:
    world.hyperpod.statuses = ["InService", "Updating"]
    execution = world.change()
    assert (execution.error, execution.cause) == ("NotChanged", "the cluster is busy with another change")
    assert (world.fake.cordoned(), world.hyperpod.changes) == (set(), [])


def test_the_change_ends_when_the_cluster_takes_the_deployments_own_change(world: World) -> None:
    world.hyperpod.after_update = ["Updating", "Updating", "InService"]
    assert world.change().status == "SUCCEEDED"
    assert world.hyperpod.statuses == ["InService"]
    # Two until the nodes were partitioned, two more until the cluster was in service.
    assert world.waits == ["WaitForNodes"] * 4


def test_also_nodes_that_are_done_leave_a_busy_cluster_to_be_waited_for(world: World) -> None:
    for index in range(3):
        world.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)
    world.hyperpod.statuses = ["Updating", "InService"]
    assert world.change(nodes_settle=False).status == "SUCCEEDED"
    assert (world.waits, world.fake.changes) == (["WaitForNodes"], [])


def test_a_cluster_that_failed_ends_the_change_with_its_message(world: World) -> None:
    world.hyperpod.statuses = ["Failed"]
    execution = world.change()
    assert "the cluster is Failed: no capacity" in execution.cause
    assert world.fake.changes == []


@pytest.mark.parametrize("node", ["node-1", "other"])
def test_while_deep_health_checks_run_nothing_is_begun(world: World, node: str) -> None:
    world.fake.add_pod("check", "node-1")
    world.fake.check(node, "InProgress")
    execution = world.change()
    assert execution.error == "NotChanged"
    assert f"these nodes run deep health checks, which take up to two hours: {node}." in execution.cause
    assert (world.fake.changes, world.hyperpod.changes) == ([], [])


def test_checks_that_are_over_do_not_matter(world: World) -> None:
    world.fake.check("node-0", "Passed")
    world.fake.check("node-1", "Failed")
    assert world.change().status == "SUCCEEDED"


def test_a_node_that_comes_meanwhile_keeps_its_checks_and_is_not_waited_for(world: World) -> None:
    world.fake.add_pod("job", "node-0")

    def arrives(name: str) -> None:
        if "node-9" not in world.fake.nodes:
            world.fake.add_node("node-9", "gpus", NEW, {})
            world.fake.check("node-9", "InProgress")
            world.fake.add_pod("check", "node-9", owner="Job")

    assert world.change(arrives).status == "SUCCEEDED"
    assert "EVICT team/job" in world.fake.changes
    assert "team/check" in world.fake.pods


def test_an_error_before_the_label_opens_the_nodes_and_is_told(world: World) -> None:
    world.fake.add_pod("job", "node-1")
    execution = world.change(lambda name: world.hyperpod.answers.extend(["AccessDeniedException"] * 6))
    assert (execution.status, execution.error) == ("FAILED", "Broken")
    assert "AccessDeniedException" in execution.cause
    assert (world.fake.cordoned(), world.hyperpod.changes) == (set(), [])


def test_an_error_at_the_first_look_leaves_nodes_closed_that_an_earlier_change_left_so(world: World) -> None:
    world.fake.partition("node-0", OLD, {}, state="failed")
    world.fake.patch("node-0", {"metadata": {"annotations": {"groundwork/mig-layout-change": OLD}}})
    world.fake.patch("node-0", {"spec": {"unschedulable": True}})
    world.hyperpod.statuses = ["Deleting"]
    assert world.change().error == "Broken"
    assert world.fake.cordoned() == {"node-0"}


def test_answers_that_are_lost_are_asked_for_again_and_nothing_is_done_twice(world: World) -> None:
    world.fake.add_pod("job", "node-0")
    world.fake.faults = 4
    world.hyperpod.answers = ["ThrottlingException"]
    assert world.change().status == "SUCCEEDED"
    assert world.fake.changes.count("EVICT team/job") == 1
    assert world.hyperpod.changes == [NEW]


def test_an_api_server_that_stays_away_ends_the_change(world: World) -> None:
    world.fake.faults = 1000
    execution = world.change()
    assert (execution.error, "etcdserver: leader changed" in execution.cause) == ("Broken", True)
    assert world.hyperpod.changes == []
