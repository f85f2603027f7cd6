"""Who has to leave a node before its GPUs are cut anew, and who may stay."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from groundwork.cluster.fabric_manifests import fabric_pod, smoke_test_manifests
from groundwork.cluster.settings import ClusterSettings
from groundwork.mig.gpu_operator import gpu_operator_values
from groundwork.yaml_document import read_yaml
from tests.mig.layout_world import World

ROLLOUTS = Path(__file__).parents[2] / "environments/examples/unlocked/rl-rollouts.yaml"
CORDON = "node.kubernetes.io/unschedulable"
EVERYTHING = {"operator": "Exists"}


def pod(*tolerations: Mapping[str, str], asks_for: str = "cpu", kind: str = "containers") -> dict[str, Any]:
    return {
        "containers": [{"name": "main"}],
        "tolerations": list(tolerations),
        kind: [{"name": "main", "resources": {"limits": {asks_for: "1"}}}],
    }


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
    assert world.change().status == "SUCCEEDED"
    assert "team/left-alone" in world.fake.pods


def test_a_pod_that_is_leaving_is_waited_for_and_not_asked_twice(world: World) -> None:
    world.fake.add_pod("leaving", "node-0", deletionTimestamp="2026-01-01T00:00:00Z")
    assert world.change(lambda name: world.fake.pods.clear()).status == "SUCCEEDED"
    assert "EVICT team/leaving" not in world.fake.changes


def test_what_the_gpu_operator_runs_beside_its_daemon_sets_stays_as_it_would_come_back(world: World) -> None:
    values = gpu_operator_values(registry="registry.example.com")
    discovery = values["node-feature-discovery"]
    for index, part in enumerate((values["operator"], discovery["master"], discovery["gc"])):
        world.fake.add_pod(f"operator-{index}", "node-0", spec={**pod(), "tolerations": part["tolerations"]})
    world.fake.coming_back = set(world.fake.pods)
    assert world.change().status == "SUCCEEDED"
    assert not [change for change in world.fake.changes if change.startswith("EVICT")]


@pytest.mark.parametrize("kind", ["containers", "initContainers"])
@pytest.mark.parametrize("asks_for", ["nvidia.com/gpu", "nvidia.com/mig-1g.10gb"])
def test_what_tolerates_a_cordon_and_has_a_gpu_is_asked_to_leave(world: World, asks_for: str, kind: str) -> None:
    world.fake.add_pod("job", "node-0", spec=pod(EVERYTHING, asks_for=asks_for, kind=kind))
    assert world.change().status == "SUCCEEDED"
    assert "EVICT team/job" in world.fake.changes


@pytest.mark.usefixtures("soon_late")
def test_where_it_comes_back_the_change_ends_and_says_so(world: World) -> None:
    world.fake.add_pod("job", "node-0", spec=pod(EVERYTHING, asks_for="nvidia.com/gpu"))
    world.fake.coming_back = {"team/job"}
    execution = world.change()
    assert execution.error == "NotChanged"
    assert "team/job (it tolerates a cordon, so another comes in its place)" in execution.cause
    assert world.fake.cordoned() == set()


@pytest.mark.parametrize(
    "toleration",
    [
        EVERYTHING,
        {"operator": "Exists", "effect": "NoSchedule"},
        {"key": CORDON, "operator": "Exists"},
        {"key": CORDON, "effect": "NoSchedule"},
        {"key": CORDON, "operator": "Equal", "value": "", "effect": "NoSchedule"},
    ],
)
def test_a_cordon_is_tolerated_in_each_of_these_ways(world: World, toleration: dict[str, str]) -> None:
    world.fake.add_pod("agent", "node-0", spec=pod(toleration))
    assert world.change().status == "SUCCEEDED"
    assert "team/agent" in world.fake.pods


@pytest.mark.parametrize(
    "toleration",
    [
        {"operator": "Exists", "effect": "NoExecute"},
        {"key": "nvidia.com/gpu", "operator": "Exists"},
        {"key": CORDON, "operator": "Equal", "value": "true"},
        {"key": CORDON, "operator": "Exists", "effect": "NoExecute"},
        {"value": ""},
    ],
)
def test_what_tolerates_something_else_leaves_also_without_a_gpu(world: World, toleration: dict[str, str]) -> None:
    world.fake.add_pod("job", "node-0", spec=pod(toleration))
    assert world.change().status == "SUCCEEDED"
    assert "EVICT team/job" in world.fake.changes


def test_pods_of_the_fabric_stay_away_from_a_node_that_is_cordoned_and_tolerate_their_groups_taints() -> None:
    text = json.dumps(read_yaml(ROLLOUTS).content["cluster"], default=str)
    settings = ClusterSettings.model_validate_json(text)
    assert settings.fabric
    assert settings.fabric.smoke_test
    group = next(each for each in settings.instance_groups if each.name == "rollouts")
    worker = fabric_pod(settings.fabric, group, image="image", gpus=8, env={})
    *_, job = smoke_test_manifests(settings.fabric, settings.fabric.smoke_test, group, image="image")
    taint = {"key": "nvidia.com/gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"}
    assert worker["tolerations"] == job["spec"]["template"]["spec"]["tolerations"] == [taint]
