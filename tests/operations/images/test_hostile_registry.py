"""A registry that answers what it must not costs one image, never the command, and leads nowhere."""

import json
import time
from collections.abc import Callable
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import httpx
import pytest

from operations.images.reference import is_loopback
from operations.images.transport import Patience

from .oci_registry import INDEX, MANIFEST

REALM = "https://registry.example.com/token"


@pytest.fixture
def elsewhere(monkeypatch, lock_file, entry_text):
    """An image of registry.example.com, whose answers the test gives; the addresses asked are kept."""
    asked: list[str] = []

    def answer_with(answer: Callable[[httpx.Request], httpx.Response]):
        async def handle(_transport, request):
            asked.append(str(request.url))
            return answer(request)

        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
        return lock_file("images:\n" + entry_text("registry.example.com/team/app:v1")), asked

    return answer_with


def challenge(realm):
    return httpx.Response(401, headers={"WWW-Authenticate": f'Bearer realm="{realm}",service="x"'})


@pytest.mark.parametrize("realm", ["https://[::1", "https://registry.example.com:port/"])
def test_a_token_address_that_is_none_fails_that_image(elsewhere, renew, realm):
    path, _ = elsewhere(lambda request: challenge(realm))
    assert "is no address" in renew(path).error


@pytest.mark.parametrize("token", ["t\u00f6k", "a\r\nX-Injected: 1", "two words", ""])
def test_a_token_that_no_header_can_carry_fails_that_image(elsewhere, renew, token):
    path, _ = elsewhere(
        lambda r: httpx.Response(200, json={"token": token}) if "token" in r.url.path else challenge(REALM)
    )
    assert "token" in renew(path).error


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:8080/admin", "https://localhost/", "https://[::1]/", "https://0.0.0.0/"]
)
def test_a_registry_elsewhere_cannot_redirect_to_this_machine(elsewhere, renew, target):
    path, asked = elsewhere(lambda request: httpx.Response(307, headers={"Location": target}))
    assert "must not lead to this machine" in renew(path).error
    assert asked == ["https://registry.example.com/v2/team/app/manifests/v1"]


def test_a_registry_elsewhere_cannot_have_its_token_fetched_from_this_machine(elsewhere, renew):
    path, asked = elsewhere(lambda request: challenge("http://127.0.0.1:8080/token"))
    assert "must not lead to this machine" in renew(path).error
    assert len(asked) == 1


def test_a_redirect_to_another_host_is_followed(elsewhere, renew):
    body = json.dumps({"schemaVersion": 2, "manifests": []})

    def answer(request):
        if request.url.host == "cdn.example.com":
            return httpx.Response(200, headers={"Content-Type": INDEX}, text=body)
        return httpx.Response(307, headers={"Location": "https://cdn.example.com/blob"})

    assert renew(elsewhere(answer)[0]).status == "pinned"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1", "a.localhost", "::"])
def test_every_spelling_of_this_machine_is_known(host):
    assert is_loopback(host)
    assert not is_loopback("localhost.example.com")


@pytest.mark.parametrize(
    ("media_type", "body", "field"),
    [
        (MANIFEST, b"hello", "the document"),
        (MANIFEST, b"[]", "the document"),
        (MANIFEST, b'{"schemaVersion": 1, "config": {}, "layers": []}', "schemaVersion"),
        (MANIFEST, b'{"schemaVersion": 2, "manifests": []}', "config"),
        (INDEX, b'{"schemaVersion": 2, "config": {}, "layers": []}', "manifests"),
    ],
)
def test_bytes_that_are_no_manifest_are_not_pinned(oci, lock_file, entry_text, renew, media_type, body, field):
    oci.manifests["team/app", "v1"] = (media_type, body)
    outcome = renew(lock_file("images:\n" + entry_text(f"{oci.host}/team/app:v1")))
    assert outcome.after.digest is None
    assert f"the bytes are no such manifest: {field}: " in outcome.error


class _Trickle(BaseRequestHandler):
    """One byte of the answer's headers every 20 ms, without end."""

    def handle(self) -> None:
        self.request.recv(4096)
        try:
            self.request.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while True:
                self.request.sendall(b"a")
                time.sleep(0.02)
        except OSError:  # the reader has given up
            return


@pytest.mark.parametrize("bound", [{"attempt": 0.3, "attempts": 1}, {"total": 0.3}])
def test_headers_that_trickle_are_given_up(lock_file, entry_text, renew, bound):
    with ThreadingTCPServer(("127.0.0.1", 0), _Trickle) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            path = lock_file("images:\n" + entry_text(f"127.0.0.1:{server.server_address[1]}/team/app:v1"))
            began = time.monotonic()
            outcome = renew(path, patience=Patience(read=5, **bound))
            took = time.monotonic() - began
        finally:
            server.shutdown()
            thread.join(5)
    assert "no answer in time" in outcome.error
    assert took < 5


def test_waiting_for_a_busy_registry_counts_towards_the_total(elsewhere, renew):
    path, asked = elsewhere(lambda request: httpx.Response(503))
    began = time.monotonic()
    patient = Patience(attempts=50, total=0.5, first_wait=30, longest_wait=30)
    assert "no answer in time" in renew(path, patience=patient).error
    assert (len(asked), time.monotonic() - began < 10) == (1, True)
