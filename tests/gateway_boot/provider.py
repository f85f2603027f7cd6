"""A model provider for tests: chat completions of the OpenAI API, whole and streamed, which fail when told to."""

import contextlib
import json
import sys
import threading
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHUNKS = ("one", " two", " three", " four")
"""What a streamed answer consists of."""
PROMPT_TOKENS, COMPLETION_TOKENS = 10, 20
"""What every answer is said to have used."""
_GATE_TIMEOUT = 20.0


@dataclass
class Provider:
    """The provider's state, shared with its server's threads."""

    port: int
    calls: Counter[str] = field(default_factory=Counter[str])
    """Requests by the model they ask for, the failed ones too."""
    failures: dict[str, int] = field(default_factory=dict[str, int])
    """How many of the next requests for a model fail with status 500; -1 for all."""
    gates: dict[str, threading.Semaphore] = field(default_factory=dict[str, threading.Semaphore])
    """A model whose streamed chunks after the first wait, each for one release."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def api_base(self) -> str:
        """The URL that an OpenAI client takes as its base."""
        return f"http://127.0.0.1:{self.port}/v1"

    def count(self, model: str) -> tuple[int, bool]:
        """Count a request; its number, and whether it shall fail."""
        with self.lock:
            self.calls[model] += 1
            left = self.failures.get(model, 0)
            if left > 0:
                self.failures[model] = left - 1
            return self.calls[model], left != 0


@contextlib.contextmanager
def provider(port: int = 0) -> Generator[Provider]:
    """Serve on `port` of 127.0.0.1, a free one by default, until the block ends."""
    server = _Server(port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.state = Provider(port=self.server_port)


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"  # no other server has this handler
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: the second would wait for the first one's acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        state = self.server.state
        number, fails = state.count(asked["model"])
        if self.path != "/v1/chat/completions":
            self._answer(404, {"error": {"message": f"No such path: {self.path}"}})
        elif fails:
            self._answer(500, {"error": {"message": "Told to fail.", "type": "server_error"}})
        elif asked.get("stream"):
            self._stream(asked, number, state.gates.get(asked["model"]))
        else:
            message = {"role": "assistant", "content": f"{asked['model']} answers call {number}"}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            self._answer(200, _body(asked, number, "chat.completion", choice) | {"usage": _USAGE})

    def _stream(self, asked: dict[str, Any], number: int, gate: threading.Semaphore | None) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for index, text in enumerate(CHUNKS):
            if index and gate and not gate.acquire(timeout=_GATE_TIMEOUT):
                self.close_connection = True
                return
            delta = {"role": "assistant", "content": text}
            self._event(_body(asked, number, "chat.completion.chunk", {"index": 0, "delta": delta}))
        end: dict[str, Any] = {"index": 0, "delta": {}, "finish_reason": "stop"}
        self._event(_body(asked, number, "chat.completion.chunk", end) | {"usage": _USAGE})
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, body: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(body)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Tests read the counters."""


_USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": COMPLETION_TOKENS,
    "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
}


def _body(asked: dict[str, Any], number: int, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"call-{number}", "object": kind, "created": 1, "model": asked["model"], "choices": [choice]}


if __name__ == "__main__":
    with provider(int(sys.argv[1])):
        threading.Event().wait()
