"""The life-cycle handlers, without the engine."""

import re

import pytest

from operations.local.engine.identity import Scope
from operations.local.engine.lifecycle import Lifecycle, ResourceExistsError, ResourceNotFoundError
from operations.local.engine.property_validation import InvalidPropertiesError
from operations.local.engine.resource_type import UnknownResourceTypeError, resource_type_names

HOME = Scope(account="111122223333", region="eu-central-1")
BUDGET = {"Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": 100, "Unit": "USD"}}}
CLUSTER = {
    "ClusterName": "training",
    "InstanceGroups": [
        {
            "InstanceGroupName": "workers",
            "InstanceType": "ml.p5.48xlarge",
            "InstanceCount": 1,
            "ExecutionRole": "arn:aws:iam::111122223333:role/worker",
            "LifeCycleConfig": {"OnCreate": "start.sh", "SourceS3Uri": "s3://sagemaker-scripts/"},
        }
    ],
    "Orchestrator": {"Eks": {"ClusterArn": "arn:aws:eks:eu-central-1:111122223333:cluster/training"}},
    "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
}


class Region:
    """Where the next request lands; a test may move it."""

    def __init__(self) -> None:
        self.scope = HOME

    def __call__(self) -> Scope:
        return self.scope


@pytest.fixture
def region() -> Region:
    return Region()


@pytest.fixture
def lifecycle(region: Region) -> Lifecycle:
    return Lifecycle(scope=region)


@pytest.mark.parametrize(
    ("kind", "properties", "place", "reason"),
    [
        ("AWS::Budgets::Budget", {**BUDGET, "Typo": 1}, "Typo", "unexpected"),
        ("AWS::Budgets::Budget", {"Budget": {**BUDGET["Budget"], "Typo": 1}}, "Budget/Typo", "unexpected"),
        ("AWS::Budgets::Budget", {}, "#", "'Budget' is a required property"),
        ("AWS::Budgets::Budget", {"Budget": {"BudgetType": "COST"}}, "Budget", "'TimeUnit' is a required property"),
        (
            "AWS::Budgets::Budget",
            {"Budget": {**BUDGET["Budget"], "BudgetLimit": {"Amount": "many", "Unit": "USD"}}},
            "Budget/BudgetLimit/Amount",
            "expected type: number",
        ),
        ("AWS::Budgets::Budget", {**BUDGET, "Id": "mine"}, "Id", "read-only"),
        ("AWS::SageMaker::Cluster", {**CLUSTER, "NodeRecovery": "Maybe"}, "NodeRecovery", "is not one of"),
        (
            "AWS::SageMaker::Cluster",
            {**CLUSTER, "InstanceGroups": [{**CLUSTER["InstanceGroups"][0], "InstanceCount": 1.5}]},
            "InstanceGroups/0/InstanceCount",
            "expected type: integer",
        ),
        (
            "AWS::SageMaker::Cluster",
            {**CLUSTER, "InstanceGroups": [{**CLUSTER["InstanceGroups"][0], "CurrentCount": 1}]},
            "InstanceGroups/*/CurrentCount",
            "read-only",
        ),
    ],
)
def test_bad_properties_are_refused(
    lifecycle: Lifecycle, kind: str, properties: dict[str, object], place: str, reason: str
) -> None:
    with pytest.raises(InvalidPropertiesError) as refusal:
        lifecycle.create(kind, "Thing", properties, "Stack")
    assert f"{place}: " in str(refusal.value)
    assert reason in str(refusal.value)
    assert lifecycle.listing() == []


def test_scalars_are_converted_as_cloudformation_does(lifecycle: Lifecycle) -> None:
    group = {**CLUSTER["InstanceGroups"][0], "InstanceCount": "2"}
    lifecycle.create("AWS::SageMaker::Cluster", "Cluster", {**CLUSTER, "InstanceGroups": [group]}, "Stack")
    assert len(lifecycle.listing()) == 1


def test_a_type_that_does_not_exist_in_the_region_is_refused(lifecycle: Lifecycle, region: Region) -> None:
    region.scope = Scope(account="111122223333", region="nowhere-1")
    with pytest.raises(UnknownResourceTypeError, match="not available in nowhere-1"):
        lifecycle.create("AWS::Budgets::Budget", "Budget", BUDGET, "Stack")


def test_reference_and_attributes_are_answered(lifecycle: Lifecycle) -> None:
    reference, attributes = lifecycle.create("AWS::SageMaker::Cluster", "Cluster", CLUSTER, "Stack")
    assert reference == attributes["ClusterArn"]
    assert re.fullmatch(r"arn:aws:sagemaker:eu-central-1:111122223333:cluster/[a-z0-9]{12}", reference)
    assert attributes["ClusterStatus"] == "InService"


def test_a_given_name_is_the_reference(lifecycle: Lifecycle) -> None:
    properties = {"AlarmName": "page", "AlarmRule": "ALARM(a)"}
    reference, attributes = lifecycle.create("AWS::CloudWatch::CompositeAlarm", "Page", properties, "Stack")
    assert reference == "page"
    assert attributes["Arn"].startswith("arn:aws:cloudwatch:")


