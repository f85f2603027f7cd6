"""IAM: for some actions the engine asks about a wider resource than AWS, and refuses what is narrow enough for AWS.

The cluster stands for its tasks and their definitions, the log group for its streams. What AWS asks about: Service
Authorization Reference, Amazon Elastic Container Service and Amazon CloudWatch Logs.
"""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_ACCOUNT, SCRATCH_REGION, expect

_ON_TASKS = ("DescribeTasks", "StopTask")
_ON_STREAMS = ("GetLogEvents", "PutLogEvents")


def apply() -> None:
    """Name the resource, and for ECS the cluster as the condition key `ecs:cluster`."""
    actions: Any = import_module("ministack.core.iam_actions")
    responses: Any = import_module("ministack.core.responses")
    resource: Callable[..., str] = actions.extract_resource_arn
    context: Callable[..., dict[str, Any]] = actions.request_tag_context

    def patched_resource(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, *others: Any
    ) -> str:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        if service == "ecs" and action in ("RunTask", *_ON_TASKS):
            return _resource(action, json.loads(body or b"{}"), *others[1:])
        wider = resource(service, method, path, headers, body, *others)
        if service == "logs" and action in _ON_STREAMS:
            return f"{wider}:log-stream:{json.loads(body or b'{}').get('logStreamName', '')}"
        return wider

    def patched_context(service: str, action: str, body: bytes, params: Any) -> dict[str, Any]:
        found = context(service, action, body, params)
        if service != "ecs":
            return found
        cluster = json.loads(body or b"{}").get("cluster", "default")
        return {**found, "ecs:cluster": _arn("cluster", cluster, responses.get_region(), responses.get_account_id())}

    actions.extract_resource_arn, actions.request_tag_context = patched_resource, patched_context


def _resource(action: str, request: Mapping[str, Any], region: str, account: str) -> str:
    if action == "RunTask":
        return _arn("task-definition", request["taskDefinition"], region, account)
    task: str = (request.get("tasks") or [request.get("task", "")])[0]
    cluster: str = request.get("cluster", "default").rpartition("/")[2]
    return _arn(f"task/{cluster}", task, region, account)


def _arn(kind: str, name: str, region: str, account: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:ecs:{region}:{account}:{kind}/{name}"


def check() -> None:
    """A task is run from its definition and seen in its cluster; a log is read by its stream."""
    actions: Any = import_module("ministack.core.iam_actions")
    place = (SCRATCH_REGION, SCRATCH_ACCOUNT)

    def asked(service: str, action: str, request: dict[str, Any]) -> tuple[str, Any]:
        body, headers = json.dumps(request).encode(), {"x-amz-target": f"Service.{action}"}
        arn = actions.extract_resource_arn(service, "POST", "/", headers, body, {}, *place)
        return arn, actions.request_tag_context(service, f"{service}:{action}", body, {}).get("ecs:cluster")

    start = f"arn:aws:ecs:{':'.join(place)}:"
    run = asked("ecs", "RunTask", {"cluster": "one", "taskDefinition": "release:3"})
    seen = asked("ecs", "DescribeTasks", {"cluster": f"{start}cluster/one", "tasks": ["id"]})
    read, _ = asked("logs", "GetLogEvents", {"logGroupName": "group", "logStreamName": "a/b"})
    expect(run == (f"{start}task-definition/release:3", f"{start}cluster/one"), f"RunTask is on {run}")
    expect(seen == (f"{start}task/one/id", f"{start}cluster/one"), f"DescribeTasks is on {seen}")
    expect(read == f"arn:aws:logs:{':'.join(place)}:log-group:group:log-stream:a/b", f"GetLogEvents is on {read}")
