"""The Spaces of a namespace are ended and waited for, also by calls that come twice, late, or in the middle."""

import json
import time
from typing import Any

import pytest

from groundwork.spaces.removal_access import GROUP
from space_removal.kubernetes import Kubernetes
from space_removal.left import LeftError
from space_removal.removal import LONGEST, what_is_left
from space_removal.team_spaces import OURS
from space_removal.volumes import MARK, OWNER, SPACE
from tests.handlers.space_removal.cluster import OTHER, TEAM, TOKEN, FakeCluster


def event(*, keep: bool = True, age: int = 60) -> dict[str, Any]:
    """Of a deletion, as CloudFormation and the framework hand it over: every property is a text."""
    return {
        "RequestType": "Delete",
        "ResourceProperties": {
            **{"Cluster": "training", "Removes": "namespace", "Namespace": TEAM},
            "KeepVolumes": "true" if keep else "false",
        },
        "Data": {"Started": str(int(time.time()) - age), "Cluster": ""},
    }


def asked(event: dict[str, Any], kubernetes: Kubernetes) -> str:
    """What is left after another call."""
    return what_is_left(event, kubernetes=kubernetes, route53=lambda: None)


def carried_out(cluster: FakeCluster, kubernetes: Kubernetes, *, keep: bool = True) -> list[str]:
    """What was waited for, call by call, until nothing was."""
    said: list[str] = []
    for _ in range(15):
        left = asked(event(keep=keep), kubernetes)
        if not left:
            return said
        said.append(left)
        cluster.pass_time()
    raise AssertionError(said)


