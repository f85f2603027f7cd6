"""The handler as Lambda calls it, over HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from node_waiter import handler

EVENT = {
    "RequestType": "Create",
    "ResourceProperties": {
        "Cluster": "arn:aws:sagemaker:us-east-1:111122223333:cluster/abcdefghijkl",
        "Nodes": {"gpu": "1"},
        "Kubernetes": "dev",
        "Authority": "",
    },
}
READY = {
    "metadata": {"labels": {"sagemaker.amazonaws.com/instance-group-name": "gpu"}},
    "status": {"conditions": [{"type": "Ready", "status": "True"}]},
}
THROTTLED = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
CLUSTER = (200, {"ClusterStatus": "InService"})
NODE = {"InstanceGroupName": "gpu", "InstanceId": "i-1", "InstanceStatus": {"Status": "Running"}}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """What SageMaker answers, in order; found by the handler as AWS is."""
    rest: list[tuple[int, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the API server, whom the function shows who it is
            assert self.headers["authorization"].startswith("Bearer k8s-aws-v1.")
            self.answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.answer()

        def answer(self) -> None:
            status, answer = rest.pop(0)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setitem(EVENT["ResourceProperties"], "Endpoint", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield rest
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def test_throttled_questions_do_not_fail_the_deployment(answers: list[tuple[int, dict[str, Any]]]) -> None:
    answers += [THROTTLED, CLUSTER, THROTTLED, (200, {"ClusterNodeSummaries": [NODE]}), (200, {"items": [READY]})]
    # The framework merges the first answer into the event and asks with that, as JSON.
    question = json.loads(json.dumps({**EVENT, **handler.on_event(dict(EVENT), None)}))
    assert handler.is_complete(question, None) == {"IsComplete": True}
    assert answers == []


def test_nodes_that_are_missing_are_asked_for_again(answers: list[tuple[int, dict[str, Any]]]) -> None:
    answers += [CLUSTER, (200, {"ClusterNodeSummaries": []})]
    question = json.loads(json.dumps({**EVENT, **handler.on_event(dict(EVENT), None)}))
    assert handler.is_complete(question, None) == {"IsComplete": False}
