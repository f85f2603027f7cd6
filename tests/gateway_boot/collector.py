"""A collector for tests: takes spans as OpenTelemetry sends them over HTTP, and keeps what was sent."""

import contextlib
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Collector:
    """What has arrived."""

    port: int
    bodies: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    """By path, as they were sent: Protocol Buffers, in which texts can be read."""

    @property
    def url(self) -> str:
        """Its root."""
        return f"http://127.0.0.1:{self.port}"

    def heard(self, text: str) -> bool:
        """Whether a span says this."""
        return any(text.encode() in body for body in self.bodies.get("/v1/traces", []))


@contextlib.contextmanager
def collector() -> Generator[Collector]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.state = Collector(port=self.server_port)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"  # no other server has this handler

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.state.bodies.setdefault(self.path, []).append(body)
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Tests read what was sent."""
