"""Single steps of a switch, where tests/optimization/test_switch_executions.py runs whole ones."""

from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from model_optimization import switch
from model_optimization.outcome import Outcome, StepFailedError
from tests.handlers.model_optimization.switch_samples import (
    BASE,
    CAPTURE,
    HEAD,
    JOB,
    MACHINE,
    NEW,
    PACKAGE,
    STATE,
    SWITCH,
    VARIANT,
    client,
    clients,
    config,
    described,
    endpoint,
    model,
    running,
    source,
)

SERVED = {"Image": "image:serving", "Environment": {"OPTION_MAX_MODEL_LEN": "4096"}, "ModelDataSource": source(BASE)}


def plan(*answers: Any, executions: tuple[str, ...] = ("own",)) -> Outcome:
    sagemaker, states = client("sagemaker"), client("stepfunctions")
    with Stubber(sagemaker) as stub, Stubber(states) as running_ones:
        asked = {"stateMachineArn": MACHINE, "statusFilter": "RUNNING"}
        running_ones.add_response("list_executions", running(*executions), asked)
        for operation, answer in answers:
            stub.add_response(operation, answer)
        known = clients(sagemaker=sagemaker, states=states)
        outcome = switch.plan(JOB, SWITCH, {"package": PACKAGE}, known, machine=MACHINE, execution="own")
        stub.assert_no_pending_responses()
    return outcome


def create(sagemaker: Any, *, executions: tuple[str, ...] = ("own",)) -> Outcome:
    states = client("stepfunctions")
    with Stubber(states) as stub:
        stub.add_response("list_executions", running(*executions))
        known = clients(sagemaker=sagemaker, states=states)
        return switch.create(JOB, STATE, known, machine=MACHINE, execution="own")


def test_a_switch_waits_for_those_that_began_before_it_and_not_for_later_ones() -> None:
    assert plan(executions=("earlier", "own")).status == "again"
    # One that its own list does not show yet counts as the last.
    assert plan(executions=("another",)).status == "again"
    answers = [("describe_model_package", described()), ("describe_endpoint", endpoint("InService", "old"))]
    found = plan(*answers, executions=("own", "later"))
    assert (found.status, found.changes["previous"]) == ("done", "old")


def test_a_head_that_is_served_already_is_left_there() -> None:
    answers = [("describe_model_package", described()), ("describe_endpoint", endpoint("InService", NEW))]
    assert plan(*answers).status == "already"


def test_an_endpoint_that_is_being_changed_is_waited_for() -> None:
    answers = [("describe_model_package", described()), ("describe_endpoint", endpoint("Updating", "old"))]
    assert plan(*answers).status == "again"


def test_a_package_that_is_not_approved_is_not_served() -> None:
    with pytest.raises(StepFailedError, match="is Rejected"):
        plan(("describe_model_package", described(status="Rejected")))


def test_an_earlier_head_is_replaced_where_the_endpoint_serves_a_package() -> None:
    sagemaker = client("sagemaker")
    earlier = f"{PACKAGE[:-1]}1"
    served = described(earlier)
    (container,) = served["InferenceSpecification"]["Containers"]
    container["Environment"] = {"OPTION_SPECULATIVE_CONFIG": "{old}", "OPTION_MAX_MODEL_LEN": "4096"}
    approved = described()
    (its,) = approved["InferenceSpecification"]["Containers"]
    its["Environment"] = {"OPTION_SPECULATIVE_CONFIG": "{new}", "OPTION_MAX_MODEL_LEN": "16"}
    its["Image"] = "image:another"
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("InService", "old"))
        stub.add_response("describe_endpoint_config", config(VARIANT, DataCaptureConfig=CAPTURE))
        stub.add_response("describe_model", model({"ModelPackageName": earlier}), {"ModelName": "m"})
        stub.add_response("describe_model_package", served, {"ModelPackageName": earlier})
        stub.add_client_error("describe_model", "ValidationException", expected_params={"ModelName": NEW})
        stub.add_response("describe_model_package", approved, {"ModelPackageName": PACKAGE})
        made: dict[str, Any] = {
            "ModelName": NEW,
            "ExecutionRoleArn": ANY,
            "EnableNetworkIsolation": True,
            "PrimaryContainer": {
                # Of the package only the head and what turns it on.
                "Image": "image:approved",
                "Environment": {"OPTION_SPECULATIVE_CONFIG": "{new}", "OPTION_MAX_MODEL_LEN": "4096"},
                "ModelDataSource": source(BASE),
                "AdditionalModelDataSources": [{"ChannelName": "eagle", **source(HEAD)}],
            },
        }
        arn = f"arn:aws:sagemaker:us-east-1:111122223333:model/{NEW}"
        stub.add_response("create_model", {"ModelArn": arn}, made)
        stub.add_client_error("describe_endpoint_config", "ValidationException")
        wanted = {
            "EndpointConfigName": NEW,
            "ProductionVariants": [{**VARIANT, "ModelName": NEW}],
            # Everything else is that of before.
            "DataCaptureConfig": CAPTURE,
        }
        stub.add_response("create_endpoint_config", {"EndpointConfigArn": arn}, wanted)
        outcome = create(sagemaker)
        assert (outcome.status, outcome.changes) == ("done", {"drafted_before": True})
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("more", "drafts"),
    [
        ({}, False),
        ({"Environment": {"OPTION_SPECULATIVE_CONFIG": "{}"}}, True),
        ({"AdditionalModelDataSources": [{"ChannelName": "eagle", **source(HEAD)}]}, True),
    ],
)
def test_a_repeat_makes_nothing_twice_and_tells_whether_there_was_a_head(more: dict[str, Any], drafts: bool) -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("InService", "old"))
        stub.add_response("describe_endpoint_config", config(VARIANT))
        for _ in range(2):
            stub.add_response("describe_model", model({**SERVED, **more}))
        stub.add_response("describe_endpoint_config", config(VARIANT))
        assert create(sagemaker).changes == {"drafted_before": drafts}


