"""A roll-back after a change that was refused: nothing has changed, so it ends well and at once."""

import pytest

from tests.mig.layout_world import OLD, OLD_RESOURCES, World

BACK = {"layout": OLD, "resources": {name: str(count) for name, count in OLD_RESOURCES.items()}}


@pytest.fixture
def checking(world: World, request: pytest.FixtureRequest) -> World:
    """A node runs deep health checks: it is not partitioned yet, and SageMaker takes no change."""
    world.fake.partition(request.param, OLD, {"nvidia.com/gpu": 8})
    world.fake.check(request.param, "InProgress")
    world.hyperpod.statuses = ["Updating"]
    return world


@pytest.mark.parametrize("checking", ["node-1", "other"], indirect=True)
def test_what_deep_health_checks_kept_from_beginning_is_rolled_back_without_waiting_for_them(checking: World) -> None:
    assert checking.change().error == "NotChanged"
    execution = checking.change(nodes_settle=False, **BACK)
    assert execution.status == "SUCCEEDED", execution
    assert checking.waits == []
    assert (checking.fake.changes, checking.hyperpod.changes) == ([], [])


def test_a_node_that_lost_its_layout_under_check_is_still_not_touched(world: World) -> None:
    world.fake.add_pod("check", "node-1")
    world.fake.label("node-1", "all-7g.80gb")
    world.fake.check("node-1", "InProgress")
    execution = world.change(nodes_settle=False, **BACK)
    assert "continue the roll-back then" in execution.cause
    assert (world.fake.changes, world.hyperpod.changes) == ([], [])


@pytest.mark.usefixtures("soon_late")
def test_a_cluster_that_stays_busy_does_not_fail_what_has_nothing_to_change(world: World) -> None:
    world.hyperpod.statuses = ["Updating"]
    assert world.change(nodes_settle=False, **BACK).status == "SUCCEEDED"


def test_what_was_closed_by_a_change_that_broke_off_is_opened_again(world: World) -> None:
    world.fake.patch("node-0", {"metadata": {"annotations": {"groundwork/mig-layout-change": OLD}}})
    world.fake.patch("node-0", {"spec": {"unschedulable": True}})
    assert world.change(nodes_settle=False, **BACK).status == "SUCCEEDED"
    assert world.fake.cordoned() == set()


def test_nodes_that_are_done_are_opened_also_where_checks_of_another_keep_the_cluster_busy(world: World) -> None:
    def arrives(name: str) -> None:
        if name == "WaitForNodes":
            world.fake.check("other", "InProgress")
            world.hyperpod.statuses = ["Updating"]

    assert world.change(arrives).status == "SUCCEEDED"
    assert world.fake.cordoned() == set()
    assert world.waits == ["WaitForNodes", "WaitForNodes"]
