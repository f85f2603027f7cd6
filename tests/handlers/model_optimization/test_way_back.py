"""An endpoint gets back what it served, and what is not the head's is left alone."""

from typing import Any

import pytest
from botocore.stub import Stubber

from model_optimization import notices, way_back
from model_optimization.outcome import StepFailedError
from tests.handlers.model_optimization.switch_samples import JOB, NEW, PACKAGE, STATE, client, endpoint


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (endpoint("Updating", "old", to=NEW), "again"),
        (endpoint("Updating", "old"), "again"),
        (endpoint("Updating", NEW, to="theirs"), "again"),
        (endpoint("Updating", NEW, to="old"), "done"),
        (endpoint("InService", "old"), "done"),
        # A deployment of somebody else is not undone.
        (endpoint("InService", "theirs"), "done"),
    ],
)
def test_the_way_back_waits_for_what_is_under_way_and_ends_where_there_is_no_head(
    found: dict[str, Any], status: str
) -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", found, {"EndpointName": "prod-chat"})
        outcome = way_back.go_back({**STATE, "reason": "it is slower"}, sagemaker)
        assert (outcome.status, outcome.changes["why"]) == (status, "it is slower")


@pytest.mark.parametrize("status", ["InService", "UpdateRollbackFailed"])
def test_the_way_back_is_taken_once_the_head_is_served_be_it_by_some_instances_only(status: str) -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint(status, NEW), {"EndpointName": "prod-chat"})
        request = {"EndpointName": "prod-chat", "EndpointConfigName": "old"}
        kept = {"RetainAllVariantProperties": True, "RetainDeploymentConfig": True}
        answer = {"EndpointArn": endpoint("Updating", NEW)["EndpointArn"]}
        stub.add_response("update_endpoint", answer, {**request, **kept})
        assert way_back.go_back({**STATE, "reason": "it is slower"}, sagemaker).status == "done"
        stub.assert_no_pending_responses()


def test_the_way_back_has_ended_when_anything_but_the_head_is_served() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("Updating", NEW, to="old"))
        assert way_back.settle_back(STATE, sagemaker).status == "again"
        stub.add_response("describe_endpoint", endpoint("InService", "old"))
        assert way_back.settle_back(STATE, sagemaker).changes == {"now": "The endpoint serves old."}
        stub.add_response("describe_endpoint", endpoint("InService", NEW))
        with pytest.raises(StepFailedError, match=f"the endpoint serves {NEW}"):
            way_back.settle_back(STATE, sagemaker)


@pytest.mark.parametrize(
    ("state", "why", "reason"),
    [
        ({"why": "it is slower", "reason": "broken"}, "it is slower", "broken"),
        (
            {
                "status": "failed",
                "reason": "it is slower",
                "stuck": {"Error": "E", "Cause": '{"errorMessage": "denied"}'},
            },
            "it is slower",
            "denied",
        ),
        (
            {"reason": "broken", "caught": {"Error": "Timeout", "Cause": "x"}},
            "Timeout: x",
            "broken",
        ),
    ],
)
def test_a_way_back_that_fails_is_told_as_what_it_is(state: dict[str, Any], why: str, reason: str) -> None:
    sns = client("sns")
    sent: dict[str, str] = {}
    sns.meta.events.register("provide-client-params.sns.Publish", lambda params, **_: sent.update(params))
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "m"})
        outcome = notices.stuck(JOB, {**STATE, **state}, sns)
    assert outcome.changes["cause"] == f"the way back has failed: {reason}"
    assert f"({why}), and could not: {reason}" in sent["Message"]
    assert f"may still serve {PACKAGE}" in sent["Message"]
    assert "--endpoint-config-name old" in sent["Message"]


def test_the_mail_of_a_kept_head_says_all_that_the_environment_file_needs() -> None:
    sns = client("sns")
    sent: dict[str, str] = {}
    sns.meta.events.register("provide-client-params.sns.Publish", lambda params, **_: sent.update(params))
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "m"})
        notices.kept(JOB, {**STATE, "drafted": 5, "ratios": {}}, sns)
    wanted = f"""  model:
    source: package
    arn: {PACKAGE}
    weights: s3://example-models/chat/
    image: registry/djl-inference:1
"""
    assert wanted in sent["Message"]
