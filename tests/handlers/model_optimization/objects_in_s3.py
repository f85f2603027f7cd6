"""Buckets behind boto3's real client: botocore checks every call and answer against AWS's model."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.response import StreamingBody
from botocore.validate import validate_parameters

Answer = tuple[int, dict[str, Any]]


@dataclass
class ObjectsInS3:
    """Objects by `bucket/key`."""

    objects: dict[str, bytes] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    """The digest that came with an object."""
    keys: dict[str, str] = field(default_factory=dict)
    """The key of KMS that was asked for."""

    def client(self, *_: Any, **__: Any) -> Any:
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        client.meta.events.register("before-call.s3", self._call)
        return client

    def put(self, uri: str, **files: Any) -> None:
        """Files below a prefix; `__` stands for a dot, and what is no bytes is JSON."""
        for name, content in files.items():
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.objects[uri.removeprefix("s3://") + name.replace("__", ".")] = body

    def _call(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        key = params["url_path"].removeprefix("/")
        # The bucket's name stands in the host.
        bucket = params["context"]["input_params"]["Bucket"] if "input_params" in params["context"] else ""
        key = key if key.startswith(f"{bucket}/") or key == bucket else f"{bucket}/{key}".rstrip("/")
        code, answer = getattr(self, f"_{model.name}")(key, params)
        if code < 300 and "Body" not in answer:
            validate_parameters(answer, model.output_shape)
        return _Http(code), answer

    def _ListObjectsV2(self, bucket: str, params: Mapping[str, Any]) -> Answer:  # noqa: N802
        begin = f"{bucket.split('/')[0]}/{params['query_string']['prefix']}"
        found = [(key.partition("/")[2], body) for key, body in sorted(self.objects.items()) if key.startswith(begin)]
        return 200, {"Contents": [{"Key": key, "ETag": _etag(body), "Size": len(body)} for key, body in found]}

    def _GetObject(self, key: str, params: Mapping[str, Any]) -> Answer:  # noqa: N802
        if key not in self.objects:
            return 404, _error("NoSuchKey")
        body = self.objects[key]
        return 200, {"Body": StreamingBody(io.BytesIO(body), len(body)), "ContentLength": len(body)}

    def _HeadObject(self, key: str, params: Mapping[str, Any]) -> Answer:  # noqa: N802
        if key not in self.objects:
            return 404, _error("404")
        return 200, {"Metadata": {"digest": self.metadata.get(key, "")}}

    def _PutObject(self, key: str, params: Mapping[str, Any]) -> Answer:  # noqa: N802
        body = params["body"]
        self.objects[key] = body if isinstance(body, bytes) else body.read()
        headers = params["headers"]
        self.metadata[key] = headers.get("x-amz-meta-digest", "")
        self.keys[key] = headers.get("x-amz-server-side-encryption-aws-kms-key-id", "")
        return 200, {"ETag": _etag(self.objects[key])}


def _error(code: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": 404}}


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


@dataclass
class _Http:
    status_code: int
