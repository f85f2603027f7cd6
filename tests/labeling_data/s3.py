"""S3 behind boto3's real client: botocore writes each request, reads each answer, and repeats what was throttled."""

import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import boto3
from botocore.awsrequest import AWSResponse

from labeling_data.handler import CONFIG

OWN = "labeling-data"
SOURCE = "factory-images"
UPLOADED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PAGE = 3
"""Objects of one page of a listing."""
_ACTIONS = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject"}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An object."""

    body: bytes
    content_type: str = ""
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


@dataclass
class S3:
    """Buckets; what they are asked can be throttled, refused, or met by a change."""

    objects: dict[str, Stored] = field(default_factory=dict)
    """By `bucket/key`."""
    answers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Status and code of the next answers to a method."""
    before: Callable[[str, str], None] = lambda _method, _name: None
    """Is told of each request."""
    statements: list[dict[str, Any]] | None = None
    """A role's policy; None: all is allowed."""
    written: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def put(self, uri: str, body: bytes | str) -> str:
        """Store an object from outside."""
        self.objects[uri.removeprefix("s3://")] = Stored(body=body if isinstance(body, bytes) else body.encode())
        return uri

    def body(self, uri: str) -> bytes:
        """Of an object."""
        return self.objects[uri.removeprefix("s3://")].body

    def names(self, uri: str) -> list[str]:
        """What lies below a prefix, without it."""
        begin = uri.removeprefix("s3://")
        return sorted(name.removeprefix(begin) for name in self.objects if name.startswith(begin))

    def client(self) -> Any:
        """boto3's, as the handler makes it."""
        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = boto3.client("s3", region_name="eu-central-1", config=CONFIG, **access)
        client.meta.events.register("before-send.s3", self._answer)
        return client

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        bucket = url.netloc.split(".")[0]
        key = unquote(url.path).removeprefix("/")
        with self.lock:
            self.before(request.method, f"{bucket}/{key}")
            status, headers, body = self._routed(request, bucket, key, parse_qs(url.query))
        return AWSResponse(request.url, status, {"content-length": str(len(body)), **headers}, _Raw(body))

    def _routed(self, request: Any, bucket: str, key: str, query: dict[str, list[str]]) -> Any:
        if waiting := self.answers.get(request.method):
            return _error(*waiting.pop(0))
        action = _ACTIONS[request.method] if key else "s3:ListBucket"
        if not self._allowed(action, f"arn:aws:s3:::{bucket}{'/' * bool(key)}{key}"):
            return _error(403, "AccessDenied")
        if not key:
            return 200, {}, self._listing(bucket, query).encode()
        name, header = f"{bucket}/{key}", {k.lower(): _text(v) for k, v in request.headers.items()}
        found = self.objects.get(name)
        if request.method == "PUT":
            if header.get("if-none-match") == "*" and found:
                return _error(412, "PreconditionFailed")
            self.written.append(name)
            begin = "x-amz-meta-"
            metadata = tuple((k.removeprefix(begin), v) for k, v in header.items() if k.startswith(begin))
            self.objects[name] = Stored(
                body=_body(request, header), content_type=header.get("content-type", ""), metadata=metadata
            )
            return 200, {"etag": self.objects[name].etag}, b""
        if not found:
            return _error(404, "NoSuchKey")
        if header.get("if-match", found.etag) != found.etag:
            return _error(412, "PreconditionFailed")
        headers = {"etag": found.etag, **{f"x-amz-meta-{k}": v for k, v in found.metadata}}
        if request.method == "HEAD":
            return 200, headers, b""
        last = header.get("range", "bytes=0-").partition("-")[2]
        return 206 if last else 200, headers, found.body[: int(last) + 1] if last else found.body

    def _listing(self, bucket: str, query: dict[str, list[str]]) -> str:
        prefix, after = query.get("prefix", [""])[0], query.get("continuation-token", [""])[0]
        keys = sorted(name.partition("/")[2] for name in self.objects if name.startswith(f"{bucket}/"))
        keys = [key for key in keys if key.startswith(prefix) and key > after]
        more = f"<NextContinuationToken>{escape(keys[PAGE - 1])}</NextContinuationToken>" if len(keys) > PAGE else ""
        contents = "".join(self._listed(f"{bucket}/{key}", key) for key in keys[:PAGE])
        return (
            f"<ListBucketResult><IsTruncated>{str(bool(more)).lower()}</IsTruncated>{more}{contents}</ListBucketResult>"
        )

    def _listed(self, name: str, key: str) -> str:
        stored = self.objects[name]
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{UPLOADED:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(stored.etag)}</ETag><Size>{len(stored.body)}</Size></Contents>"
        )

    def _allowed(self, action: str, arn: str) -> bool:
        return self.statements is None or any(
            action in statement["Action"] and any(fnmatchcase(arn, each) for each in statement["Resource"])
            for statement in self.statements
        )


def _error(status: int, code: str) -> tuple[int, dict[str, str], bytes]:
    return status, {}, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: Any, header: dict[str, str]) -> bytes:
    body = request.body
    data: bytes = body.read() if hasattr(body, "read") else bytes(body or b"")
    if "aws-chunked" not in header.get("content-encoding", ""):
        return data
    return b"".join(_chunks(io.BytesIO(data)))


def _chunks(stream: io.BytesIO) -> Iterator[bytes]:
    while size := int(stream.readline().strip().partition(b";")[0], 16):
        yield stream.read(size)
        stream.readline()


class _Raw(io.BytesIO):
    """As urllib3 hands out a body."""

    def stream(self, amount: int = 65536, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(amount):
            yield chunk

    def read(self, amount: int | None = None, **_: Any) -> bytes:
        return super().read(-1 if amount is None else amount)
