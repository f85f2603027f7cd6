"""Single steps of a switch, where tests/optimization/test_executions.py runs whole ones."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from model_optimization import approval, speculation_proof, stack_policy, switch
from model_optimization.clients import Clients
from model_optimization.job import Switch
from model_optimization.outcome import StepFailedError

PACKAGE = "arn:aws:sagemaker:us-east-1:111122223333:model-package/prod-chat/3"
BASE, HEAD = "s3://example-models/chat/", "s3://results/prod-chat/draft/"
STATE = {"endpoint": "prod-chat", "previous": "old", "model": "prod-chat-v3-x", "config": "prod-chat-v3-x"}
STATE |= {"package": PACKAGE}
SWITCH = Switch(
    endpoint="prod-chat", log_group="/log", stack="Prod-Inference-chat", resource="Endpoint1", workload={}, setup={}
)
WHEN = datetime(2026, 11, 23, tzinfo=UTC)


def client(name: str) -> Any:
    return boto3.client(name, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def source(uri: str) -> dict[str, Any]:
    return {"S3DataSource": {"S3Uri": uri, "S3DataType": "S3Prefix", "CompressionType": "None"}}


def described(package: str = PACKAGE, *, base: str = BASE, status: str = "Approved", **more: Any) -> dict[str, Any]:
    container = {
        "Image": "image:approved",
        "Environment": {"OPTION_SPECULATIVE_CONFIG": "{}"},
        "ModelDataSource": source(base),
        "AdditionalModelDataSources": [{"ChannelName": "eagle", **source(HEAD)}],
    }
    return {
        "ModelPackageName": "prod-chat",
        "ModelPackageGroupName": "prod-chat",
        "ModelPackageVersion": 3,
        "ModelPackageArn": package,
        "CreationTime": WHEN,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": status,
        "InferenceSpecification": {"Containers": [container]},
        **more,
    }


def config(*variants: dict[str, Any], **more: Any) -> dict[str, Any]:
    arn = "arn:aws:sagemaker:us-east-1:111122223333:endpoint-config/old"
    return {
        "EndpointConfigName": "old",
        "EndpointConfigArn": arn,
        "ProductionVariants": list(variants),
        "CreationTime": WHEN,
        **more,
    }


def model(container: dict[str, Any]) -> dict[str, Any]:
    return {
        "ModelName": "m",
        "PrimaryContainer": container,
        "ExecutionRoleArn": "arn:aws:iam::111122223333:role/endpoint",
        "CreationTime": WHEN,
        "ModelArn": "arn:aws:sagemaker:us-east-1:111122223333:model/m",
        "EnableNetworkIsolation": True,
    }


VARIANT = {"VariantName": "AllTraffic", "ModelName": "m", "InitialInstanceCount": 2, "InstanceType": "ml.p5.4xlarge"}
CAPTURE = {
    "InitialSamplingPercentage": 10,
    "DestinationS3Uri": "s3://captures/x",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


def test_an_earlier_head_is_replaced_where_the_endpoint_serves_a_package() -> None:
    sagemaker = client("sagemaker")
    earlier = f"{PACKAGE[:-1]}1"
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint_config", config(VARIANT, DataCaptureConfig=CAPTURE))
        stub.add_response("describe_model", model({"ModelPackageName": earlier}), {"ModelName": "m"})
        stub.add_client_error("describe_model", "ValidationException", expected_params={"ModelName": "prod-chat-v3-x"})
        stub.add_response("describe_model_package", described(), {"ModelPackageName": PACKAGE})
        stub.add_response("describe_model_package", described(earlier), {"ModelPackageName": earlier})
        made: dict[str, Any] = {
            "ModelName": "prod-chat-v3-x",
            "ExecutionRoleArn": ANY,
            "EnableNetworkIsolation": True,
            "PrimaryContainer": {
                "Image": "image:approved",
                "Environment": {"OPTION_SPECULATIVE_CONFIG": "{}"},
                "ModelDataSource": source(BASE),
                "AdditionalModelDataSources": [{"ChannelName": "eagle", **source(HEAD)}],
            },
        }
        arn = "arn:aws:sagemaker:us-east-1:111122223333:model/prod-chat-v3-x"
        stub.add_response("create_model", {"ModelArn": arn}, made)
        stub.add_client_error("describe_endpoint_config", "ValidationException")
        wanted = {
            "EndpointConfigName": "prod-chat-v3-x",
            "ProductionVariants": [{**VARIANT, "ModelName": "prod-chat-v3-x"}],
            # Everything else is that of before.
            "DataCaptureConfig": CAPTURE,
        }
        stub.add_response("create_endpoint_config", {"EndpointConfigArn": arn}, wanted)
        assert switch.create(STATE, sagemaker).status == "done"
        stub.assert_no_pending_responses()


def test_a_repeat_makes_neither_model_nor_configuration_twice() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint_config", config(VARIANT))
        for _ in range(2):
            stub.add_response("describe_model", model({"Image": "image", "ModelDataSource": source(BASE)}))
        stub.add_response("describe_endpoint_config", config(VARIANT))
        assert switch.create(STATE, sagemaker).status == "done"


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
        stub.add_response("describe_endpoint_config", found)
        stub.add_response("describe_model", model({"Image": "image", "ModelDataSource": source(BASE)}))
        stub.add_client_error("describe_model", "ValidationException")
        stub.add_response("describe_model_package", described(base=base))
        with pytest.raises(StepFailedError, match=said):
            switch.create(STATE, sagemaker)


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed", "OutOfService"])
def test_an_endpoint_that_is_broken_is_told_with_its_reason(status: str) -> None:
    sagemaker = client("sagemaker")
    endpoint = {
        "EndpointName": "prod-chat",
        "EndpointArn": "arn:aws:sagemaker:us-east-1:111122223333:endpoint/prod-chat",
        "EndpointConfigName": "prod-chat-v3-x",
        "EndpointStatus": status,
        "FailureReason": "no capacity",
        "CreationTime": WHEN,
        "LastModifiedTime": WHEN,
    }
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint)
        with pytest.raises(StepFailedError, match=f"is {status}: no capacity"):
            switch.settle(STATE, sagemaker, wanted="prod-chat-v3-x")


def test_an_update_that_is_under_way_is_not_begun_again() -> None:
    sagemaker = client("sagemaker")
    endpoint = {
        "EndpointName": "prod-chat",
        "EndpointArn": "arn:aws:sagemaker:us-east-1:111122223333:endpoint/prod-chat",
        "EndpointConfigName": "old",
        "EndpointStatus": "Updating",
        "PendingDeploymentSummary": {"EndpointConfigName": "prod-chat-v3-x"},
        "CreationTime": WHEN,
        "LastModifiedTime": WHEN,
    }
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint)
        assert switch.update(STATE, sagemaker, wanted="prod-chat-v3-x", now_ms=5).changes == {"switched_at": 5}
        # Somebody else's update is waited for.
        stub.add_response("describe_endpoint", endpoint)
        assert switch.update(STATE, sagemaker, wanted="another", now_ms=5).status == "again"


@pytest.mark.parametrize(
    ("line", "drafted"),
    [
        ("INFO [metrics.py:96] SpecDecoding metrics: Draft acceptance rate: 88.8%, Drafted: 295 tokens, Per", 295),
        ("SpecDecoding metrics: Mean acceptance length: 1.05, Accepted: 0 tokens, Drafted: 0 tokens", 0),
        ("SpecDecoding metrics: nothing that is known", 0),
    ],
)
def test_speculation_is_proven_by_the_tokens_that_were_drafted_since_the_update(line: str, drafted: int) -> None:
    logs = client("logs")
    asked = {"logGroupName": "/log", "startTime": 5, "filterPattern": '"SpecDecoding metrics"'}
    with Stubber(logs) as stub:
        stub.add_response("filter_log_events", {"events": [{"message": line}]}, asked)
        outcome = speculation_proof.prove({"switched_at": 5}, logs, log_group="/log")
        assert (outcome.status, outcome.changes) == (
            ("done", {"drafted": drafted}) if drafted else ("again", {"looks": 1})
        )
        stub.add_response("filter_log_events", {"events": []}, asked)
        late = {"switched_at": 5, "looks": speculation_proof.MOST_LOOKS - 1}
        with pytest.raises(StepFailedError, match="without the head"):
            speculation_proof.prove(late, logs, log_group="/log")


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
    clients = Clients(sagemaker=sagemaker, s3=None, sns=None, states=states, logs=None, cloudformation=None)
    with Stubber(sagemaker) as stub, Stubber(states):
        stub.add_response("describe_model_package", package, {"ModelPackageName": PACKAGE})
        event = {"detail": {"ModelPackageArn": PACKAGE}}
        assert approval.approved(event, clients, state_machine="arn", group="prod-chat") == {}


def endpoint(status: str, serves: str, *, to: str | None = None) -> dict[str, Any]:
    """DescribeEndpoint's answer: while an update runs, the name is still that of the configuration from before it."""
    arn = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/prod-chat"
    pending = {"PendingDeploymentSummary": {"EndpointConfigName": to}} if to else {}
    times = {"CreationTime": WHEN, "LastModifiedTime": WHEN}
    return {
        "EndpointName": "prod-chat",
        "EndpointArn": arn,
        "EndpointConfigName": serves,
        "EndpointStatus": status,
        **times,
        **pending,
    }


NEW = STATE["config"]


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (endpoint("Updating", "old", to=NEW), "again"),
        (endpoint("Updating", "old"), "again"),
        (endpoint("Updating", NEW, to="old"), "done"),
        (endpoint("InService", "old"), "done"),
    ],
)
def test_the_way_back_waits_for_the_update_that_is_under_way(found: dict[str, Any], status: str) -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", found, {"EndpointName": "prod-chat"})
        assert switch.go_back({**STATE, "reason": "it is slower"}, sagemaker).status == status


def test_the_way_back_is_taken_once_the_head_is_served() -> None:
    sagemaker = client("sagemaker")
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_endpoint", endpoint("InService", NEW), {"EndpointName": "prod-chat"})
        request = {"EndpointName": "prod-chat", "EndpointConfigName": "old"}
        kept = {"RetainAllVariantProperties": True, "RetainDeploymentConfig": True}
        answer = {"EndpointArn": endpoint("Updating", NEW)["EndpointArn"]}
        stub.add_response("update_endpoint", answer, {**request, **kept})
        assert switch.go_back({**STATE, "reason": "it is slower"}, sagemaker).status == "done"
        stub.assert_no_pending_responses()
