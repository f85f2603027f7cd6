"""What stands before the cluster in a deployment: changes of layout that passed the guard are carried out."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mig_layout_change.nodes import LayoutChangeError
from mig_layout_change.rollout import is_changed, start

MACHINE = "arn:aws:states:eu-central-1:111122223333:stateMachine:layouts"
REQUEST = "11111111-2222-3333-4444-555555555555"
SMALL = {"Layout": "all-1g.10gb", "Resources": {"nvidia.com/mig-1g.10gb": "56"}}
LARGE = {"Layout": "all-3g.40gb", "Resources": {"nvidia.com/mig-3g.40gb": "16"}}
NOW = "2026-01-01T00:00:00Z"


def execution(group: str) -> str:
    return f"arn:aws:states:eu-central-1:111122223333:execution:layouts:{REQUEST[:16]}-{group}"


class StepFunctions:
    """What it is asked and answers, in order."""

    def __init__(self, stub: Stubber) -> None:
        self._stub, self.client = stub, stub.client

    def starts(self, group: str, wanted: dict[str, Any], *, again: bool = False, new: bool = False) -> None:
        expected = {
            "stateMachineArn": MACHINE,
            "name": f"{REQUEST[:16]}-{group}",
            "input": json.dumps(
                {"group": group, "layout": wanted["Layout"], "resources": wanted["Resources"], "new": new}
            ),
        }
        if again:
            self._stub.add_client_error("start_execution", "ExecutionAlreadyExists", expected_params=expected)
        else:
            self._stub.add_response("start_execution", {"executionArn": execution(group), "startDate": NOW}, expected)

    def ends(self, group: str, status: str, **more: Any) -> None:
        answer = {"executionArn": execution(group), "stateMachineArn": MACHINE, "status": status, "startDate": NOW}
        self._stub.add_response("describe_execution", answer | more, {"executionArn": execution(group)})


@pytest.fixture
def states() -> Iterator[StepFunctions]:
    access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    with Stubber(boto3.client("stepfunctions", **access)) as stub:
        yield StepFunctions(stub)
        stub.assert_no_pending_responses()


def update(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {
        "RequestType": "Update",
        "RequestId": REQUEST,
        "ResourceProperties": {"StateMachine": MACHINE, "Layouts": new},
        "OldResourceProperties": {"StateMachine": MACHINE, "Layouts": old},
    }


def started(states: StepFunctions, event: dict[str, Any]) -> list[str]:
    return json.loads(start(event, stepfunctions=states.client)["Data"]["Executions"])


def done(states: StepFunctions, *groups: str) -> bool:
    event = {"Data": {"Executions": json.dumps([execution(group) for group in groups])}}
    return is_changed(event, stepfunctions=states.client)


def test_a_change_is_started_for_each_group(states: StepFunctions) -> None:
    states.starts("gpus", LARGE)
    states.starts("more", SMALL)
    event = update({"gpus": SMALL, "more": LARGE}, {"gpus": LARGE, "more": SMALL})
    assert started(states, event) == [execution("gpus"), execution("more")]


def test_a_layout_that_the_config_map_has_since_a_moment_ago_is_told_as_such(states: StepFunctions) -> None:
    states.starts("gpus", LARGE, new=True)
    states.starts("more", LARGE)
    event = update({"gpus": SMALL, "more": SMALL}, {"gpus": LARGE, "more": LARGE})
    event["ResourceProperties"]["Custom"] = ["gpus"]
    assert len(started(states, event)) == 2


def test_an_event_that_comes_twice_waits_for_the_first_ones_execution(states: StepFunctions) -> None:
    states.starts("gpus", LARGE, again=True)
    assert started(states, update({"gpus": SMALL}, {"gpus": LARGE})) == [execution("gpus")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"gpus": SMALL}, {"gpus": SMALL}),
        ({"gpus": SMALL}, {}),
        ({}, {"gpus": SMALL}),
        ({"gpus": SMALL}, {"gpus": SMALL, "new": LARGE}),
    ],
)
def test_groups_that_stay_come_or_go_pass_without_a_call(states: StepFunctions, old, new) -> None:
    assert started(states, update(old, new)) == []


@pytest.mark.parametrize("kind", ["Create", "Delete"])
def test_nothing_is_done_at_the_beginning_and_the_end(states: StepFunctions, kind: str) -> None:
    event = update({}, {"gpus": SMALL}) | {"RequestType": kind}
    del event["OldResourceProperties"]
    assert started(states, event) == []
    assert done(states) is True
    assert is_changed(event, stepfunctions=states.client) is True


@pytest.mark.parametrize(("status", "expected"), [("RUNNING", False), ("SUCCEEDED", True)])
def test_the_deployment_waits_for_the_execution(states: StepFunctions, status: str, expected: bool) -> None:
    states.ends("gpus", status)
    assert done(states, "gpus") is expected


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_an_execution_that_failed_fails_the_deployment_with_its_cause(states: StepFunctions, status: str) -> None:
    states.ends("gpus", status, error="NotChanged", cause="these pods did not leave" + "x" * 5000)
    with pytest.raises(LayoutChangeError, match="these pods did not leave") as raised:
        done(states, "gpus")
    assert len(str(raised.value)) < 2000


def test_a_failure_is_told_once_no_execution_is_under_way_that_the_roll_back_would_meet(states: StepFunctions) -> None:
    states.ends("gpus", "FAILED", cause="these pods did not leave")
    states.ends("more", "RUNNING")
    assert done(states, "gpus", "more") is False
    states.ends("gpus", "FAILED", cause="these pods did not leave")
    states.ends("more", "SUCCEEDED")
    with pytest.raises(LayoutChangeError, match="these pods did not leave"):
        done(states, "gpus", "more")
