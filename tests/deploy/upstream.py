"""A server on 127.0.0.1 that stands for the gateway's tasks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECES = [f"data: {number}\n\n".encode() for number in range(3)]


@dataclass(kw_only=True)
class Upstream:
    """What arrived; a stream sends its next piece only when the reader says that it has the one before."""

    port: int = 0
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    received: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@contextmanager
def upstream() -> Iterator[Upstream]:
    """Serve until the end of the block."""
    state = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/v1/stream":
                self._stream()
            else:
                self._send({"Content-Length": "2"}, b"ok")

        def do_POST(self) -> None:
            self.do_GET()

        def _stream(self) -> None:
            self._send({"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
            for piece in PIECES:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                # Whoever collects the whole answer before passing it on never says so.
                if not state.received.acquire(timeout=5):
                    self.close_connection = True
                    return
            self.wfile.write(b"0\r\n\r\n")

        def _send(self, headers: dict[str, str], body: bytes = b"") -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
