"""The fake SageMaker behind a port of 127.0.0.1: its API, and the calls of its endpoints."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.defect_detection.fake_sagemaker import PREFIX, FakeSageMaker, Refused
from tests.gateway.iam_policy import allows

_RUNTIME = re.compile(r"/(\w+)/endpoints/([^/]+)/invocations")


def serve(fake: FakeSageMaker) -> ThreadingHTTPServer:
    """Answers on a free port of 127.0.0.1 until it is shut down."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                try:
                    status, answer = 200, self._answer(body)
                except Refused as refused:
                    status, answer = 400, json.dumps({"__type": refused.code, "message": str(refused)})
            self._send(status, answer.encode())

        def _answer(self, body: bytes) -> str:
            if called := _RUNTIME.fullmatch(self.path):
                caller, endpoint = called.groups()
                arn = f"{PREFIX}endpoint/{endpoint}"
                if not allows(fake.statements[caller], action="sagemaker:InvokeEndpoint", resource=arn, context={}):
                    raise Refused("AccessDeniedException", f"{caller} may not call {arn}")
                fake.calls.append((caller, "InvokeEndpoint", {"Body": body, "Type": self.headers["Content-Type"]}))
                return fake.answer_of_endpoint
            operation = self.headers["X-Amz-Target"].partition(".")[2]
            return json.dumps(fake.answer(self.path.strip("/"), operation, json.loads(body)))

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
