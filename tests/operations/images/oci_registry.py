"""An OCI registry in a thread: manifests and blobs in memory, a token service, and faults on request."""

import base64
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

Sign = Callable[[bytes], bytes]


def sha256(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class OciRegistry:
    """Set `token`, `basic` and the faults before a request; read `seen` after it."""

    def __init__(self) -> None:
        self.manifests: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.blobs: dict[str, bytes] = {}
        self.token: str | None = None
        self.token_field = "token"
        self.basic: str | None = None
        self.announced: str | None = None
        self.send_digest = True
        self.busy: list[int] = []
        self.truncate = False
        self.trickle = False
        self.redirect_to: str | None = None
        self.realm: str | None = None
        self.seen: Counter[str] = Counter()
        self.scopes: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.host = f"127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> "OciRegistry":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(timeout=5)
            self._server.server_close()

    def push(self, repository: str, tag: str, content: Any, media_type: str = INDEX) -> str:
        """Store a manifest; answers with its digest."""
        described: dict[str, Any] = {"annotations": {"content": content}}
        listed = {"manifests": []} if media_type in {INDEX, DOCKER_LIST} else {"config": {}, "layers": []}
        body = json.dumps({"schemaVersion": 2, "mediaType": media_type, **listed, **described}).encode()
        self.manifests[repository, tag] = (media_type, body)
        return sha256(body)

    def sign(
        self, repository: str, digest: str, sign: Sign, *, names: str | None = None, kind: str | None = None
    ) -> str:
        """Store a cosign signature of the digest (whose payload names another one, if told so)."""
        payload = json.dumps(
            {
                "critical": {
                    "identity": {"docker-reference": repository},
                    "image": {"docker-manifest-digest": names or digest},
                    "type": kind or "cosign container image signature",
                },
                "optional": None,
            }
        ).encode()
        self.blobs[sha256(payload)] = payload
        signature = base64.b64encode(sign(payload)).decode()
        layer = {
            "mediaType": "application/vnd.dev.cosign.simplesigning.v1+json",
            "size": len(payload),
            "digest": sha256(payload),
            "annotations": {"dev.cosignproject.cosign/signature": signature},
        }
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": {}, "layers": [layer]}).encode()
        self.manifests[repository, f"{digest.replace(':', '-')}.sig"] = (MANIFEST, manifest)
        return sha256(payload)


def _handler(registry: OciRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            registry.seen[f"{self.command} {url.path}"] += 1
            if url.path == "/token":
                registry.scopes += parse_qs(url.query).get("scope", [])
                if registry.basic and self.headers.get("Authorization") != f"Basic {registry.basic}":
                    return self.reply(401, b"{}")
                return self.reply(200, json.dumps({registry.token_field: registry.token}).encode())
            if registry.busy:
                return self.reply(registry.busy.pop(0), b"busy", {"Retry-After": "0"})
            if registry.redirect_to:
                return self.reply(307, b"", {"Location": registry.redirect_to})
            if registry.token and self.headers.get("Authorization") != f"Bearer {registry.token}":
                realm = registry.realm or f"http://{registry.host}/token"
                challenge = f'Bearer realm="{realm}",service="test",scope="repository:from/challenge:pull"'
                return self.reply(401, b"{}", {"WWW-Authenticate": challenge})
            repository, kind, name = url.path.removeprefix("/v2/").rsplit("/", 2)
            if kind == "blobs" and name in registry.blobs:
                return self.reply(200, registry.blobs[name])
            if kind == "manifests" and (repository, name) in registry.manifests:
                media_type, body = registry.manifests[repository, name]
                if media_type not in self.headers.get("Accept", ""):
                    return self.reply(406, b"")
                headers = {"Content-Type": media_type}
                if registry.send_digest:
                    headers["Docker-Content-Digest"] = registry.announced or sha256(body)
                return self.reply(200, body, headers)
            return self.reply(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')

        def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if registry.trickle:
                self.drip(body)
            elif self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if registry.truncate else body)

        def drip(self, body: bytes) -> None:
            for byte in body:
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:  # the reader has given up
                    return
                time.sleep(0.02)

    return Handler