def test_every_space_of_the_team_is_ended_and_no_other(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    said = carried_out(cluster, kubernetes)
    assert said[0] == "Spaces notes, pairing"
    assert cluster.names("workspaces", TEAM) == cluster.names("persistentvolumeclaims", TEAM) == set()
    assert cluster.names("workspaces", OTHER) == {"elsewhere"}


def test_volumes_are_told_to_stay_before_their_spaces_are_asked_to_go(
    cluster: FakeCluster, kubernetes: Kubernetes
) -> None:
    carried_out(cluster, kubernetes)
    changes = [call for call in cluster.calls if not call.startswith("list")]
    assert changes[:2] == ["patch persistentvolumes pv-notes", "patch persistentvolumes pv-pairing"]
    for name in ("notes", "pairing"):
        volume = cluster.volume(f"pv-{name}")
        assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
        assert volume["status"]["phase"] == "Released"
        assert volume["metadata"]["labels"] == {MARK: TEAM}
        assert volume["metadata"]["annotations"] == {SPACE: name, OWNER: f"session-{name}"}
    assert "labels" not in cluster.volume("pv-elsewhere")["metadata"]


def test_volumes_that_are_kept_are_waited_for_until_no_node_has_them(
    cluster: FakeCluster, kubernetes: Kubernetes
) -> None:
    assert "volumes pv-notes, pv-pairing" in carried_out(cluster, kubernetes)
    assert cluster.names("volumeattachments") == {"csi-elsewhere"}


def test_volumes_that_are_not_kept_are_waited_for_until_they_are_deleted(
    cluster: FakeCluster, kubernetes: Kubernetes
) -> None:
    assert carried_out(cluster, kubernetes, keep=False)[-2:] == ["volumes pv-notes, pv-pairing", "templates lab"]
    assert cluster.names("persistentvolumes") == {"pv-elsewhere"}


def test_what_an_owner_has_deleted_is_not_kept(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    for resource, name in (("workspaces", "notes"), ("persistentvolumeclaims", "workspace-notes-pvc")):
        cluster.objects[resource, TEAM, name]["metadata"]["deletionTimestamp"] = "now"
    assert "volumes pv-notes, pv-pairing" in carried_out(cluster, kubernetes)
    assert cluster.names("persistentvolumes") == {"pv-pairing", "pv-elsewhere"}


def test_a_volume_that_an_attempt_before_did_not_keep_is_kept_now(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    cluster.controller = False
    assert "failed calling webhook" in asked(event(keep=False), kubernetes)
    assert cluster.volume("pv-notes")["metadata"]["labels"] == {MARK: TEAM}
    cluster.controller = True
    carried_out(cluster, kubernetes)
    assert cluster.names("persistentvolumes") == {"pv-notes", "pv-pairing", "pv-elsewhere"}


def test_a_kept_volume_that_is_in_use_again_is_not_waited_for(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    carried_out(cluster, kubernetes)
    cluster.volume("pv-notes")["status"]["phase"] = "Bound"
    cluster.objects["volumeattachments", "", "csi-new"] = {
        "metadata": {"name": "csi-new"},
        "spec": {"source": {"persistentVolumeName": "pv-notes"}},
    }
    assert carried_out(cluster, kubernetes) == []


def test_a_space_without_a_volume_is_ended(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    cluster.add_space("pending", volume=False)
    carried_out(cluster, kubernetes)
    assert cluster.names("workspaces", TEAM) == set()


def test_templates_of_ours_go_after_the_spaces_that_use_them(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    assert cluster.objects["workspacetemplates", TEAM, "lab"]["metadata"]["labels"].keys() == {OURS}
    carried_out(cluster, kubernetes)
    assert cluster.names("workspacetemplates", TEAM) == {"theirs"}
    deletions = [call for call in cluster.calls if call.startswith("delete")]
    assert deletions == ["delete workspaces notes", "delete workspaces pairing", "delete workspacetemplates lab"]


def test_a_space_that_is_going_is_not_asked_again(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    for _ in range(3):
        assert asked(event(), kubernetes) == "Spaces notes, pairing"
    assert cluster.calls.count("delete workspaces notes") == 1
    assert cluster.calls.count("patch persistentvolumes pv-notes") == 1


def test_a_second_deletion_finds_nothing_to_do(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    carried_out(cluster, kubernetes)
    assert carried_out(cluster, kubernetes) == []


def test_kinds_that_are_gone_are_no_error(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    cluster.kinds_are_gone = True
    assert asked(event(), kubernetes) == ""


def test_a_namespace_that_is_gone_is_no_error(kubernetes: Kubernetes, cluster: FakeCluster) -> None:
    """An API server lists nothing in a namespace that there is not."""
    cluster.objects.clear()
    assert asked(event(keep=False), kubernetes) == ""


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("status", [401, 429, 503])
@pytest.mark.parametrize("failing", range(1, 9))
def test_a_call_that_fails_is_made_again_and_no_volume_is_lost(
    cluster: FakeCluster, kubernetes: Kubernetes, failing: int, status: int, keep: bool
) -> None:
    """Whichever it is of a round: before, between or after what is changed."""
    cluster.failures[failing] = status
    carried_out(cluster, kubernetes, keep=keep)
    assert cluster.failures == {}
    assert cluster.names("workspaces", TEAM) == set()
    assert cluster.names("persistentvolumes") == {"pv-elsewhere"} | ({"pv-notes", "pv-pairing"} if keep else set())


def test_a_space_that_goes_while_it_is_asked_to_is_no_error(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    asked(event(), kubernetes)
    number = cluster.calls.index("delete workspaces notes") + 1
    cluster.objects["workspaces", TEAM, "notes"]["metadata"].pop("deletionTimestamp")
    cluster.failures = {len(cluster.calls) + number - 2: 404}  # the two volumes are marked already
    assert asked(event(), kubernetes) == "Spaces notes, pairing"
    assert cluster.calls[-1] == "delete workspaces notes"
    assert cluster.failures == {}


def test_an_api_server_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    nobody = Kubernetes(endpoint="http://127.0.0.1:9", token=lambda: TOKEN, certificate=None)
    assert asked(event(), nobody).startswith("no answer from the API server: ")
    with pytest.raises(LeftError, match="of namespace spaces-research: waited 25 minutes for no answer"):
        asked(event(age=LONGEST + 1), nobody)


@pytest.mark.parametrize("part", ["controller", "driver"])
def test_what_is_left_at_the_end_is_said_with_what_to_do(
    cluster: FakeCluster, kubernetes: Kubernetes, part: str
) -> None:
    setattr(cluster, part, False)
    for _ in range(6):
        assert asked(event(keep=False), kubernetes)
        cluster.pass_time()
    with pytest.raises(LeftError) as raised:
        asked(event(keep=False, age=LONGEST + 1), kubernetes)
    left = "failed calling webhook" if part == "controller" else "volumes pv-notes, pv-pairing"
    assert left in str(raised.value)
    assert "pods in jupyter-k8s-system and kube-system run" in str(raised.value)


def test_what_is_said_fits_into_cloudformations_answer(cluster: FakeCluster, kubernetes: Kubernetes) -> None:
    for number in range(40):
        cluster.add_space(f"space-{number:02}-{'x' * 50}", volume=False)
    with pytest.raises(LeftError, match="and 32 more") as raised:
        asked(event(age=LONGEST + 1), kubernetes)
    assert len(str(raised.value)) < 2000


def test_a_space_of_somebodys_own_that_may_not_be_deleted_is_named(
    cluster: FakeCluster, kubernetes: Kubernetes
) -> None:
    """The web hook lets the add-on's administrators delete it; an edition that does not know them would not."""
    cluster.groups = [GROUP]
    with pytest.raises(LeftError) as raised:
        asked(event(), kubernetes)
    assert "1 Spaces of namespace spaces-research may not be deleted. notes: the API server answered 403" in str(
        raised.value
    )
    assert "deletionTimestamp" in cluster.objects["workspaces", TEAM, "pairing"]["metadata"]
    assert len(str(raised.value)) < 2000


@pytest.mark.parametrize(
    ("resource", "verb"),
    [
        *(("workspaces", verb) for verb in ("list", "delete")),
        *(("workspacetemplates", verb) for verb in ("list", "delete")),
        ("persistentvolumeclaims", "list"),
        *(("persistentvolumes", verb) for verb in ("list", "patch")),
        ("volumeattachments", "list"),
    ],
)
def test_every_right_that_is_given_is_needed(
    cluster: FakeCluster, kubernetes: Kubernetes, resource: str, verb: str
) -> None:
    """With all of them everything above works; without one it ends in an error that names it."""
    for each in (each for each in cluster.rights if "rules" in each):
        each["rules"] = [
            {**rule, "resources": [name], "verbs": [v for v in rule["verbs"] if (name, v) != (resource, verb)]}
            for rule in json.loads(json.dumps(each["rules"]))
            for name in rule["resources"]
        ]
    with pytest.raises(LeftError, match=f"cannot {verb} resource {resource}"):
        carried_out(cluster, kubernetes)
