"""SageMaker's jobs and S3 behind boto3's real clients; requests and answers are checked against AWS's model, with the
patterns, lengths and allowed words that botocore itself leaves to the service."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.response import StreamingBody
from botocore.validate import validate_parameters

from model_optimization.benchmark_run import Clients

_ARN = "arn:aws:sagemaker:eu-west-1:111122223333:"


@dataclass
class World:
    """Jobs by name; `states` are what the next looks find."""

    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    """By bucket/key."""
    calls: list[str] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Codes of errors, by operation."""

    @property
    def clients(self) -> Clients:
        global _current
        _current = self
        return _clients()

    def sagemaker(self, model: Any, params: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        self.calls.append(model.name)
        request = json.loads(params["body"])
        check(request, model.input_shape)
        noun = model.name.removeprefix("Create").removeprefix("Describe")
        name = request[f"{noun}Name"]
        if model.name.startswith("Describe"):
            answer = {
                f"{noun}Name": name,
                f"{noun}Arn": f"{_ARN}{'ai-benchmark' if 'AI' in noun else 'processing'}-job/{name}",
                "CreationTime": 0,
                **{key: value for key, value in self.jobs[name].items() if key in model.output_shape.members},
                **self.states.pop(0),
            }
            validate_parameters(answer, model.output_shape)
            check(answer, model.output_shape)
            return _Http(200), answer
        code = "ResourceInUse" if name in self.jobs else self.refused.get(model.name)
        if code:
            error = {"Code": code, "Message": code}
            return _Http(400), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        self.jobs[name] = request
        return _Http(200), {}

    def s3(self, model: Any, params: Mapping[str, Any], context: Any) -> tuple[Any, dict[str, Any]]:
        self.calls.append(model.name)
        asked = context["s3_redirect"]["params"]
        bucket, path = asked["Bucket"], asked.get("Key", "")
        if model.name == "ListObjectsV2":
            return _Http(200), self._list(bucket, params["query_string"])
        if model.name == "PutObject":
            body = params["body"]
            self.objects[f"{bucket}/{path}"] = body if isinstance(body, bytes) else body.read()
            return _Http(200), {}
        assert model.name == "GetObject", model.name
        if f"{bucket}/{path}" not in self.objects:
            error = {"Code": "NoSuchKey", "Message": "no"}
            return _Http(404), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 404}}
        body = self.objects[f"{bucket}/{path}"]
        return _Http(200), {"Body": StreamingBody(io.BytesIO(body), len(body))}

    def _list(self, bucket: str, query: Mapping[str, str]) -> dict[str, Any]:
        after = query.get("continuation-token", "")
        found = sorted(each.removeprefix(f"{bucket}/") for each in self.objects if each.startswith(f"{bucket}/"))
        keys = [key for key in found if key.startswith(query["prefix"]) and key > after]
        page = [{"Key": key, "Size": len(self.objects[f"{bucket}/{key}"])} for key in keys[:2]]
        more = {"IsTruncated": True, "NextContinuationToken": keys[1]} if len(keys) > 2 else {"IsTruncated": False}
        return {"Contents": page, **more}


_current = World()


@cache
def _clients() -> Clients:
    # One pair for all tests, as making them takes longer than the calls; it asks the world that was used last.
    session = boto3.Session(region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")
    sagemaker.meta.events.register(
        "before-call.sagemaker", lambda model, params, **_: _current.sagemaker(model, params)
    )
    s3.meta.events.register("before-call.s3", lambda model, params, context, **_: _current.s3(model, params, context))
    return Clients(sagemaker=sagemaker, s3=s3)


def _ask(model: Any, params: Mapping[str, Any], context: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
    if model.service_model.service_name == "sagemaker":
        return _current.sagemaker(model, params)
    return _current.s3(model, params, context)


@dataclass
class _Http:
    status_code: int


def check(value: Any, shape: Any, path: str = "") -> None:
    """Whether a value keeps the model's patterns, lengths and words.

    Raises:
        AssertionError: it does not.
    """
    limits = shape.metadata
    if shape.type_name == "structure":
        assert value.keys() <= shape.members.keys(), f"{path}: {value.keys() - shape.members.keys()}"
        for key, each in value.items():
            check(each, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        assert limits.get("min", 0) <= len(value) <= limits.get("max", len(value)), path
        for each in value:
            check(each, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for key, each in value.items():
            check(key, shape.key, f"{path}.{key}")
            check(each, shape.value, f"{path}.{key}")
    elif shape.type_name == "string":
        assert limits.get("min", 0) <= len(value) <= limits.get("max", len(value)), f"{path}: {value!r}"
        assert value in limits.get("enum", [value]), f"{path}: {value!r}"
        pattern = limits.get("pattern")
        # Python's expressions have no \p{...}: those stand for tags, which are of ASCII here.
        assert not pattern or "\\p" in pattern or re.fullmatch(pattern, value), f"{path}: {value!r}"
    elif shape.type_name == "integer":
        assert limits.get("min", value) <= value <= limits.get("max", value), f"{path}: {value}"
