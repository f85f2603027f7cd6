"""The handler as Lambda calls it, over HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gateway_release import handler
from tests.handlers.gateway_release.conftest import REQUEST, TASK, asked, request, task


class Ecs:
    """ECS on loopback: answers in order, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        ecs = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                ecs.asked.append((self.headers["x-amz-target"].rpartition(".")[2], body))
                status, answer = ecs.answers.pop(0)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/x-amz-json-1.1")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ecs]:
    """ECS, found by the handler as AWS is."""
    fake = Ecs()
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{fake.server.server_port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    thread = threading.Thread(target=fake.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()
    thread.join(timeout=10)


THROTTLED = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})


def test_a_throttled_start_is_one_task(ecs: Ecs) -> None:
    ecs.answers = [THROTTLED, (200, {"tasks": [{"taskArn": TASK}], "failures": []})]
    answer = handler.on_event(request(), None)
    assert answer["Data"]["TaskArn"] == TASK
    assert [(name, body["clientToken"]) for name, body in ecs.asked] == [("RunTask", REQUEST)] * 2


def test_a_throttled_question_does_not_fail_the_deployment(ecs: Ecs) -> None:
    ecs.answers = [THROTTLED, (200, task("STOPPED", {"name": "Release", "exitCode": 0}))]
    assert handler.is_complete(asked(), None) == {"IsComplete": True}


def test_the_answer_of_the_start_is_what_the_question_needs(ecs: Ecs) -> None:
    ecs.answers = [(200, {"tasks": [{"taskArn": TASK}]}), (200, task("RUNNING", {"name": "Release"}))]
    event = request()
    # The framework merges the answer into the event and asks with that, as JSON.
    question = json.loads(json.dumps({**event, **handler.on_event(event, None)}))
    assert handler.is_complete(question, None) == {"IsComplete": False}
    assert ecs.asked[1][1]["tasks"] == [TASK]


def test_a_refused_start_fails_with_awss_words(ecs: Ecs) -> None:
    refusal = {"__type": "InvalidParameterException", "message": "TaskDefinition is inactive"}
    ecs.answers = [(400, refusal)]
    with pytest.raises(Exception, match="TaskDefinition is inactive"):
        handler.on_event(request(), None)
