"""Objects of S3: lines of a manifest, small files, and what lies below a prefix."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from defect_detection.outcome import StepFailedError, error_code

_PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One object below a prefix."""

    name: str
    """Without the prefix."""
    version: str
    """Changes with the content."""
    size: int


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def rows(s3: Any, uri: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a manifest, line by line.

    Raises:
        StepFailedError: there is no such object, or a line is none.
    """
    bucket, key = split(uri)
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    except s3.exceptions.ClientError as error:
        if error_code(error) in ("NoSuchKey", "404"):
            raise StepFailedError(f"there is no {uri}") from None
        raise
    for number, line in enumerate(body.iter_lines(), start=1):
        if not line.strip():
            continue
        try:
            found: Any = json.loads(line)
        except ValueError:
            found = None
        row = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        if not isinstance(row.get("source-ref"), str):
            raise StepFailedError(f"{uri}: line {number} names no picture")
        yield row


def write(s3: Any, uri: str, content: str, *, kind: str) -> None:
    """Store a text, in place of what was there.

    Args:
        kind: its media type.
    """
    bucket, key = split(uri)
    s3.put_object(Bucket=bucket, Key=key, Body=content.encode(), ContentType=kind)


def below(s3: Any, prefix: str) -> Iterator[Listed]:
    """All objects below a prefix that are no folders."""
    bucket, begin = split(prefix)
    token: dict[str, str] = {}
    while True:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=begin, MaxKeys=_PAGE, **token)
        for each in page.get("Contents", []):
            if not each["Key"].endswith("/"):
                yield Listed(name=each["Key"][len(begin) :], version=each["ETag"], size=each["Size"])
        if not page.get("IsTruncated"):
            return
        token = {"ContinuationToken": page["NextContinuationToken"]}
