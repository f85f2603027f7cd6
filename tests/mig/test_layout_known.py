"""The label and the nodes: it is set once they can have read the layout, and only what they say afterwards counts."""

from types import SimpleNamespace

import pytest

from mig_layout_change import steps
from tests.mig.layout_world import NEW, NEW_RESOURCES, World

LOOK_AGAIN = 15


class Clock:
    """Goes on with each wait of the state machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000_000.0
        monkeypatch.setattr(steps, "time", SimpleNamespace(time=lambda: self.now))

    def wait(self, _name: str) -> None:
        self.now += LOOK_AGAIN


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_layout_that_is_new_in_the_config_map_is_chosen_once_every_node_has_read_it(
    world: World, clock: Clock
) -> None:
    begun, changed = clock.now, []

    def wait(name: str) -> None:
        clock.wait(name)
        if world.hyperpod.changes:
            changed.append(clock.now - LOOK_AGAIN - begun)

    assert world.change(wait, new=True).status == "SUCCEEDED"
    assert changed[0] >= steps.SYNC_SECONDS >= 2 * 60
    assert changed[0] < steps.SYNC_SECONDS + LOOK_AGAIN


def test_the_time_in_which_pods_leave_is_not_waited_for_twice(world: World, clock: Clock) -> None:
    world.fake.add_pod("job", "node-1")
    world.fake.protected = {"team/job"}

    def wait(name: str) -> None:
        clock.wait(name)
        if world.waits.count("WaitForPods") == 11:
            world.fake.protected.clear()

    assert world.change(wait, new=True).status == "SUCCEEDED"
    assert "WaitForCluster" not in world.waits


@pytest.mark.parametrize("given", [{"new": False}, {}])
def test_a_layout_that_was_there_before_is_chosen_at_once(world: World, given: dict[str, bool]) -> None:
    assert world.change(**given).status == "SUCCEEDED"
    assert world.waits == ["WaitForNodes", "WaitForNodes"]


def fail(world: World, *, layout: str | None = None) -> None:
    for node in world.fake.nodes.values():
        node["metadata"]["labels"]["nvidia.com/mig.config.state"] = "failed"
        if layout:
            node["metadata"]["labels"]["nvidia.com/mig.config"] = layout


def test_a_failure_of_the_layout_before_that_still_stands_there_does_not_end_the_change(world: World) -> None:
    fail(world)

    def wait(_name: str) -> None:
        if len(world.waits) == 1:
            fail(world, layout=NEW)
        else:
            for index in range(3):
                world.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)

    execution = world.change(wait, nodes_settle=False)
    assert execution.status == "SUCCEEDED", execution
    assert world.fake.cordoned() == set()


def test_a_failure_that_stays_ends_the_change_at_the_second_look(world: World) -> None:
    execution = world.change(lambda _: fail(world, layout=NEW), nodes_settle=False)
    assert (execution.error, world.waits) == ("Broken", ["WaitForNodes", "WaitForNodes"])
    assert "node-0, node-1, node-2 could not be partitioned as all-3g.40gb" in execution.cause


def test_failures_of_different_nodes_are_not_taken_for_one_that_stays(world: World) -> None:
    def wait(_name: str) -> None:
        seen = len(world.waits)
        for index in range(3):
            world.fake.partition(f"node-{index}", NEW, {}, state="failed" if index == seen else "pending")
        if seen == 4:
            for index in range(3):
                world.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)

    assert world.change(wait, nodes_settle=False).status == "SUCCEEDED"
