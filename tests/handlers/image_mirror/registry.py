"""A registry with tokens for everyone, whose blobs stand in storage elsewhere, as those of ghcr.io do."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.handlers.image_mirror.images import Content
from tests.handlers.image_mirror.server import Handler, serving

REPOSITORY = "berriai/litellm-database"
SIGNATURE = "sig=storage-signature"
_PATH = re.compile(rf"/v2/{REPOSITORY}/(manifests|blobs)/(sha256:[0-9a-f]{{64}})")


@dataclass
class FakeRegistry:
    """What it holds, what it was asked, and what it does wrong."""

    content: Content
    host: str = ""
    storage: str = ""
    asked: list[str] = field(default_factory=list)
    """Paths, of storage too."""
    token: str = "token-0"
    uses_of_a_token: int | None = None
    """After so many requests a token has run out."""
    busy: list[tuple[int, str]] = field(default_factory=list)
    """Status and Retry-After of the next answers."""
    breaks: dict[str, list[int]] = field(default_factory=dict)
    """Bytes after which the connection breaks, for the next answers with a blob."""
    lapsed: bool = False
    """Storage takes no signature for valid."""
    ranges: bool = True
    redirects: bool = True
    realm: str = ""
    """Where tokens are to be had, if not here."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    issued: int = 0
    used: int = 0

    @property
    def source(self) -> str:
        return f"{self.host}/{REPOSITORY}"

    def authorizes(self, header: str | None) -> bool:
        with self.lock:
            if header != f"Bearer {self.token}" or not self.issued:
                return False
            self.used += 1
            return self.uses_of_a_token is None or self.used <= self.uses_of_a_token

    def new_token(self) -> str:
        with self.lock:
            self.issued, self.used = self.issued + 1, 0
            self.token = f"token-{self.issued}"
            return self.token


@contextmanager
def registry(content: Content) -> Iterator[FakeRegistry]:
    """A running registry."""
    fake = FakeRegistry(content)

    class Front(Handler):
        def do_GET(self) -> None:  # noqa: N802 - the library's name
            fake.asked.append(urlsplit(self.path).path)
            if self.path.startswith("/token"):
                query = parse_qs(urlsplit(self.path).query)
                assert query == {"service": ["fake"], "scope": [f"repository:{REPOSITORY}:pull"]}
                return self.answer(200, json.dumps({"token": fake.new_token()}).encode())
            if fake.busy:
                status, after = fake.busy.pop(0)
                return self.answer(status, b"busy", Retry_After=after)
            if not fake.authorizes(self.headers["Authorization"]):
                realm = fake.realm or f"http://{fake.host}/token"
                challenge = f'Bearer realm="{realm}",service="fake",scope="repository:{REPOSITORY}:pull"'
                return self.answer(401, WWW_Authenticate=challenge)
            return self._content()

        def _content(self) -> None:
            match = _PATH.fullmatch(self.path)
            kind, digest = match.groups() if match else ("", "")
            if kind == "manifests" and digest in fake.content.manifests:
                media_type, body = fake.content.manifests[digest]
                assert media_type in self.headers["Accept"]
                return self.answer(200, body, Content_Type=media_type)
            if kind == "blobs" and digest in fake.content.blobs and fake.redirects:
                return self.answer(307, Location=f"http://{fake.storage}/{digest}?{SIGNATURE}")
            if kind == "blobs" and digest in fake.content.blobs:
                return self.answer(200, fake.content.blobs[digest])
            error = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
            return self.answer(404, json.dumps(error).encode())

    class Storage(Handler):
        def do_GET(self) -> None:  # noqa: N802 - the library's name
            url = urlsplit(self.path)
            fake.asked.append(url.path)
            if self.headers["Authorization"] or url.query != SIGNATURE:
                return self.answer(400, f"InvalidAuthenticationInfo {self.path}".encode())
            if fake.lapsed:
                return self.answer(403, f"SignatureDoesNotMatch {self.path}".encode())
            digest = url.path.removeprefix("/")
            body, first = fake.content.blobs[digest], 0
            if fake.ranges and (wanted := self.headers["Range"]):
                first = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(body) - first))
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")
            self.end_headers()
            ends = fake.breaks.get(digest)
            if ends:
                self.wfile.write(body[first : ends.pop(0)])
                self.close_connection = True
            else:
                self.wfile.write(body[first:])
            return None

    with serving(Front) as fake.host, serving(Storage) as fake.storage:
        yield fake
