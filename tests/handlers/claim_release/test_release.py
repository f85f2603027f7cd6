"""A claim goes when no pod mounts it; until then the deletion waits, for a while, and then says who does."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from claim_release import handler
from claim_release.release import GONE, LONGEST, ClaimInUseError, begin, is_due, pods_left
from eks_api.api_server import ApiServer

PROPERTIES = {"Cluster": "training", "Namespace": "rollouts", "Claim": "fsx-claim", "Authority": ""}


class Cluster:
    """The pods of an API server, and how it answers."""

    def __init__(self) -> None:
        self.pods: list[dict[str, Any]] = []
        self.status = 200
        self.asked: list[str] = []
        self.endpoint = ""

    def add(self, name: str, *claims: str, node: str | None = "node-1", phase: str = "Running") -> None:
        volumes = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in claims]
        spec = {"volumes": [{"name": "shm", "emptyDir": {}}, *volumes], **({"nodeName": node} if node else {})}
        self.pods.append({"metadata": {"name": name}, "spec": spec, "status": {"phase": phase}})

    @property
    def api(self) -> ApiServer:
        return ApiServer(endpoint=self.endpoint, token=lambda: "token", certificate=None)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    state = Cluster()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path.partition("?")[0])
            answer = json.dumps({"items": state.pods, "message": "said", "metadata": {}}).encode()
            self.send_response(state.status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.endpoint = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture
def eks() -> Iterator[Stubber]:
    access = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    with Stubber(boto3.client("eks", **access)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def deletion(*, age: int = 0, cluster: str = "") -> dict[str, Any]:
    data = {"Started": str(int(time.time()) - age), "Cluster": cluster}
    return {"RequestType": "Delete", "ResourceProperties": PROPERTIES, "Data": data}


def test_only_pods_that_hold_the_claim_are_waited_for(cluster: Cluster) -> None:
    cluster.add("other", "another-claim")
    cluster.add("bare")
    cluster.add("unscheduled", "fsx-claim", node=None)
    assert pods_left(deletion(), kubernetes=cluster.api) == ""
    cluster.add("trainer-0", "another-claim", "fsx-claim")
    assert pods_left(deletion(), kubernetes=cluster.api) == "pods trainer-0"
    assert set(cluster.asked) == {"/api/v1/namespaces/rollouts/pods"}


def test_a_pod_that_has_ended_holds_the_claim_as_well(cluster: Cluster) -> None:
    cluster.add("done", "fsx-claim", phase="Succeeded")
    assert pods_left(deletion(), kubernetes=cluster.api) == "pods done"


def test_after_ten_minutes_the_deletion_fails_and_says_which_pods_are_left(cluster: Cluster) -> None:
    for number in range(12):
        cluster.add(f"trainer-{number:02}", "fsx-claim")
    with pytest.raises(ClaimInUseError) as raised:
        pods_left(deletion(age=LONGEST + 1), kubernetes=cluster.api)
    text = str(raised.value)
    assert text.startswith(
        "After 10 minutes the claim fsx-claim of namespace rollouts is still mounted: pods trainer-00,"
    )
    assert "trainer-09 and 2 more. Delete these pods" in text
    assert len(text) < 1000


def test_a_namespace_that_is_gone_has_no_pods(cluster: Cluster) -> None:
    cluster.status = 404
    assert pods_left(deletion(age=LONGEST + 1), kubernetes=cluster.api) == ""


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_busy_api_server_is_asked_again(cluster: Cluster, status: int) -> None:
    cluster.status = status
    assert f"answered {status}" in pods_left(deletion(), kubernetes=cluster.api)
    with pytest.raises(ClaimInUseError, match=f"still mounted: the API server answered {status}"):
        pods_left(deletion(age=LONGEST + 1), kubernetes=cluster.api)


def test_a_refusal_is_said_at_once(cluster: Cluster) -> None:
    cluster.status = 403
    with pytest.raises(
        ClaimInUseError, match="nobody can say who mounts rollouts/fsx-claim: the API server answered 403"
    ):
        pods_left(deletion(), kubernetes=cluster.api)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_nothing_but_a_deletion_waits_or_asks(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    event = {"RequestType": kind, "ResourceProperties": PROPERTIES}
    answer = handler.on_event(dict(event), None)
    assert answer == {"PhysicalResourceId": "training:rollouts:fsx-claim"}
    assert handler.is_complete({**event, **answer}, None) == {"IsComplete": True}


def test_a_cluster_that_is_gone_has_no_pods(eks: Stubber) -> None:
    event = {"RequestType": "Delete", "ResourceProperties": PROPERTIES}
    eks.add_client_error("describe_cluster", "ResourceNotFoundException", expected_params={"name": "training"})
    eks.add_response("describe_cluster", {"cluster": {"status": "DELETING"}}, {"name": "training"})
    for _ in range(2):
        answer = begin(event, eks=eks.client)
        assert answer["Data"]["Cluster"] == GONE
        assert not is_due({**event, **answer})


def test_a_cluster_that_is_there_is_asked(eks: Stubber) -> None:
    event = {"RequestType": "Delete", "ResourceProperties": PROPERTIES}
    eks.add_response("describe_cluster", {"cluster": {"status": "ACTIVE"}}, {"name": "training"})
    assert is_due({**event, **begin(event, eks=eks.client)})


def test_where_eks_cannot_be_asked_the_deletion_fails(eks: Stubber) -> None:
    eks.add_client_error("describe_cluster", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        begin({"RequestType": "Delete", "ResourceProperties": PROPERTIES}, eks=eks.client)
