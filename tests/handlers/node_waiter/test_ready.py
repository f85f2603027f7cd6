"""Which nodes Kubernetes takes pods on, as an API server on loopback says."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from eks_api.api_server import ApiServer, ApiServerError
from node_waiter.nodes import GROUP_LABEL, HEALTH_LABEL, ready_nodes, takes_pods

PAGE = 2
"""Entries of one answer, whatever is asked for: the list has to be read to its end."""


def a_node(group: str | None = "gpu", *, ready: str = "True", health: str = "", cordoned: bool = False) -> Any:
    labels = {**({GROUP_LABEL: group} if group else {}), **({HEALTH_LABEL: health} if health else {})}
    conditions = [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": ready}]
    spec = {"unschedulable": True} if cordoned else {}
    return {"metadata": {"labels": labels}, "spec": spec, "status": {"conditions": conditions}}


class Nodes:
    """An API server's nodes, and how it answers."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self.status = 200
        self.asked: list[str] = []
        self.endpoint = ""

    def add(self, group: str | None, ready: str) -> None:
        self.found.append(a_node(group, ready=ready))

    def page(self, start: int) -> dict[str, Any]:
        more = {"continue": str(start + PAGE)} if start + PAGE < len(self.found) else {}
        return {"items": self.found[start : start + PAGE], "metadata": more}


@pytest.fixture
def nodes() -> Iterator[Nodes]:
    state = Nodes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(f"{self.headers['authorization']} {urlsplit(self.path).path}")
            query = parse_qs(urlsplit(self.path).query)
            answer = json.dumps(state.page(int(query.get("continue", ["0"])[0]))).encode()
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


def api_server(nodes: Nodes) -> ApiServer:
    return ApiServer(endpoint=nodes.endpoint, token=lambda: "token", certificate=None)


def test_ready_nodes_are_counted_by_group_over_all_pages(nodes: Nodes) -> None:
    for group, ready in (("gpu", "True"), ("gpu", "False"), ("system", "True"), ("gpu", "Unknown"), ("gpu", "True")):
        nodes.add(group, ready)
    assert ready_nodes(api_server(nodes)) == {"gpu": 2, "system": 1}
    assert nodes.asked == ["Bearer token /api/v1/nodes"] * 3


def test_a_node_of_no_group_is_nobodys(nodes: Nodes) -> None:
    nodes.add(None, "True")
    nodes.found.append({"metadata": {"labels": {GROUP_LABEL: "gpu"}}, "status": {}})
    assert ready_nodes(api_server(nodes))["gpu"] == 0


@pytest.mark.parametrize(
    ("health", "cordoned", "counts"),
    [
        ("", False, True),
        ("Schedulable", False, True),
        ("", True, False),
        ("Schedulable", True, False),
        ("Unschedulable", False, True),
        ("Unschedulable", True, True),
        ("UnschedulablePendingReboot", False, False),
        ("UnschedulablePendingReplacement", True, False),
    ],
)
def test_a_cordoned_node_counts_only_while_hyperpod_checks_it(health: str, cordoned: bool, counts: bool) -> None:
    assert takes_pods(a_node(health=health, cordoned=cordoned)) is counts
    assert not takes_pods(a_node(health=health, cordoned=cordoned, ready="False"))


def test_a_node_that_is_being_deleted_does_not_count() -> None:
    leaving = a_node()
    leaving["metadata"]["deletionTimestamp"] = "2026-11-23T12:00:00Z"
    assert not takes_pods(leaving)


@pytest.mark.parametrize("status", [401, 403, 503])
def test_an_answer_that_is_no_list_is_said(nodes: Nodes, status: int) -> None:
    nodes.status = status
    with pytest.raises(ApiServerError, match=f"the API server answered {status}"):
        ready_nodes(api_server(nodes))


def test_no_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    nobody = ApiServer(endpoint="http://127.0.0.1:1", token=lambda: "token", certificate=None)
    with pytest.raises(ApiServerError, match="no answer from the API server"):
        ready_nodes(nobody)
