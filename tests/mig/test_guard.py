"""What stands before everything in a deployment: a change of layout that nobody asked for is refused, and only that."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from mig_layout_guard import handler
from mig_layout_guard.refusal import LayoutRefusedError, judge

STACK = "arn:aws:cloudformation:eu-central-1:111122223333:stack/Dev-Cluster/01234567-89ab-cdef-0123-456789abcdef"
PASSED = {"PhysicalResourceId": "mig-layout-guard"}


@pytest.fixture
def cloudformation() -> Iterator[Stubber]:
    access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    with Stubber(boto3.client("cloudformation", **access)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def stack_is(stub: Stubber, status: str) -> None:
    found = {"StackName": "Dev-Cluster", "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": status}
    stub.add_response("describe_stacks", {"Stacks": [found]}, {"StackName": STACK})


def update(old: dict[str, str], new: dict[str, str], *, may: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "RequestType": "Update",
        "StackId": STACK,
        "ResourceProperties": {"Layouts": new, "MayChange": list(may)},
        "OldResourceProperties": {"Layouts": old, "MayChange": []},
    }


def test_a_change_of_a_live_group_fails_the_deployment_and_says_how_to_ask_for_it(cloudformation: Stubber) -> None:
    stack_is(cloudformation, "UPDATE_IN_PROGRESS")
    with pytest.raises(LayoutRefusedError) as raised:
        judge(update({"gpus": "all-1g.10gb"}, {"gpus": "all-3g.40gb"}), cloudformation=cloudformation.client)
    said = str(raised.value)
    assert "gpus: from all-1g.10gb to all-3g.40gb" in said
    assert "Nothing was touched" in said
    assert "allow_change: true" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("all-disabled", "all-1g.10gb", id="first partitioning"),
        pytest.param("all-1g.10gb", "all-disabled", id="made whole"),
    ],
)
def test_the_first_and_the_last_partitioning_are_changes_too(cloudformation: Stubber, old: str, new: str) -> None:
    stack_is(cloudformation, "UPDATE_IN_PROGRESS")
    with pytest.raises(LayoutRefusedError, match=f"gpus: from {old} to {new}"):
        judge(update({"gpus": old}, {"gpus": new}), cloudformation=cloudformation.client)


def test_one_group_that_may_not_change_keeps_all_from_changing(cloudformation: Stubber) -> None:
    stack_is(cloudformation, "UPDATE_IN_PROGRESS")
    old, new = dict.fromkeys("ab", "all-1g.10gb"), dict.fromkeys("ab", "all-3g.40gb")
    with pytest.raises(LayoutRefusedError, match=r"\(b: from"):
        judge(update(old, new, may=("a",)), cloudformation=cloudformation.client)


def test_a_stack_that_rolls_back_goes_on(cloudformation: Stubber) -> None:
    stack_is(cloudformation, "UPDATE_ROLLBACK_IN_PROGRESS")
    event = update({"gpus": "all-3g.40gb"}, {"gpus": "all-1g.10gb"})
    assert judge(event, cloudformation=cloudformation.client) == PASSED


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        pytest.param({"gpus": "all-1g.10gb"}, {"gpus": "all-3g.40gb"}, ("gpus",), id="allowed"),
        pytest.param({"gpus": "all-1g.10gb"}, {"gpus": "all-1g.10gb"}, (), id="as before"),
        pytest.param({"gpus": "all-1g.10gb"}, {}, (), id="gone"),
        pytest.param({}, {"gpus": "all-1g.10gb"}, (), id="new"),
        pytest.param({"gpus": "all-1g.10gb"}, {"gpus": "all-1g.10gb", "new": "all-3g.40gb"}, (), id="another is new"),
    ],
)
def test_what_is_allowed_goes_on_without_a_call(cloudformation: Stubber, old, new, may) -> None:
    assert judge(update(old, new, may=may), cloudformation=cloudformation.client) == PASSED


@pytest.mark.parametrize("kind", ["Create", "Delete"])
def test_nothing_is_judged_at_the_beginning_and_the_end(cloudformation: Stubber, kind: str) -> None:
    event = update({}, {"gpus": "all-1g.10gb"}) | {"RequestType": kind}
    del event["OldResourceProperties"]
    assert judge(event, cloudformation=cloudformation.client) == PASSED


def test_the_framework_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    event = update({"gpus": "all-1g.10gb"}, {"gpus": "all-3g.40gb"}, may=("gpus",))
    answer = handler.on_event(event, None)
    assert answer == PASSED
    assert handler.is_complete({**event, **answer}, None) == {"IsComplete": True}
