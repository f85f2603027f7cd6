"""Objects of S3: those of the project's own bucket, and those that it is given to read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from labeling_data.outcome import DataError

LONGEST_LINE = 400_000
"""Bytes: Ground Truth takes 100,000 characters. https://docs.aws.amazon.com/sagemaker/latest/dg/sms-input-data-input-manifest.html"""
_CHUNK = 1024 * 1024
_CONFLICTS = 5
"""So often a write is repeated that another one of the same name was in the way of."""
_URI = re.compile(r"s3://([^/]+)/(.*)", re.DOTALL)
# What the person must mend who named the object: a wrong name, or one that the environment file does not give.
_NOT_OURS = frozenset("AccessDenied NoSuchBucket NoSuchKey 403 404".split())


class ObjectGoneError(DataError):
    """It is not there any more, or has changed."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An object as it was when it was listed."""

    key: str
    etag: str
    size: int
    """Bytes."""
    modified: str
    """Time in UTC, as in a manifest."""


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`.

    Raises:
        DataError: it is no such URI.
    """
    found = _URI.fullmatch(uri)
    if not found:
        raise DataError(f"{uri!r} is no URI of S3, such as s3://my-data/cookies/")
    return found[1], found[2]


@dataclass(frozen=True, kw_only=True)
class Objects:
    """Reads what the role may read, and writes to one bucket."""

    s3: Any
    bucket: str

    def uri(self, key: str) -> str:
        """Of an object in the bucket."""
        return f"s3://{self.bucket}/{key}"

    def list(self, uri: str) -> Iterator[Listed]:
        """What lies below a prefix, by key.

        Raises:
            DataError: it cannot be listed.
        """
        bucket, prefix = split(uri)
        try:
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for each in page.get("Contents", []):
                    modified = f"{each['LastModified']:%Y-%m-%dT%H:%M:%S.%f}"
                    yield Listed(key=each["Key"], etag=each["ETag"], size=each["Size"], modified=modified)
        except ClientError as error:
            raise _told(error, uri) from None

    def read(self, uri: str, *, etag: str | None = None, first: int | None = None) -> bytes:
        """An object's content.

        Args:
            etag: that it must still have.
            first: only so many bytes of its beginning.

        Raises:
            ObjectGoneError: it is not there, or has changed.
            DataError: it cannot be read.
        """
        return b"".join(self._chunks(uri, etag=etag, first=first))

    def lines(self, uri: str) -> Iterator[tuple[int, bytes | None]]:
        """Numbers, from 1, and contents of its lines that are not blank; None is too long. One at a time in memory.

        Raises:
            DataError: it cannot be read.
        """
        pieces: list[bytes] = []
        number, size = 1, 0
        for chunk in self._chunks(uri):
            *ended, rest = chunk.split(b"\n")
            for piece in ended:
                line = None if size + len(piece) > LONGEST_LINE else b"".join((*pieces, piece))
                if line is None or line.strip():
                    yield number, line
                pieces, size, number = [], 0, number + 1
            size += len(rest)
            pieces = [*pieces, rest] if size <= LONGEST_LINE else []
        if size > LONGEST_LINE or b"".join(pieces).strip():
            yield number, None if size > LONGEST_LINE else b"".join(pieces)

    def put(self, key: str, body: Any, *, content_type: str) -> str:
        """Store an object of the bucket, in place of what was there; its URI.

        Args:
            body: bytes, or a file.
        """
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)
        return self.uri(key)

    def put_new(self, key: str, body: bytes, *, content_type: str, metadata: Mapping[str, str]) -> bool:
        """Store an object of the bucket if there is none of that name; whether there was none."""
        for attempt in range(_CONFLICTS):
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    Metadata=dict(metadata),
                    IfNoneMatch="*",
                )
            except ClientError as error:
                code = _code(error)
                if code in ("PreconditionFailed", "412"):
                    return False
                # Another write of this name has not ended yet; what it comes to, the next attempt sees.
                if code != "ConditionalRequestConflict" or attempt == _CONFLICTS - 1:
                    raise
            else:
                return True
        raise AssertionError("the last attempt returns or raises")

    def metadata(self, key: str) -> Mapping[str, str]:
        """What was stored with an object of the bucket."""
        return self.s3.head_object(Bucket=self.bucket, Key=key)["Metadata"]

    def _chunks(self, uri: str, *, etag: str | None = None, first: int | None = None) -> Iterator[bytes]:
        bucket, key = split(uri)
        more: dict[str, str] = {"IfMatch": etag} if etag else {}
        if first:
            more["Range"] = f"bytes=0-{first - 1}"
        try:
            answer = self.s3.get_object(Bucket=bucket, Key=key, **more)
        except ClientError as error:
            raise _told(error, uri) from None
        yield from answer["Body"].iter_chunks(_CHUNK)


def _told(error: ClientError, uri: str) -> Exception:
    code = _code(error)
    if code in ("NoSuchKey", "404"):
        return ObjectGoneError(f"{uri} is not there")
    if code in ("PreconditionFailed", "412"):
        return ObjectGoneError(f"{uri} has changed")
    return DataError(f"{uri} cannot be read: {code}") if code in _NOT_OURS else error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
