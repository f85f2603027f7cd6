"""The Spaces of a team that leaves the file end while the update can still fail, and nobody else's do."""

import time
from typing import Any

import pytest

from space_removal.kubernetes import Kubernetes
from space_removal.left import LeftError
from space_removal.removal import GONE, LONGEST, begin, is_due, what_is_left
from tests.handlers.space_removal.cluster import OTHER, TEAM, FakeCluster


class Eks:
    """With the cluster, or after it."""

    def __init__(self, status: str = "ACTIVE") -> None:
        self._status = status

    def describe_cluster(self, name: str) -> dict[str, Any]:
        assert name == "training"
        return {"cluster": {"status": self._status}}


def change(kind: str = "Update", *, before: list[str], now: list[str], cluster: str = "training") -> dict[str, Any]:
    """What CloudFormation and the framework hand over."""
    properties = {"Cluster": "training", "Removes": "leaving-teams", "KeepVolumes": "true"}
    return {
        "RequestType": kind,
        "ResourceProperties": {**properties, "Namespaces": now},
        "OldResourceProperties": {**properties, "Cluster": cluster, "Namespaces": before} if kind == "Update" else {},
    }


def question(event: dict[str, Any], *, age: int = 0) -> dict[str, Any]:
    asked = {**event, **begin(event, eks=Eks())}
    asked["Data"]["Started"] = str(int(time.time()) - age)
    return asked


def test_a_team_that_leaves_loses_its_spaces_and_keeps_its_templates(
    cluster: FakeCluster, kubernetes: Kubernetes
) -> None:
    """A change that is rolled back later finds it as it was: no deployment would make the templates again."""
    event = question(change(before=[OTHER, TEAM], now=[OTHER]))
    said: list[str] = []
    while (left := what_is_left(event, kubernetes=kubernetes, route53=lambda: None)) and len(said) < 15:
        said.append(left)
        cluster.pass_time()
    assert said[0] == f"namespace {TEAM}: Spaces notes, pairing"
    assert cluster.names("workspaces", TEAM) == set()
    assert cluster.names("workspaces", OTHER) == {"elsewhere"}
    assert cluster.names("workspacetemplates", TEAM) == {"lab", "theirs"}
    assert cluster.volume("pv-notes")["spec"]["persistentVolumeReclaimPolicy"] == "Retain"


@pytest.mark.parametrize(
    "event",
    [
        change(before=[OTHER], now=[OTHER, TEAM]),
        change(before=[OTHER, TEAM], now=[TEAM, OTHER]),
        change(before=[OTHER, TEAM], now=[OTHER], cluster="another"),
        change("Create", before=[], now=[TEAM]),
        change("Delete", before=[], now=[TEAM]),
    ],
    ids=["joins", "moves", "of-another-cluster", "create", "delete"],
)
def test_nothing_ends_where_nobody_leaves(event: dict[str, Any]) -> None:
    """The roll-back of a change that took a team out is one that lets it join. At the end of the stack each namespace
    has a resource of its own, which comes after the people."""
    answer = begin(event, eks=None)
    assert "Data" not in answer
    assert not is_due({**event, **answer})


def test_a_change_keeps_the_id_of_the_resource_and_another_cluster_does_not() -> None:
    event = change(before=[TEAM], now=[OTHER])
    assert begin(event, eks=Eks())["PhysicalResourceId"] == "leaving-teams:training"
    event["ResourceProperties"]["Cluster"] = "another"
    assert begin(event, eks=None)["PhysicalResourceId"] == "leaving-teams:another"


def test_a_cluster_that_goes_has_no_teams() -> None:
    event = change(before=[TEAM], now=[OTHER])
    answer = begin(event, eks=Eks("DELETING"))
    assert answer["Data"]["Cluster"] == GONE
    assert not is_due({**event, **answer})


def test_what_does_not_end_fails_the_change_by_name(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    cluster.controller = False
    for space in ("notes", "pairing"):
        cluster.objects["workspaces", TEAM, space]["metadata"]["deletionTimestamp"] = "now"
    event = question(change(before=[OTHER, TEAM], now=[OTHER]), age=LONGEST + 1)
    words = f"have left the file: waited 25 minutes for namespace {TEAM}: Spaces notes, pairing. The add-on"
    with pytest.raises(LeftError, match=words):
        what_is_left(event, kubernetes=kubernetes, route53=lambda: None)
