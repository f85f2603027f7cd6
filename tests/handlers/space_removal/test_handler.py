"""The handler as Lambda calls it: EKS and the cluster over HTTP."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from eks_api.api_server import ApiServerError, eks_token
from groundwork.python_function import package
from space_removal import handler
from space_removal.kubernetes import Kubernetes
from space_removal.removal import GONE
from tests.handlers.space_removal.cluster import TEAM, TOKEN, FakeCluster, serving
from tests.mig.certificate import server_context

ID = f"namespace:training:{TEAM}"
THROTTLED = (429, {"__type": "ThrottlingException", "message": "Rate exceeded"})
NOT_FOUND = (404, {"__type": "ResourceNotFoundException", "message": "No cluster found for name: training."})


def found(status: str) -> tuple[int, dict[str, Any]]:
    return 200, {"cluster": {"name": "training", "status": status}}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """What EKS answers, in order; found by the handler as AWS is."""
    rest: list[tuple[int, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/clusters/training"
            status, answer = rest.pop(0)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("x-amzn-errortype", answer.get("__type", ""))
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_EKS", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield rest
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def asked(kind: str, endpoint: str = "http://127.0.0.1:9", authority: str = "") -> dict[str, Any]:
    properties = {
        "Cluster": "training",
        "Endpoint": endpoint,
        "Authority": base64.b64encode(authority.encode()).decode(),
    }
    return {
        "RequestType": kind,
        "ResourceProperties": {**properties, "Removes": "namespace", "Namespace": TEAM, "KeepVolumes": "true"},
        **({"PhysicalResourceId": ID} if kind != "Create" else {}),
    }


def question(event: dict[str, Any]) -> dict[str, Any]:
    """The framework merges the first answer into the event and asks with that, as JSON."""
    return json.loads(json.dumps({**event, **handler.on_event(dict(event), None)}))


def test_the_spaces_are_ended_by_the_calls_of_the_framework(
    answers: list[tuple[int, dict[str, Any]]], cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(handler, "eks_token", lambda session, cluster, region: TOKEN)
    tls, authority = server_context(tmp_path)
    answers += [THROTTLED, found("ACTIVE")]
    with serving(cluster, tls=tls) as endpoint:
        event = question(asked("Delete", endpoint, authority))
        done: list[bool] = []
        while not any(done) and len(done) < 15:
            done.append(handler.is_complete(event, None)["IsComplete"])
            cluster.pass_time()
    assert done[-1] is True
    assert cluster.names("workspaces", TEAM) == set()
    assert answers == []


@pytest.mark.parametrize("answer", [NOT_FOUND, found("DELETING")])
def test_a_cluster_that_is_gone_has_no_spaces(answers: list[tuple[int, dict[str, Any]]], answer: Any) -> None:
    answers += [answer]
    event = question(asked("Delete", authority="made up"))
    assert event["Data"]["Cluster"] == GONE
    assert handler.is_complete(event, None) == {"IsComplete": True}


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_creation_and_a_change_ask_nobody(answers: list[tuple[int, dict[str, Any]]], kind: str) -> None:
    event = question(asked(kind, authority="made up"))
    assert event["PhysicalResourceId"] == ID
    assert handler.is_complete(event, None) == {"IsComplete": True}
    assert answers == []


def test_a_server_with_another_certificate_is_told_nothing(cluster: FakeCluster, tmp_path: Path) -> None:
    tls, _ = server_context(tmp_path)
    _, another = server_context(tmp_path)
    with serving(cluster, tls=tls) as endpoint:
        stranger = Kubernetes(endpoint=endpoint, token=lambda: TOKEN, certificate=another)
        with pytest.raises(ApiServerError, match="CERTIFICATE_VERIFY"):
            stranger.spaces(TEAM)
    assert cluster.calls == []


def test_the_token_is_a_signed_question_who_the_caller_is_for_this_cluster_only() -> None:
    session = boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="test", region_name="eu-central-1")
    kind, _, text = eks_token(session, cluster="training", region="eu-central-1").partition(".")
    assert (kind, "=" in text) == ("k8s-aws-v1", False)
    url = urlsplit(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    query = {key: value[0] for key, value in parse_qs(url.query).items()}
    assert (url.netloc, query["Action"], query["X-Amz-Expires"]) == (
        "sts.eu-central-1.amazonaws.com",
        "GetCallerIdentity",
        "60",
    )
    assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"]
    assert eks_token(session, cluster="other", region="eu-central-1") != f"{kind}.{text}"


def test_the_package_has_all_that_the_handler_imports() -> None:
    """Beside boto3 and urllib3, which are in Lambda's own runtime."""
    program = f"import sys; sys.path.insert(0, {str(package('space_removal'))!r}); import space_removal.handler"
    subprocess.run([sys.executable, "-P", "-c", program], check=True, timeout=60, env={"PATH": ""})
