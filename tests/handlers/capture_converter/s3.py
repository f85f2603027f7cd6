"""A bucket behind boto3's real client: botocore checks every call against AWS's model."""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.response import StreamingBody
from botocore.validate import validate_parameters

BUCKET = "training"


@dataclass
class Bucket:
    """Downloads can break off."""

    objects: dict[str, bytes] = field(default_factory=dict)
    encryption: dict[str, str] = field(default_factory=dict)
    breaks_after: list[int] = field(default_factory=list)
    """Bytes after which the next downloads break off, one by one."""
    ranges: list[str] = field(default_factory=list)
    forbidden: str = ""
    """An operation that the role may not call."""

    def client(self) -> Any:
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        client.meta.events.register("before-call.s3", self._call)
        return client

    def _call(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        if model.name == self.forbidden:
            return _Http(403), {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}}
        key = params["url_path"].removeprefix(f"/{BUCKET}").removeprefix("/")
        code, answer = getattr(self, f"_{model.name}")(key, params)
        if code < 300 and "Body" not in answer:
            validate_parameters(answer, model.output_shape)
        return _Http(code), answer

    def _ListObjectsV2(self, _: str, params: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        prefix, after = params["query_string"]["prefix"], params["query_string"].get("continuation-token", "")
        keys = [key for key in sorted(self.objects) if key.startswith(prefix) and key > after]
        page = [{"Key": key, "ETag": _etag(self.objects[key]), "Size": len(self.objects[key])} for key in keys[:2]]
        more = {"IsTruncated": True, "NextContinuationToken": keys[1]} if len(keys) > 2 else {"IsTruncated": False}
        return 200, {"Contents": page, **more}

    def _GetObject(self, key: str, params: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        body = self.objects[key]
        if params["headers"]["If-Match"] != _etag(body):
            return 412, {"Error": {"Code": "PreconditionFailed", "Message": "changed"}, "ResponseMetadata": {}}
        self.ranges.append(params["headers"]["Range"])
        found = re.fullmatch(r"bytes=(\d+)-", self.ranges[-1])
        assert found
        rest = body[int(found[1]) :]
        sent = rest[: self.breaks_after.pop(0)] if self.breaks_after else rest
        return 206, {"Body": StreamingBody(io.BytesIO(sent), len(rest))}

    def _PutObject(self, key: str, params: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        self.objects[key] = params["body"].read()
        self.encryption[key] = params["headers"]["x-amz-server-side-encryption"]
        return 200, {"ETag": _etag(self.objects[key])}

    def _DeleteObject(self, key: str, _: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        self.objects.pop(key, None)
        return 204, {}


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


@dataclass
class _Http:
    status_code: int
