"""What the `governance` section refuses: promises that the cluster cannot keep, and amounts that mean nothing."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from groundwork.governance.settings import GovernanceSettings
from tests.cluster.sections import groups
from tests.cluster.sections import read as read_cluster

P4D = {"name": "slices", "type": "ml.p4d.24xlarge", "count": {"min": 1, "max": 2}, "zone": 1}
CUT = P4D | {"mig": {"layout": "all-1g.5gb"}}
A100 = "ml.p4d.24xlarge"
PINNED = {"addon_version": "v1.6.1-eksbuild.1"}


def read(*teams: dict[str, Any], **more: Any) -> GovernanceSettings:
    return GovernanceSettings.model_validate_json(json.dumps({"teams": list(teams), **more}))


def team(name: str, *guarantees: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "guarantees": list(guarantees), **more}


def refused(*teams: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        read(*teams, **more)
    (error,) = caught.value.errors()
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']} ({error.get('ctx', {}).get('allowed', '')})"


def unkept(governance: GovernanceSettings, group: dict[str, Any]) -> list[str]:
    cluster = read_cluster(**groups(group))
    return [f"{'.'.join(map(str, r.at))}: {r.reason} ({r.allowed})" for r in governance.refusals_with(cluster)]


def test_all_that_there_is_can_be_promised() -> None:
    halves = [team(name, {"type": A100, "instances": 1}) for name in ("a", "b")]
    assert unkept(read(*halves), P4D) == []
    parts = [team(name, {"type": A100, "partitions": {"1g.5gb": 56}}) for name in ("a", "b")]
    assert unkept(read(*parts), CUT) == []


def test_more_than_there_is_cannot_be_promised() -> None:
    (said,) = unkept(
        read(team("a", {"type": A100, "accelerators": 12}), team("b", {"type": A100, "accelerators": 5})), P4D
    )
    assert said == (
        "teams.1.guarantees.0: with the teams before, 17 accelerators of ml.p4d.24xlarge are promised (16 in all)"
    )
    (said,) = unkept(read(team("a", {"type": A100, "partitions": {"1g.5gb": 113}})), CUT)
    assert "113 partitions 1g.5gb" in said
    assert "112 in all" in said


def test_whole_gpus_that_are_cut_and_partitions_that_are_not_there_cannot_be_promised() -> None:
    (said,) = unkept(read(team("a", {"type": A100, "accelerators": 1})), CUT)
    assert said.endswith(
        ": 1 accelerators of ml.p4d.24xlarge are promised (none of them; there are 192 vcpus, "
        "2304 memory_gib, 112 partitions 1g.5gb)"
    )
    (said,) = unkept(read(team("a", {"type": A100, "partitions": {"1g.5gb": 1}})), P4D)
    assert "(none of them; there are 16 accelerators, " in said


def test_instances_count_with_all_that_they_have() -> None:
    said = unkept(read(team("a", {"type": A100, "instances": 2}), team("b", {"type": A100, "vcpus": 1})), P4D)
    assert said == [
        "teams.1.guarantees.0: with the teams before, 193 vcpus of ml.p4d.24xlarge are promised (192 in all)"
    ]


def warnings(governance: GovernanceSettings, *more: dict[str, Any], **section: Any) -> list[str]:
    return [words for _, words in governance.warnings_with(read_cluster(**groups(*more), **section))]


def test_an_add_on_without_a_version_is_warned_about() -> None:
    (warning,) = warnings(read())
    assert warning.startswith("EKS chooses the version of the task governance add-on")
    assert warnings(read(**PINNED)) == []


def test_guarantees_that_wait_for_nodes_are_warned_about() -> None:
    parts = [team(name, {"type": A100, "partitions": {"1g.5gb": 40}}) for name in ("a", "b")]
    assert warnings(read(*parts, **PINNED), CUT) == [
        "Teams are guaranteed 80 partitions 1g.5gb of ml.p4d.24xlarge, and 56 are there while its groups have the "
        "least nodes that they may: a guarantee beyond that waits for a node."
    ]
    assert warnings(read(*parts, **PINNED), CUT | {"count": 2}) == []


def test_what_karpenter_adds_is_not_there_yet() -> None:
    room = P4D | {"count": {"min": 0, "max": 2}}
    pools = [{"name": "bursts", "groups": ["slices"]}]
    (warning,) = warnings(read(team("a", {"type": A100, "accelerators": 8}), **PINNED), room, karpenter=pools)
    assert warning.startswith("Teams are guaranteed 8 accelerators of ml.p4d.24xlarge, and 0 are there")


def test_a_type_that_no_group_has_is_named() -> None:
    (said,) = unkept(read(team("a", {"type": "ml.p5.48xlarge", "instances": 1})), P4D)
    assert said == "teams.0.guarantees.0.type: no instance group has this type (ml.m7i.4xlarge, ml.p4d.24xlarge)"


def test_a_team_cannot_borrow_more_than_others_have() -> None:
    most = team("a", {"type": A100, "accelerators": 4}, borrow=[{"type": A100, "accelerators": 13}])
    (said,) = unkept(read(most), P4D)
    assert "17 accelerators" in said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ({}, "no amount is given"),
        ({"instances": 1, "vcpus": 2}, "instances, vcpus are given"),
        ({"accelerators": 1, "partitions": {"1g.5gb": 1}}, "accelerators, partitions are given"),
        ({"partitions": {"1g.34gb": 1}}, "quotas have no type mig-1g.34gb"),
    ],
)
def test_an_amount_is_said_in_one_way(share: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read(team("a", {"type": A100, **share}))


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        ([team("a", sharing="keep", borrow_percent=10)], "teams.0.borrow_percent: the team does not borrow"),
        ([team("a", borrow_percent=10)], "teams.0.borrow_percent: per cent of nothing"),
        ([team("a"), team("a")], "teams.1.name: stands twice"),
    ],
)
def test_what_means_nothing_is_refused(teams: list[dict[str, Any]], said: str) -> None:
    assert said in refused(*teams)


def test_without_a_cluster_there_is_nothing_to_share() -> None:
    (refusal,) = read().refusals_with(None)
    assert refusal.allowed == "a `cluster` section"


def test_the_queues_own_pod_needs_room_as_well() -> None:
    # Two nodes of 29 pods, of which the platform has 6 on the nodes and 2 anywhere.
    full, fuller = read_cluster(pods=49), read_cluster(pods=50)
    assert list(read().refusals_with(full)) == []
    (refusal,) = read().refusals_with(fuller)
    assert refusal.reason == (
        "59 pods (6 on each node's behalf, 3 of the system, 50 of `pods`) for the 58 that all nodes take"
    )
