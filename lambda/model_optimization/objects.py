"""Small objects of S3, and what lies below a prefix."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from capture_converter.store import StoredFile
from model_optimization.outcome import StepFailedError, error_code

MOST_BYTES = 8 * 1024 * 1024


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def read_json(s3: Any, uri: str) -> Any:
    """An object's content; None where there is no such object.

    Raises:
        StepFailedError: it is no JSON, or larger than 8 MiB.
    """
    bucket, key = split(uri)
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError as error:
        if error_code(error) in ("NoSuchKey", "404"):
            return None
        raise
    if answer["ContentLength"] > MOST_BYTES:
        raise StepFailedError(f"{uri} has {answer['ContentLength']} bytes, and at most {MOST_BYTES} are read")
    try:
        return json.loads(answer["Body"].read())
    except ValueError as error:
        raise StepFailedError(f"{uri} is no JSON: {error}") from None


def write_json(s3: Any, uri: str, content: Any) -> None:
    """Store JSON, in place of what was there."""
    bucket, key = split(uri)
    body = json.dumps(content, sort_keys=True, indent=1).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")


def fingerprint(files: Iterable[StoredFile]) -> str:
    """Changes when a file is added, removed or changed."""
    text = json.dumps(sorted((file.name, file.version, file.size) for file in files))
    return hashlib.sha256(text.encode()).hexdigest()
