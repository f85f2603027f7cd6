"""What AIPerf sees of a SageMaker endpoint: OpenAI's API, as fast as the endpoint streams."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.credentials import Credentials

from endpoint_benchmark.endpoint import Client, Endpoint
from endpoint_benchmark.framing import StreamError, payloads, server_sent_events
from endpoint_benchmark.proxy import serving
from tests.handlers.model_optimization import benchmark_endpoint
from tests.handlers.model_optimization.benchmark_endpoint import KEYS, FakeEndpoint, chunk, frame, lines

CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeEndpoint]:
    with benchmark_endpoint.serving(FakeEndpoint()) as fake:
        yield fake


@pytest.fixture
def fake(shared: FakeEndpoint) -> FakeEndpoint:
    """An endpoint that answers well, unless a test changes it."""
    fresh = FakeEndpoint()
    shared.stream, shared.status, shared.requests, shared.connections = fresh.stream, fresh.status, [], 0
    return shared


@contextmanager
def proxy(
    fake: FakeEndpoint, *, component: str | None = None, keys: Any = KEYS
) -> Iterator[http.client.HTTPConnection]:
    endpoint = Endpoint(name="chat", region="ca-central-1", runtime_url=fake.url, inference_component=component)
    with serving(Client(endpoint, credentials=keys)) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        try:
            yield connection
        finally:
            connection.close()


def ask(connection: http.client.HTTPConnection, path: str = CHAT, **body: Any) -> http.client.HTTPResponse:
    connection.request("POST", path, json.dumps({"model": "x", "messages": [], **body}))
    return connection.getresponse()


def events(*texts: str) -> bytes:
    return b"".join(b"data: " + chunk(text) + b"\n\n" for text in texts) + b"data: [DONE]\n\n"


def test_lines_of_json_become_server_sent_events(fake: FakeEndpoint) -> None:
    with proxy(fake) as connection:
        response = ask(connection, stream=True)
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.read() == events("Hel", "lo")


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_server_sent_events_pass_unchanged_however_they_are_cut(size: int) -> None:
    whole = b": ping\n\n" + events("Hel", "lo")
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert b"".join(server_sent_events(iter(parts))) == whole


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_lines_come_out_whole_however_they_are_cut(size: int) -> None:
    whole = b"\n" + chunk("Hel") + b"\n" + chunk("lo") + b"\n\n"
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert b"".join(server_sent_events(iter(parts))) == events("Hel", "lo")


@pytest.mark.parametrize("size", [1, 5, 100, 10_000])
def test_frames_come_out_whole_however_they_are_cut(size: int) -> None:
    whole = b"".join(lines("Hel", "lo"))
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert list(payloads(iter(parts))) == [chunk("Hel") + b"\n", chunk("lo") + b"\n"]


def test_a_token_is_passed_on_before_the_next_one_is_there(fake: FakeEndpoint) -> None:
    seen = threading.Event()

    def slow() -> Iterator[bytes]:
        yield lines("Hel")[0]
        assert seen.wait(timeout=5), "the first token was kept back"
        yield lines("lo")[0]

    fake.stream = slow
    with proxy(fake) as connection:
        response = ask(connection, stream=True)
        first = response.read1()
        seen.set()
        assert first == b"data: " + chunk("Hel") + b"\n\n"
        assert response.read() == events("lo")


def test_the_endpoint_gets_the_request_without_a_model_and_with_its_component(fake: FakeEndpoint) -> None:
    with proxy(fake, component="small") as connection:
        ask(connection, stream=True, temperature=0).read()
        ask(connection, stream=False).read()
    (path, headers, body), (other, _, _) = fake.requests
    assert path == "/endpoints/chat/invocations-response-stream"
    assert other == "/endpoints/chat/invocations"
    assert body == {"messages": [], "stream": True, "temperature": 0}
    assert headers["X-Amzn-SageMaker-Inference-Component"] == "small"


def test_an_answer_that_is_not_streamed_passes_as_it_is(fake: FakeEndpoint) -> None:
    with proxy(fake) as connection:
        assert json.loads(ask(connection).read())["choices"][0]["message"]["content"] == "Hello"


def test_connections_are_kept(fake: FakeEndpoint) -> None:
    with proxy(fake) as connection:
        for _ in range(5):
            assert ask(connection, stream=True).read() == events("Hel", "lo")
    assert (fake.connections, len(fake.requests)) == (1, 5)


@pytest.mark.parametrize("status", [400, 424, 429, 503])
def test_an_error_of_the_endpoint_keeps_its_status(status: int, fake: FakeEndpoint) -> None:
    fake.status = status
    with proxy(fake) as connection:
        assert ask(connection, stream=True).status == status


def test_a_wrong_key_is_seen_by_the_endpoint(fake: FakeEndpoint) -> None:
    wrong = Credentials(KEYS.access_key, "wrong", KEYS.token)
    with proxy(fake, keys=wrong) as connection:
        response = ask(connection, stream=True)
        assert (response.status, json.loads(response.read())) == (403, {"message": "the signature does not match"})


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(frame(b"{}", message_type="exception", exception_type="ModelStreamError"), id="exception"),
        pytest.param(frame(b"", message_type="error", error_code="InternalStreamFailure"), id="error"),
        pytest.param(lines("lo")[0][:-7], id="cut off"),
        pytest.param(lines("lo")[0][:-1] + b"?", id="damaged"),
        pytest.param(frame(b'{"error": "out of memory", "code": 424}\n'), id="the model's own error"),
        pytest.param(frame(b"no json\n"), id="no json"),
    ],
)
def test_a_stream_that_breaks_is_a_broken_answer(
    rest: bytes, fake: FakeEndpoint, capfd: pytest.CaptureFixture[str]
) -> None:
    fake.stream = lambda: iter([lines("Hel")[0], rest])
    with proxy(fake) as connection:
        response = ask(connection, stream=True)
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        # The proxy goes on.
        connection.close()
        assert ask(connection, stream=False).status == 200
    assert "stream broken off" in capfd.readouterr().err


def test_a_broken_stream_is_told_with_its_reason() -> None:
    failed = frame(b'{"Message": "oom"}', message_type="exception", exception_type="ModelStreamError")
    with pytest.raises(StreamError, match=r'ModelStreamError: {"Message": "oom"}'):
        list(payloads(iter([failed])))


def test_what_is_no_request_is_refused(fake: FakeEndpoint) -> None:
    with proxy(fake) as connection:
        response = ask(connection, "/v1/embeddings")
        assert (response.status, response.read()) == (404, b'{"error": "only chat completions and completions"}')
        connection.request("POST", CHAT, b"[1]")
        assert connection.getresponse().status == 400


def test_an_endpoint_out_of_reach_is_a_bad_gateway() -> None:
    endpoint = Endpoint(name="chat", region="ca-central-1", runtime_url="http://127.0.0.1:1")
    with serving(Client(endpoint, credentials=KEYS)) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        assert ask(connection).status == 502
        connection.close()
