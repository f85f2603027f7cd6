"""What stands before the cluster in a deployment: a change of layout is refused, or carried out."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mig_layout_change.guard import Clients, is_changed, start
from mig_layout_change.nodes import LayoutChangeError

MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:layouts"
STACK = "arn:aws:cloudformation:eu-central-1:111122223333:stack/Dev-Cluster/01234567-89ab-cdef-0123-456789abcdef"
REQUEST = "11111111-2222-3333-4444-555555555555"
SMALL = {"Layout": "all-1g.10gb", "Resources": {"nvidia.com/mig-1g.10gb": "56"}}
LARGE = {"Layout": "all-3g.40gb", "Resources": {"nvidia.com/mig-3g.40gb": "16"}}
EXECUTION = f"arn:aws:states:eu-central-1:111122223333:execution:layouts:{REQUEST[:16]}-gpus"


class Aws:
    """Step Functions and CloudFormation: what they answer, in order."""

    def __init__(self, stack: ExitStack) -> None:
        access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.states = Stubber(boto3.client("stepfunctions", **access))
        self.cloudformation = Stubber(boto3.client("cloudformation", **access))
        for stub in (self.states, self.cloudformation):
            stack.enter_context(stub)
        self.clients = Clients(stepfunctions=self.states.client, cloudformation=self.cloudformation.client)

    def stack_is(self, status: str) -> None:
        found = {"StackName": "Dev-Cluster", "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": status}
        self.cloudformation.add_response("describe_stacks", {"Stacks": [found]}, {"StackName": STACK})

    def starts(self, group: str, wanted: dict[str, Any], *, again: bool = False) -> None:
        expected = {
            "stateMachineArn": MACHINE,
            "name": f"{REQUEST[:16]}-{group}",
            "input": json.dumps({"group": group, "layout": wanted["Layout"], "resources": wanted["Resources"]}),
        }
        if again:
            self.states.add_client_error("start_execution", "ExecutionAlreadyExists", expected_params=expected)
        else:
            arn = EXECUTION.replace("-gpus", f"-{group}")
            answer = {"executionArn": arn, "startDate": "2026-01-01T00:00:00Z"}
            self.states.add_response("start_execution", answer, expected)

    def ends(self, status: str, **more: Any) -> None:
        answer = {
            "executionArn": EXECUTION,
            "stateMachineArn": MACHINE,
            "status": status,
            "startDate": "2026-01-01T00:00:00Z",
        }
        self.states.add_response("describe_execution", answer | more, {"executionArn": EXECUTION})


@pytest.fixture
def aws() -> Iterator[Aws]:
    with ExitStack() as stack:
        services = Aws(stack)
        yield services
        services.states.assert_no_pending_responses()
        services.cloudformation.assert_no_pending_responses()


def update(old: dict[str, Any], new: dict[str, Any], *, may: tuple[str, ...] = (), before: tuple[str, ...] = ()) -> Any:
    return {
        "RequestType": "Update",
        "RequestId": REQUEST,
        "StackId": STACK,
        "ResourceProperties": {"StateMachine": MACHINE, "Layouts": new, "MayChange": list(may)},
        "OldResourceProperties": {"StateMachine": MACHINE, "Layouts": old, "MayChange": list(before)},
    }


def executions(answer: dict[str, Any]) -> list[str]:
    return json.loads(answer["Data"]["Executions"])


def test_a_change_of_a_live_group_fails_the_deployment_and_says_how_to_ask_for_it(aws: Aws) -> None:
    aws.stack_is("UPDATE_IN_PROGRESS")
    with pytest.raises(LayoutChangeError) as raised:
        start(update({"gpus": SMALL}, {"gpus": LARGE}), clients=aws.clients)
    said = str(raised.value)
    assert "gpus: from all-1g.10gb to all-3g.40gb" in said
    assert "Nothing was touched" in said
    assert "allow_change: true" in said


def test_one_group_that_may_not_change_keeps_all_from_changing(aws: Aws) -> None:
    aws.stack_is("UPDATE_IN_PROGRESS")
    event = update({"a": SMALL, "b": SMALL}, {"a": LARGE, "b": LARGE}, may=("a",))
    with pytest.raises(LayoutChangeError, match=r"\(b: from"):
        start(event, clients=aws.clients)


def test_a_change_that_is_allowed_is_started_for_each_group(aws: Aws) -> None:
    aws.stack_is("UPDATE_IN_PROGRESS")
    aws.starts("gpus", LARGE)
    aws.starts("more", SMALL)
    event = update({"gpus": SMALL, "more": LARGE}, {"gpus": LARGE, "more": SMALL}, may=("gpus", "more"))
    assert executions(start(event, clients=aws.clients)) == [EXECUTION, EXECUTION.replace("-gpus", "-more")]


def test_an_event_that_comes_twice_waits_for_the_first_ones_execution(aws: Aws) -> None:
    aws.stack_is("UPDATE_IN_PROGRESS")
    aws.starts("gpus", LARGE, again=True)
    event = update({"gpus": SMALL}, {"gpus": LARGE}, may=("gpus",))
    assert executions(start(event, clients=aws.clients)) == [EXECUTION]


def test_the_roll_back_of_a_refused_change_passes(aws: Aws) -> None:
    aws.stack_is("UPDATE_ROLLBACK_IN_PROGRESS")
    event = update({"gpus": LARGE}, {"gpus": SMALL})
    assert executions(start(event, clients=aws.clients)) == []


def test_the_roll_back_of_a_change_that_was_begun_changes_the_nodes_back(aws: Aws) -> None:
    aws.stack_is("UPDATE_ROLLBACK_IN_PROGRESS")
    aws.starts("gpus", SMALL)
    event = update({"gpus": LARGE}, {"gpus": SMALL}, before=("gpus",))
    assert executions(start(event, clients=aws.clients)) == [EXECUTION]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"gpus": SMALL}, {"gpus": SMALL}),
        ({"gpus": SMALL}, {}),
        ({}, {"gpus": SMALL}),
        ({"gpus": SMALL}, {"gpus": SMALL, "new": LARGE}),
    ],
)
def test_groups_that_stay_come_or_go_pass_without_a_call(aws: Aws, old, new) -> None:
    assert executions(start(update(old, new), clients=aws.clients)) == []


@pytest.mark.parametrize("kind", ["Create", "Delete"])
def test_nothing_is_done_at_the_beginning_and_the_end(aws: Aws, kind: str) -> None:
    event = update({}, {"gpus": SMALL}) | {"RequestType": kind}
    del event["OldResourceProperties"]
    answer = start(event, clients=aws.clients)
    assert executions(answer) == []
    assert is_changed({**event, **answer}, clients=aws.clients) is True


@pytest.mark.parametrize(("status", "done"), [("RUNNING", False), ("SUCCEEDED", True)])
def test_the_deployment_waits_for_the_execution(aws: Aws, status: str, done: bool) -> None:
    aws.ends(status)
    assert is_changed({"Data": {"Executions": json.dumps([EXECUTION])}}, clients=aws.clients) is done


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_an_execution_that_failed_fails_the_deployment_with_its_cause(aws: Aws, status: str) -> None:
    aws.ends(status, error="NotChanged", cause="these pods did not leave" + "x" * 5000)
    with pytest.raises(LayoutChangeError, match="these pods did not leave") as raised:
        is_changed({"Data": {"Executions": json.dumps([EXECUTION])}}, clients=aws.clients)
    assert len(str(raised.value)) < 2000
