"""What proves a head on the endpoint, what keeps it there, and what starts a switch."""

import json
from typing import Any

import pytest
from botocore.stub import Stubber

from model_optimization import approval, speculation_proof, stack_policy
from tests.handlers.model_optimization.switch_samples import PACKAGE, SWITCH, client, clients, described


@pytest.mark.parametrize(
    ("line", "drafted"),
    [
        ("INFO [metrics.py:96] SpecDecoding metrics: Draft acceptance rate: 88.8%, Drafted: 295 tokens, Per", 295),
        ("SpecDecoding metrics: Mean acceptance length: 1.05, Accepted: 0 tokens, Drafted: 0 tokens", 0),
        ("SpecDecoding metrics: nothing that is known", 0),
    ],
)
def test_speculation_is_proven_by_the_tokens_drafted_since_the_head_is_served(line: str, drafted: int) -> None:
    logs = client("logs")
    asked = {"logGroupName": "/log", "startTime": 5, "filterPattern": '"SpecDecoding metrics"'}
    with Stubber(logs) as stub:
        stub.add_response("filter_log_events", {"events": [{"message": line}]}, asked)
        outcome = speculation_proof.prove({"served_since": 5}, logs, log_group="/log")
        assert (outcome.status, outcome.changes) == (("done", {"drafted": drafted}) if drafted else ("again", {}))
        assert drafted or "without the head" in outcome.reason


def test_a_policy_that_the_stack_has_stays_and_gets_one_more_statement_once() -> None:
    cloudformation = client("cloudformation")
    own = {"Effect": "Deny", "Action": "Update:Delete", "Principal": "*", "Resource": "LogicalResourceId/Data"}
    opened = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/Endpoint1"}
    stack = {"StackName": "Prod-Inference-chat"}
    with Stubber(cloudformation) as stub:
        for before, after in (([], [opened, deny]), ([opened, own], [opened, own, deny])):
            body = {"StackPolicyBody": json.dumps({"Statement": before})} if before else {}
            stub.add_response("get_stack_policy", body, stack)
            stub.add_response("set_stack_policy", {}, {**stack, "StackPolicyBody": json.dumps({"Statement": after})})
            stack_policy.protect(SWITCH, cloudformation)
        stub.add_response("get_stack_policy", {"StackPolicyBody": json.dumps({"Statement": [opened, deny]})}, stack)
        stack_policy.protect(SWITCH, cloudformation)


@pytest.mark.parametrize(
    "package", [described(status="PendingManualApproval"), described(ModelPackageGroupName="another")]
)
def test_only_an_approved_package_of_the_own_group_starts_a_switch(package: dict[str, Any]) -> None:
    sagemaker, states = client("sagemaker"), client("stepfunctions")
    with Stubber(sagemaker) as stub, Stubber(states):
        stub.add_response("describe_model_package", package, {"ModelPackageName": PACKAGE})
        event = {"detail": {"ModelPackageArn": PACKAGE}}
        assert (
            approval.approved(
                event, clients(sagemaker=sagemaker, states=states), state_machine="arn", group="prod-chat"
            )
            == {}
        )
