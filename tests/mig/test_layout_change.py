"""The change of a layout: what happens to nodes, and how it ends."""

import pytest

from mig_layout_change import steps
from tests.mig.layout_app import definition
from tests.mig.layout_world import NEW, NEW_RESOURCES, World


def test_nodes_are_emptied_before_the_label_changes_and_opened_once_they_offer_the_partitions(world: World) -> None:
    world.fake.add_pod("job", "node-0")
    world.fake.add_pod("plugin", "node-0", owner="DaemonSet")
    world.fake.add_pod("elsewhere", "other")
    execution = world.change()
    assert execution.status == "SUCCEEDED", execution
    assert world.waits == ["WaitForPods", "WaitForNodes", "WaitForNodes"]
    assert set(world.fake.pods) == {"team/plugin", "team/elsewhere"}
    cordons = [f"PATCH node-{index}" for index in range(3)]
    assert world.fake.changes == [*cordons, "EVICT team/job", *cordons]
    assert world.hyperpod.changes == [NEW]
    assert world.fake.cordoned() == set()


def test_a_node_whose_state_is_still_that_of_the_layout_before_is_waited_for(world: World) -> None:
    seen: list[set[str]] = []
    execution = world.change(lambda name: seen.append(world.fake.cordoned()))
    assert execution.status == "SUCCEEDED"
    # The label was new and the state still `success` at the first look: nobody was let in.
    assert seen == [{"node-0", "node-1", "node-2"}] * 2


def test_nothing_is_done_where_all_nodes_have_the_layout(world: World) -> None:
    for index in range(3):
        world.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)
    execution = world.change()
    assert execution.status == "SUCCEEDED"
    assert (world.fake.changes, world.hyperpod.changes, world.waits) == ([], [], [])


def test_a_change_that_was_broken_off_is_finished_without_touching_nodes_that_are_done(world: World) -> None:
    world.fake.partition("node-0", NEW, NEW_RESOURCES)
    world.fake.add_pod("working", "node-0")
    assert world.change().status == "SUCCEEDED"
    assert "team/working" in world.fake.pods
    assert "PATCH node-0" not in world.fake.changes


def test_a_node_that_somebody_else_cordoned_stays_cordoned(world: World) -> None:
    world.fake.add_node("node-9", "gpus", NEW, NEW_RESOURCES, cordoned=True)
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
    execution = world.change(lambda name: world.fake.protected.clear() if len(world.waits) == 2 else None)
    assert execution.status == "SUCCEEDED"
    assert world.fake.changes.count("EVICT team/job") == 3


def test_a_node_that_cannot_be_partitioned_ends_the_change_and_stays_closed(world: World) -> None:

    def fails(name: str) -> None:
        world.fake.partition("node-2", NEW, {}, state="failed")

    execution = world.change(fails)
    assert (execution.status, execution.error) == ("FAILED", "Broken")
    assert "node-2 could not be partitioned as all-3g.40gb" in execution.cause
    assert world.fake.cordoned() == {"node-0", "node-1", "node-2"}


@pytest.mark.usefixtures("soon_late")
def test_nodes_that_take_too_long_end_the_change_and_stay_closed(world: World) -> None:
    execution = world.change()
    assert (execution.error, execution.cause.split(": ")[1]) == ("NotPartitioned", "node-0, node-1, node-2")
    assert world.fake.cordoned() == {"node-0", "node-1", "node-2"}


@pytest.mark.parametrize("missing", ["group", "layout", "resources"])
def test_an_input_that_lacks_something_changes_nothing(world: World, missing: str) -> None:
    execution = world.change(**{missing: None})
    assert execution.status == "FAILED"
    assert f"the input has no {missing}" in execution.cause
    assert world.fake.changes == []


def test_the_deadline_of_each_phase_ends_before_that_of_the_execution() -> None:
    phases = steps.BUSY_SECONDS + steps.DRAIN_SECONDS + steps.SETTLE_SECONDS
    assert phases < definition()["TimeoutSeconds"] < 3600
