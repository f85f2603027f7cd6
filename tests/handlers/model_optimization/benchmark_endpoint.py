"""A SageMaker endpoint on 127.0.0.1: checks signatures, and streams in AWS's own frames."""

import json
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEYS = Credentials("AKIAEXAMPLE", "secret", "session-token")
CREDENTIALS_PATH = "/v2/credentials/job"


def frame(payload: bytes, **headers: str) -> bytes:
    """One message of `application/vnd.amazon.eventstream`; a part of the answer unless `headers` says otherwise."""
    names = headers or {"message_type": "event", "event_type": "PayloadPart"}
    packed = b"".join(_header(f":{name.replace('_', '-')}", value) for name, value in names.items())
    prelude = struct.pack("!II", len(payload) + len(packed) + 16, len(packed))
    body = prelude + struct.pack("!I", crc32(prelude)) + packed + payload
    return body + struct.pack("!I", crc32(body))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(value)) + value.encode()


def chunk(text: str) -> bytes:
    return json.dumps({"choices": [{"delta": {"content": text}}]}).encode()


def lines(*texts: str) -> list[bytes]:
    """As LMI streams: a line of JSON in each message, and no end mark."""
    return [frame(chunk(text) + b"\n") for text in texts]


@dataclass
class FakeEndpoint:
    """Answers every request with `stream`; each element is sent at once."""

    stream: Callable[[], Iterator[bytes]] = lambda: iter(lines("Hel", "lo"))
    status: int = 200
    requests: list[tuple[str, Mapping[str, str], dict[str, Any]]] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    def asked(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        problem = _problem(f"{self.url}{handler.path}", handler.headers, body)
        if problem or self.status != 200:
            _send(handler, 403 if problem else self.status, json.dumps({"message": problem or "no"}).encode())
            return
        self.requests.append((handler.path, dict(handler.headers.items()), json.loads(body)))
        if handler.path.endswith("/invocations"):
            _send(handler, 200, b'{"choices": [{"message": {"content": "Hello"}}]}')
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "application/vnd.amazon.eventstream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in self.stream():
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n")


@contextmanager
def serving(fake: FakeEndpoint) -> Iterator[FakeEndpoint]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            fake.connections += 1
            super().setup()

        def do_POST(self) -> None:
            fake.asked(self)

        def do_GET(self) -> None:
            assert self.path == CREDENTIALS_PATH
            keys = {"AccessKeyId": KEYS.access_key, "SecretAccessKey": KEYS.secret_key, "Token": KEYS.token}
            _send(self, 200, json.dumps({**keys, "Expiration": "2099-01-01T00:00:00Z"}).encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _problem(url: str, headers: Any, body: bytes) -> str | None:
    authorization = headers.get("Authorization", "")
    signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    if "content-type" not in signed or headers.get("X-Amz-Security-Token") != KEYS.token:
        return f"not signed as it should be: {authorization}"
    request: Any = AWSRequest(
        "POST", url, data=body, headers={name: headers[name] for name in signed if name != "host"}
    )
    request.context["timestamp"] = headers["X-Amz-Date"]
    signer: Any = SigV4Auth(KEYS, "sagemaker", "ca-central-1")
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return None if authorization.endswith(f"Signature={expected}") else "the signature does not match"
