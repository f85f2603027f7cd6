"""OpenAI's chat API on 127.0.0.1, in front of a SageMaker endpoint: AIPerf signs nothing and reads no AWS streams.

https://github.com/ai-dynamo/aiperf/pull/1408 would make it needless; it is not merged.
"""

import json
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import urllib3

from .endpoint import Client, chunks
from .framing import StreamError, payloads, server_sent_events

EVENT_STREAM = "application/vnd.amazon.eventstream"
_PATHS = ("/v1/chat/completions", "/v1/completions")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    client: Client


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A token waits for nothing.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        try:
            self._serve()
        except ConnectionError:
            self.close_connection = True  # the client went away

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path not in _PATHS:
            self._answer(404, b'{"error": "only chat completions and completions"}')
            return
        try:
            found: Any = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            self._answer(400, b'{"error": "a JSON object is needed"}')
            return
        # An endpoint has one model, and vLLM refuses a name that is not the one it was started with.
        request = {key: value for key, value in cast("dict[str, Any]", found).items() if key != "model"}
        try:
            response = cast("_Server", self.server).client.invoke(
                json.dumps(request).encode(), stream=bool(request.get("stream"))
            )
        except urllib3.exceptions.HTTPError as error:
            self._answer(502, json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
            return
        try:
            self._pass_on(response)
        finally:
            response.release_conn()

    def _pass_on(self, response: urllib3.BaseHTTPResponse) -> None:
        if response.status != 200 or not response.headers.get("Content-Type", "").startswith(EVENT_STREAM):
            self._answer(response.status, response.read())
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for part in server_sent_events(payloads(chunks(response))):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
        except (StreamError, urllib3.exceptions.HTTPError) as error:
            # Without its last chunk a body is broken: the client counts the request as failed.
            print(f"stream broken off: {error}", file=sys.stderr)
            self.close_connection = True
            response.close()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a line for each request would cost time that is measured."""


@contextmanager
def serving(client: Client) -> Generator[str]:
    """Serve until the block ends.

    Yields:
        its address, such as http://127.0.0.1:40123.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.client = client
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
