"""The fake of SageMaker on 127.0.0.1. A caller is known by the path that its client calls: `/optimize`, `/switch`,
`/approved`.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.optimization.fake_sagemaker import FakeSageMaker, Refused


def serve(fake: FakeSageMaker) -> ThreadingHTTPServer:
    """Answers on a free port of 127.0.0.1 until it is shut down."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                try:
                    status, body = 200, fake.answer(self.path.strip("/"), operation, request)
                except Refused as refused:
                    status, body = 400, {"__type": refused.code, "message": str(refused)}
            self._send(status, json.dumps(body).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server
