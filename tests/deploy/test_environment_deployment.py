"""An environment on the engine, from creation to destruction, through the real CDK CLI."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.local.assembly import Environment, read_environment
from operations.local.cdk import CdkFailedError, deploy, destroy, run_cdk
from operations.local.clients import client
from operations.local.diagnosis import StackEvent, failures
from operations.local.engine.launcher import INVENTORY_PATH
from operations.local.inventory import StackInventory, take_inventory
from operations.local.running_engine import RunningEngine
from tests.deploy.leftovers import added, leftovers

ACCOUNT, REGIONS = "111122223333", ("eu-central-1", "us-east-1")
TIMEOUT = 60.0


class Deployment:
    """What the tests ask of the deployed environment."""

    def __init__(self, engine: RunningEngine, assemblies: Path) -> None:
        self.engine, self._assemblies = engine, assemblies

    def environment(self, variant: str) -> Environment:
        return read_environment(assembly=self._assemblies / variant, name="small")

    def aws(self, service: str, region: str = "eu-central-1") -> Any:
        return client(self.engine, service, account=ACCOUNT, region=region)

    def stacks(self) -> dict[str, StackInventory]:
        return {stack.name: stack for stack in take_inventory(self.engine, self.environment("first"))}

    def physical_id(self, logical_id: str, stack: str = "Small-Foundation") -> str:
        listing = self.aws("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        return next(r["PhysicalResourceId"] for r in listing if r["LogicalResourceId"].startswith(logical_id))

    def topic_name(self) -> str:
        attributes = self.aws("sns").get_topic_attributes(TopicArn=self.physical_id("Alarms"))["Attributes"]
        return attributes["DisplayName"]

    def walked_through(self, resource_type: str) -> list[dict[str, Any]]:
        held = self.engine.get(INVENTORY_PATH)["walked_through"]
        return [item for item in held if item["ResourceType"] == resource_type]


@pytest.fixture(scope="module")
def before(engine: RunningEngine) -> dict[str, dict[str, list[str]]]:
    """What the account has already, by Region."""
    return {region: leftovers(engine, account=ACCOUNT, region=region) for region in REGIONS}


@pytest.fixture(scope="module")
def created(
    engine: RunningEngine, assemblies: Path, bootstrapped: Callable[[Environment], None], before: object
) -> Deployment:
    deployment = Deployment(engine, assemblies)
    bootstrapped(deployment.environment("first"))
    deploy(engine, deployment.environment("first"), timeout=TIMEOUT)
    return deployment


def test_every_region_is_bootstrapped(created: Deployment) -> None:
    for region in REGIONS:
        stack = created.aws("cloudformation", region).describe_stacks(StackName="CDKToolkit")["Stacks"][0]
        assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_emulated_resources_exist_in_their_services(created: Deployment) -> None:
    key = created.aws("kms").describe_key(KeyId=created.physical_id("Key"))["KeyMetadata"]
    assert key["KeyState"] == "Enabled"
    assert created.aws("kms").get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    bucket = created.physical_id("Bucket8")
    rules = created.aws("s3").get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == key["Arn"]
    public = created.aws("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(public.values()) == {True}
    assert created.aws("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert created.topic_name() == "first"
    groups = created.aws("logs").describe_log_groups(logGroupNamePrefix=created.physical_id("Audit"))["logGroups"]
    assert [(group["retentionInDays"], group["kmsKeyId"]) for group in groups] == [(7, key["Arn"])]
    role = created.aws("iam").get_role(RoleName=created.physical_id("ReaderRole"))["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == created.physical_id("Boundary")


def test_the_network_exists(created: Deployment) -> None:
    vpc_id = created.stacks()["Small-Network"].outputs["VpcId"]
    ec2, of_vpc = created.aws("ec2"), [{"Name": "vpc-id", "Values": [vpc_id]}]
    assert ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"][0]["CidrBlock"] == "10.20.0.0/16"
    blocks = sorted(subnet["CidrBlock"] for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"])
    assert blocks == ["10.20.0.0/18", "10.20.128.0/18", "10.20.192.0/18", "10.20.64.0/18"]
    endpoints = ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
    assert {endpoint["VpcEndpointType"] for endpoint in endpoints} == {"Gateway", "Interface"}


def test_a_custom_resource_really_runs_its_function(created: Deployment) -> None:
    vpc_id = created.stacks()["Small-Network"].outputs["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    group = created.aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]
    assert group["IpPermissions"] == []
    assert group["IpPermissionsEgress"] == []


def test_references_resolve_within_and_across_regions(created: Deployment) -> None:
    stacks = created.stacks()
    assert stacks["Small-Edge"].outputs["HomeTopic"] == created.physical_id("Alarms")
    flow_log = created.walked_through("AWS::EC2::FlowLog")[0]["Properties"]
    assert flow_log["LogDestination"] == f"arn:aws:s3:::{stacks['Small-Foundation'].outputs['BucketName']}/flow/"


def test_a_strong_reference_keeps_its_producer(created: Deployment) -> None:
    exports = created.aws("cloudformation").list_exports()["Exports"]
    assert any("Bucket" in export["Name"] for export in exports)


def test_the_reference_to_a_secret_is_its_arn(created: Deployment) -> None:
    reference = created.stacks()["Small-Foundation"].outputs["SecretRef"]
    assert created.aws("secretsmanager").describe_secret(SecretId=reference)["ARN"] == reference


def test_what_is_emulated_and_what_is_walked_through_is_told_apart(created: Deployment) -> None:
    foundation, network = created.stacks()["Small-Foundation"], created.stacks()["Small-Network"]
    assert set(foundation.walked_through.values()) == {
        "AWS::Backup::BackupSelection",
        "AWS::Budgets::Budget",
        "AWS::CE::AnomalyMonitor",
        "AWS::CE::AnomalySubscription",
    }
    assert {"AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SNS::Topic"} <= set(foundation.emulated.values())
    assert "AWS::EC2::NatGateway" in network.walked_through.values()
    held = {(item["StackName"], item["LogicalResourceId"]) for item in created.walked_through("AWS::Budgets::Budget")}
    assert held == {("Small-Foundation", "Budget")}


def test_a_function_can_do_what_its_role_allows_and_nothing_else(created: Deployment) -> None:
    answer = json.load(created.aws("lambda").invoke(FunctionName="reader")["Payload"])
    assert answer["list_own"] == "allowed"
    assert answer["put_own"] == "AccessDenied"
    assert answer["list_keys"] == "AccessDeniedException"


def test_a_permissions_boundary_takes_away_what_a_role_allows(created: Deployment) -> None:
    answer = json.load(created.aws("lambda").invoke(FunctionName="reader")["Payload"])
    assert answer["list_topics"] == "AuthorizationError"


def test_an_unknown_access_key_is_refused(created: Deployment) -> None:
    stranger = client(created.engine, "sts", account="AKIAIOSFODNN7EXAMPLE", region="eu-central-1")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        stranger.get_caller_identity()


@pytest.fixture(scope="module")
def before_update(created: Deployment) -> dict[str, str]:
    return {name: created.physical_id(name) for name in ("Alarms", "Budget", "Monitor", "Anomalies")}


@pytest.fixture(scope="module")
def updated(created: Deployment, before_update: dict[str, str]) -> Deployment:
    deploy(created.engine, created.environment("second"), timeout=TIMEOUT)
    return created


def test_an_update_in_place_keeps_identities(updated: Deployment, before_update: dict[str, str]) -> None:
    assert updated.topic_name() == "second"
    assert updated.physical_id("Alarms") == before_update["Alarms"]
    assert updated.physical_id("Budget") == before_update["Budget"]
    budgets = updated.walked_through("AWS::Budgets::Budget")
    assert [budget["Properties"]["Budget"]["BudgetLimit"]["Amount"] for budget in budgets] == [200]


def test_a_create_only_change_replaces(updated: Deployment, before_update: dict[str, str]) -> None:
    monitors = updated.walked_through("AWS::CE::AnomalyMonitor")
    assert [monitor["PhysicalResourceId"] for monitor in monitors] == [updated.physical_id("Monitor")]
    assert updated.physical_id("Monitor") != before_update["Monitor"]
    subscription = updated.walked_through("AWS::CE::AnomalySubscription")[0]
    assert subscription["PhysicalResourceId"] == before_update["Anomalies"]
    assert subscription["Properties"]["MonitorArnList"] == [updated.physical_id("Monitor")]


@pytest.fixture(scope="module")
def failed(updated: Deployment) -> tuple[Deployment, list[StackEvent]]:
    environment = updated.environment("failing")
    with pytest.raises(CdkFailedError):
        deploy(updated.engine, environment, timeout=TIMEOUT)
    return updated, failures(updated.engine, environment)


def test_a_failure_names_the_resource_and_the_reason(failed: tuple[Deployment, list[StackEvent]]) -> None:
    (cause,) = failed[1]
    assert (cause.stack, cause.logical_id, cause.resource_type) == (
        "Small-Foundation",
        "Budget",
        "AWS::Budgets::Budget",
    )
    assert cause.construct_path == "Small/Foundation/Budget"
    assert "Budget/Typo" in cause.reason


def test_a_failed_update_rolls_back_to_the_old_values(failed: tuple[Deployment, list[StackEvent]]) -> None:
    deployment = failed[0]
    assert deployment.stacks()["Small-Foundation"].status == "UPDATE_ROLLBACK_COMPLETE"
    assert deployment.topic_name() == "second"
    budgets = deployment.walked_through("AWS::Budgets::Budget")
    assert [budget["Properties"]["Budget"]["BudgetLimit"]["Amount"] for budget in budgets] == [200]


def test_drift_is_found_after_tampering(failed: tuple[Deployment, list[StackEvent]], tmp_path: Path) -> None:
    deployment, report = failed[0], tmp_path / "drift.txt"
    environment, arguments = deployment.environment("second"), ["drift", "Small/Foundation", "--fail"]
    with report.open("wb") as output:
        run_cdk(deployment.engine, environment, arguments, timeout=TIMEOUT, output=output)
    assert "No drift detected" in report.read_text()
    bucket = deployment.physical_id("Bucket8")
    deployment.aws("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    with report.open("wb") as output, pytest.raises(CdkFailedError):
        run_cdk(deployment.engine, environment, arguments, timeout=TIMEOUT, output=output)
    assert "VersioningConfiguration" in report.read_text()
    deployment.aws("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


@pytest.fixture(scope="module")
def destroyed(failed: tuple[Deployment, list[StackEvent]], before: dict[str, dict[str, list[str]]]) -> Deployment:
    deployment = failed[0]
    held = added(before["eu-central-1"], leftovers(deployment.engine, account=ACCOUNT, region="eu-central-1"))
    # The listing is only worth its silence later if it sees everything now.
    assert {"s3", "kms", "roles", "policies", "vpcs", "subnets", "topics", "functions", "secrets"} <= set(held)
    assert {"endpoints", "groups", "log groups", "vaults", "plans", "walked through"} <= set(held)
    destroy(deployment.engine, deployment.environment("second"), timeout=TIMEOUT)
    return deployment


@pytest.mark.parametrize("region", REGIONS)
def test_nothing_is_left_after_destroy(
    destroyed: Deployment, before: dict[str, dict[str, list[str]]], region: str
) -> None:
    assert destroyed.stacks() == {}
    assert added(before[region], leftovers(destroyed.engine, account=ACCOUNT, region=region)) == {}