@pytest.mark.parametrize(
    ("found", "base", "said"),
    [
        (config(VARIANT), "s3://example-models/other/", "and the head is for s3://example-models/other/"),
        (config(VARIANT, {**VARIANT, "VariantName": "b"}), BASE, "2 variants"),
        (config({"VariantName": "a"}), BASE, "no model of its own"),
    ],
)
def test_an_endpoint_that_serves_something_else_is_left_alone(found: dict[str, Any], base: str, said: str) -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("InService", "old"))
        stub.add_response("describe_endpoint_config", found)
        stub.add_response("describe_model", model(SERVED))
        stub.add_client_error("describe_model", "ValidationException")
        stub.add_response("describe_model_package", described(base=base))
        with pytest.raises(StepFailedError, match=said):
            create(sagemaker)


def test_an_endpoint_that_somebody_has_changed_since_it_was_measured_is_left_alone() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        for found in (endpoint("InService", "theirs"), endpoint("Updating", "old")):
            stub.add_response("describe_endpoint", found)
            with pytest.raises(StepFailedError, match="somebody else has changed prod-chat"):
                create(sagemaker)
        stub.add_response("describe_endpoint", endpoint("InService", "old"))
        with pytest.raises(StepFailedError, match="another switch of prod-chat runs: earlier"):
            create(sagemaker, executions=("earlier", "own"))
        # The last look, when it is about to be updated.
        stub.add_response("describe_endpoint", endpoint("InService", "theirs"))
        with pytest.raises(StepFailedError, match="and now theirs"):
            switch.update(STATE, sagemaker)


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed", "OutOfService"])
def test_an_endpoint_that_is_broken_is_told_with_its_reason(status: str) -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint(status, NEW, FailureReason="no capacity"))
        with pytest.raises(StepFailedError, match=f"is {status}: no capacity"):
            switch.settle(STATE, sagemaker, now_ms=5)


def test_an_update_that_is_under_way_is_not_begun_again() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("Updating", "old", to=NEW))
        assert switch.update(STATE, sagemaker).status == "done"
        # Somebody else's update is waited for.
        stub.add_response("describe_endpoint", endpoint("Updating", "old", to="theirs"))
        assert switch.update(STATE, sagemaker).status == "again"


def test_the_head_is_served_from_the_moment_when_the_update_has_ended() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("Updating", "old", to=NEW))
        assert switch.settle(STATE, sagemaker, now_ms=5).status == "again"
        stub.add_response("describe_endpoint", endpoint("InService", NEW))
        assert switch.settle(STATE, sagemaker, now_ms=7).changes == {"served_since": 7}


def test_what_somebody_has_changed_after_the_update_is_not_kept() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        for found in (endpoint("InService", "theirs"), endpoint("Updating", NEW, to="theirs")):
            stub.add_response("describe_endpoint", found)
            with pytest.raises(StepFailedError, match="somebody else has changed prod-chat"):
                switch.refuse_unless_served(STATE, sagemaker)
