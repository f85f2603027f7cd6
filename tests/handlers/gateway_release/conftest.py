"""boto3's real clients, whose calls and answers botocore checks against AWS's own model."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from gateway_release.release import Clients

CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/gateway"
DEFINITION = "arn:aws:ecs:eu-central-1:111122223333:task-definition/release:7"
TASK = "arn:aws:ecs:eu-central-1:111122223333:task/gateway/0123456789abcdef0123456789abcdef"
STACK = "arn:aws:cloudformation:eu-central-1:111122223333:stack/Dev-Gateway/01234567-89ab-cdef-0123-456789abcdef"
REQUEST = "11111111-2222-3333-4444-555555555555"
PROPERTIES = {
    "ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:release",
    "Cluster": CLUSTER,
    "TaskDefinition": DEFINITION,
    "Subnets": ["subnet-1", "subnet-2"],
    "SecurityGroups": ["sg-1", "sg-2"],
    "LogGroup": "gateway-log",
}
RUN = {
    "cluster": CLUSTER,
    "taskDefinition": DEFINITION,
    "count": 1,
    "launchType": "FARGATE",
    "networkConfiguration": {
        "awsvpcConfiguration": {
            "subnets": ["subnet-1", "subnet-2"],
            "securityGroups": ["sg-1", "sg-2"],
            "assignPublicIp": "DISABLED",
        }
    },
    "clientToken": REQUEST,
    "startedBy": "gateway-release",
    "propagateTags": "TASK_DEFINITION",
    "enableECSManagedTags": True,
}


class Aws:
    """The three services: what they answer, in order. A call that is not expected, or missing, fails the test."""

    def __init__(self, stack: ExitStack) -> None:
        access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        names = ("ecs", "logs", "cloudformation")
        self._stubs = {name: Stubber(boto3.client(name, **access)) for name in names}
        for stub in self._stubs.values():
            stack.enter_context(stub)
        self.clients = Clients(**{name: stub.client for name, stub in self._stubs.items()})

    def run_task(self, answer: dict[str, Any]) -> None:
        self._stubs["ecs"].add_response("run_task", answer, RUN)

    def describe_tasks(self, answer: dict[str, Any]) -> None:
        self._stubs["ecs"].add_response("describe_tasks", answer, {"cluster": CLUSTER, "tasks": [TASK]})

    def list_tasks(self, *arns: str) -> None:
        expected = {"cluster": CLUSTER, "startedBy": "gateway-release"}
        self._stubs["ecs"].add_response("list_tasks", {"taskArns": list(arns)}, expected)

    def no_cluster(self) -> None:
        self._stubs["ecs"].add_client_error("list_tasks", "ClusterNotFoundException")

    def stop_task(self, reason: str = "The release took too long") -> None:
        expected = {"cluster": CLUSTER, "task": TASK, "reason": reason}
        self._stubs["ecs"].add_response("stop_task", {}, expected)

    def stack_status(self, status: str) -> None:
        stack = {"StackName": "Dev-Gateway", "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": status}
        self._stubs["cloudformation"].add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": STACK})

    def log(self, container: str, *lines: str) -> None:
        events = {"events": [{"timestamp": 1, "ingestionTime": 1, "message": line} for line in lines]}
        self._stubs["logs"].add_response("get_log_events", events, self._stream(container))

    def no_log(self, container: str) -> None:
        self._stubs["logs"].add_client_error(
            "get_log_events", "ResourceNotFoundException", expected_params=self._stream(container)
        )

    def all_was_asked(self) -> None:
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()

    @staticmethod
    def _stream(container: str) -> dict[str, Any]:
        stream = f"{container.lower()}/{container}/0123456789abcdef0123456789abcdef"
        return {"logGroupName": "gateway-log", "logStreamName": stream, "limit": 20, "startFromHead": False}


@pytest.fixture
def aws() -> Iterator[Aws]:
    """AWS as a test expects it to be asked."""
    with ExitStack() as stack:
        services = Aws(stack)
        yield services
        services.all_was_asked()


def request(kind: str = "Create", **more: Any) -> dict[str, Any]:
    """An event of CloudFormation."""
    return {
        "RequestType": kind,
        "RequestId": REQUEST,
        "StackId": STACK,
        "LogicalResourceId": "Release",
        "ResourceProperties": PROPERTIES,
        **more,
    }


def asked(*, age: float = 60, kind: str = "Create") -> dict[str, Any]:
    """The event that asks whether a task of this age, in seconds, has ended."""
    return request(kind, Data={"TaskArn": TASK, "Started": str(int(time.time() - age))})


def task(status: str, *containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """ECS's description of the task."""
    return {"tasks": [{"taskArn": TASK, "lastStatus": status, "containers": list(containers), **more}], "failures": []}