def test_a_composite_identifier_is_joined(lifecycle: Lifecycle) -> None:
    properties = {"VpcId": "vpc-1", "CidrBlock": "100.64.0.0/16"}
    reference, attributes = lifecycle.create("AWS::EC2::VPCCidrBlock", "Pods", properties, "Stack")
    assert reference == f"{attributes['Id']}|vpc-1"


def test_the_reference_of_an_elastic_address_is_the_address(lifecycle: Lifecycle) -> None:
    reference, attributes = lifecycle.create("AWS::EC2::EIP", "Address", {"Domain": "vpc"}, "Stack")
    assert reference == attributes["PublicIp"]
    assert reference.startswith("203.0.113.")


def test_nested_attributes_are_answered_by_dotted_names(lifecycle: Lifecycle) -> None:
    properties = {"ServerlessCacheName": "cache", "Engine": "valkey"}
    _, attributes = lifecycle.create("AWS::ElastiCache::ServerlessCache", "Cache", properties, "Stack")
    assert isinstance(attributes["Endpoint.Address"], str)
    assert int(attributes["Endpoint.Port"]) > 0


def test_identities_are_the_same_in_every_run() -> None:
    runs = [Lifecycle(scope=Region()).create("AWS::Budgets::Budget", "Budget", BUDGET, "Stack") for _ in range(2)]
    assert runs[0] == runs[1]


def test_an_update_keeps_the_identity(lifecycle: Lifecycle) -> None:
    reference, attributes = lifecycle.create("AWS::Budgets::Budget", "Budget", BUDGET, "Stack")
    changed = {"Budget": {**BUDGET["Budget"], "BudgetLimit": {"Amount": 200, "Unit": "USD"}}}
    assert lifecycle.update("AWS::Budgets::Budget", reference, changed) == (reference, attributes)
    assert [item["Properties"] for item in lifecycle.listing()] == [changed]


def test_a_refused_update_changes_nothing(lifecycle: Lifecycle) -> None:
    reference, _ = lifecycle.create("AWS::Budgets::Budget", "Budget", BUDGET, "Stack")
    with pytest.raises(InvalidPropertiesError):
        lifecycle.update("AWS::Budgets::Budget", reference, {"Budget": {**BUDGET["Budget"], "Typo": 1}})
    assert [item["Properties"] for item in lifecycle.listing()] == [BUDGET]


@pytest.mark.parametrize(
    "changed",
    [{"MonitorDimension": "LINKED_ACCOUNT"}, {"MonitorType": "CUSTOM"}],
)
def test_a_create_only_change_replaces(lifecycle: Lifecycle, changed: dict[str, str]) -> None:
    kind = "AWS::CE::AnomalyMonitor"
    properties = {"MonitorName": "all", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    old, _ = lifecycle.create(kind, "Monitor", properties, "Stack")
    new, _ = lifecycle.update(kind, old, {**properties, **changed})
    assert new != old
    assert len(lifecycle.listing()) == 2
    lifecycle.delete(kind, old)
    assert [item["PhysicalResourceId"] for item in lifecycle.listing()] == [new]


def test_a_nested_create_only_change_replaces(lifecycle: Lifecycle) -> None:
    named = {"Budget": {**BUDGET["Budget"], "BudgetName": "first"}}
    old, _ = lifecycle.create("AWS::Budgets::Budget", "Budget", named, "Stack")
    new, _ = lifecycle.update("AWS::Budgets::Budget", old, {"Budget": {**named["Budget"], "BudgetName": "second"}})
    assert new != old


def test_a_name_that_is_taken_is_refused(lifecycle: Lifecycle) -> None:
    lifecycle.create("AWS::CloudWatch::CompositeAlarm", "Page", {"AlarmName": "page", "AlarmRule": "ALARM(a)"}, "One")
    with pytest.raises(ResourceExistsError, match="page already exists"):
        lifecycle.create(
            "AWS::CloudWatch::CompositeAlarm", "Page", {"AlarmName": "page", "AlarmRule": "ALARM(b)"}, "Two"
        )


def test_an_update_of_what_is_gone_is_refused(lifecycle: Lifecycle) -> None:
    with pytest.raises(ResourceNotFoundError, match="was not found"):
        lifecycle.update("AWS::Budgets::Budget", "gone", BUDGET)


def test_a_delete_of_what_is_gone_is_no_error(lifecycle: Lifecycle) -> None:
    lifecycle.delete("AWS::Budgets::Budget", "gone")
    assert lifecycle.listing() == []


def test_accounts_and_regions_are_apart(lifecycle: Lifecycle, region: Region) -> None:
    reference, _ = lifecycle.create("AWS::Budgets::Budget", "Budget", BUDGET, "Stack")
    region.scope = Scope(account="111122223333", region="us-east-1")
    lifecycle.delete("AWS::Budgets::Budget", reference)
    assert [item["Region"] for item in lifecycle.listing()] == ["eu-central-1"]


def test_every_type_of_the_platform_has_a_schema() -> None:
    assert {
        "AWS::SageMaker::Cluster",
        "AWS::SageMaker::Endpoint",
        "AWS::SageMaker::Workteam",
        "AWS::EKS::PodIdentityAssociation",
        "AWS::Budgets::Budget",
    } <= resource_type_names()
