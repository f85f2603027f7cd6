"""What a deployment does to the resources of a stack, told from two templates."""

from pathlib import Path
from typing import Any

import pytest

from review.assembly import read_assembly
from review.renaming import renamed
from review.review import ExitCode
from review.sections.change import StackDiff, change_section
from review.stack_change import Kind
from tests.review.assembly_on_disk import Body, StackOnDisk, resource, write
from tests.review.conftest import review_of

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (resource("AWS::S3::Bucket", BucketName="a"), resource("AWS::S3::Bucket", BucketName="b"), Kind.REPLACED),
        (resource("AWS::SNS::Topic", DisplayName="a"), resource("AWS::SNS::Topic", DisplayName="b"), Kind.MODIFIED),
        (resource("AWS::SNS::Topic"), resource("AWS::SQS::Queue"), Kind.REFUSED),
        (resource("Custom::Job", Size=1), resource("Custom::Job", Size=2), Kind.MODIFIED),
        (resource("AWS::S3::Bucket"), resource("AWS::S3::Bucket", body=KEPT), Kind.MODIFIED),
        (
            resource("AWS::EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24"),
            resource("AWS::EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.1.0/24"),
            Kind.REPLACED,
        ),
    ],
)
def test_the_schema_of_a_type_tells_what_a_change_does(tmp_path: Path, before: Body, after: Body, kind: Kind) -> None:
    (change,) = _diff(tmp_path, {"One": before}, {"One": after}).changes
    assert change.kind == kind


def test_a_replacement_reaches_whatever_refers_to_it_in_a_property_that_cannot_change(tmp_path: Path) -> None:
    subnet = resource("AWS::EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24")
    instance = resource("AWS::EC2::Instance", SubnetId={"Ref": "Subnet"})
    alarm = resource("AWS::CloudWatch::Alarm", Dimensions=[{"Name": "Id", "Value": {"Ref": "Instance"}}])
    rest = {"Subnet": subnet, "Instance": instance, "Alarm": alarm}
    before = {"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"), **rest}
    after = {"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.1.0.0/16"), **rest}
    found = {change.resource.id: change for change in _diff(tmp_path, before, after).changes}
    assert {id_: change.kind for id_, change in found.items()} == {
        "Vpc": Kind.REPLACED,
        "Subnet": Kind.REPLACED,
        "Instance": Kind.REPLACED,
        "Alarm": Kind.MODIFIED,
    }
    assert found["Instance"].properties[0].because == "Subnet"


@pytest.mark.parametrize(
    ("body", "type_", "fate"),
    [
        (KEPT, "AWS::S3::Bucket", "kept"),
        ({}, "AWS::S3::Bucket", "lost"),
        ({"DeletionPolicy": "Snapshot"}, "AWS::ElastiCache::ReplicationGroup", "snapshot"),
        ({}, "AWS::RDS::DBInstance", "snapshot"),
        ({"Properties": {"DeletionProtection": True}}, "AWS::RDS::DBCluster", "protected"),
        ({"Properties": {"DeletionProtection": "ACTIVE"}}, "AWS::Cognito::UserPool", "protected"),
        ({**KEPT, "Properties": {"DeletionProtection": True}}, "AWS::RDS::DBCluster", "kept"),
    ],
)
def test_what_becomes_of_the_data_of_a_deleted_store(tmp_path: Path, body: Body, type_: str, fate: str) -> None:
    (change,) = _diff(tmp_path, {"One": resource(type_, body=body)}, {}).changes
    assert (change.kind, change.fate, change.endangers) == (Kind.DELETED, fate, True)


def test_an_id_that_gets_another_type_is_a_finding(tmp_path: Path) -> None:
    one = write(tmp_path / "one", {"One": StackOnDisk(resources={"It": resource("AWS::SNS::Topic")})}, report=None)
    two = write(tmp_path / "two", {"One": StackOnDisk(resources={"It": resource("AWS::SQS::Queue")})}, report=None)
    review = review_of(two, base=one)
    (found,) = [finding for finding in review.failing if finding.rule == "TypeChanged"]
    (stack,) = review.sections["change"].stacks
    assert stack.counts == {Kind.REFUSED: 1}
    assert "It was AWS::SNS::Topic" in found.message
    assert review.exit_code == ExitCode.OPEN_FINDINGS


@pytest.mark.parametrize(
    ("type_", "before", "after", "refused"),
    [
        ("MigLayouts", {"Layouts": {"a": "one"}}, {"Layouts": {"a": "two"}, "MayChange": []}, "a from one to two"),
        ("MigLayouts", {"Layouts": {"a": "one"}}, {"Layouts": {"a": "two"}, "MayChange": ["a"]}, ""),
        ("MigLayouts", {"Layouts": {"a": "one"}}, {"Layouts": {"b": "two"}, "MayChange": []}, ""),
        ("LabelingWorkforceGuard", {"SignIn": "cognito"}, {"SignIn": "oidc"}, "from cognito to oidc"),
        ("LabelingWorkforceGuard", {"Name": "one"}, {"Name": "two"}, ""),
    ],
)
def test_what_a_guard_would_refuse_is_a_finding(
    tmp_path: Path, type_: str, before: Body, after: Body, refused: str
) -> None:
    sides = (("before", before), ("after", after))
    one, two = (
        write(tmp_path / name, {"One": StackOnDisk(resources={"It": resource(f"Custom::{type_}", **of)})}, report=None)
        for name, of in sides
    )
    found = [each.message for each in review_of(two, base=one).failing if each.rule.endswith("Refused")]
    assert [refused in message for message in found] == [True] * bool(refused)


def test_a_long_value_is_shown_where_it_differs(tmp_path: Path) -> None:
    texts = [f"{'a' * 400}{end}{'z' * 400}" for end in ("old", "new")]
    before, after = (resource("AWS::SSM::Parameter", Type="String", Value=text) for text in texts)
    (change,) = _diff(tmp_path, {"One": before}, {"One": after}).changes
    (shown,) = change.properties
    assert shown.before.startswith(f"... {'a' * 30}oldzzz")
    assert shown.after.startswith(f"... {'a' * 30}newzzz")
    assert len(shown.after) <= 160 + len(" ...")


def test_what_has_a_name_is_compared_part_by_part_and_a_pair_as_a_whole(tmp_path: Path) -> None:
    def definition(image: str, level: str) -> Body:
        container = {"Name": "proxy", "Image": image, "Environment": [{"Name": "LEVEL", "Value": level}]}
        return resource("AWS::ECS::TaskDefinition", ContainerDefinitions=[container])

    (change,) = _diff(tmp_path, {"One": definition("a", "info")}, {"One": definition("b", "debug")}).changes
    assert [(each.path, each.before, each.after) for each in change.properties] == [
        ("ContainerDefinitions.0.Image", "a", "b"),
        (
            "ContainerDefinitions.0.Environment.0",
            '{"Name": "LEVEL", "Value": "info"}',
            '{"Name": "LEVEL", "Value": "debug"}',
        ),
    ]


def test_a_replaced_store_counts_as_kept_only_where_both_templates_keep_it(tmp_path: Path) -> None:
    before = resource("AWS::S3::Bucket", BucketName="a")
    after = resource("AWS::S3::Bucket", body=KEPT, BucketName="b")
    (change,) = _diff(tmp_path, {"One": before}, {"One": after}).changes
    assert change.fate == "lost"


def test_another_logical_id_is_told_as_such_with_all_that_goes_along(tmp_path: Path) -> None:
    def stack(bucket: str, policy: str) -> dict[str, Body]:
        return {
            bucket: resource("AWS::S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
            policy: resource("AWS::S3::BucketPolicy", Bucket={"Ref": bucket}, PolicyDocument={}),
        }

    changes = _diff(tmp_path, stack("Old", "OldPolicy"), stack("New", "NewPolicy")).changes
    assert {(c.kind, c.resource.id, c.renamed) for c in changes} == {
        (Kind.DELETED, "Old", "New"),
        (Kind.CREATED, "New", "Old"),
        (Kind.DELETED, "OldPolicy", "NewPolicy"),
        (Kind.CREATED, "NewPolicy", "OldPolicy"),
    }
    assert renamed([], []) == {}


def test_a_secret_among_the_changes_is_hidden(tmp_path: Path) -> None:
    def function(password: str) -> dict[str, Body]:
        variables = {"DB_PASSWORD": password, "LEVEL": password[:1]}
        return {"One": resource("AWS::Lambda::Function", Environment={"Variables": variables})}

    (change,) = _diff(tmp_path, function("correct-horse"), function("battery-staple")).changes
    assert [(p.before, p.after) for p in change.properties] == [("(hidden)", "(hidden)"), ("c", "b")]


def test_a_list_shows_what_came_and_what_went(tmp_path: Path) -> None:
    def group(*subnets: str) -> dict[str, Body]:
        return {"One": resource("AWS::RDS::DBSubnetGroup", SubnetIds=list(subnets))}

    (change,) = _diff(tmp_path, group("a", "b", "c"), group("a", "d")).changes
    assert [(p.path, p.before, p.after) for p in change.properties] == [("SubnetIds", "b, c", "d")]


def test_a_stack_that_is_no_longer_there_stays_deployed(tmp_path: Path) -> None:
    store = StackOnDisk(resources={"One": resource("AWS::S3::Bucket")})
    other = StackOnDisk(resources={"Two": resource("AWS::SNS::Topic", KmsMasterKeyId="key")})
    before = write(tmp_path / "before", {"Store": store, "Other": other}, report=[])
    after = write(tmp_path / "after", {"Other": other}, report=[])
    review = review_of(after, base=before)
    assert [finding.rule for finding in review.findings.findings] == ["StackLeftBehind"]
    assert review.exit_code == ExitCode.FINE


def test_the_same_assembly_changes_nothing(bad_assembly: Path) -> None:
    assembly = read_assembly(bad_assembly)
    assert {stack.state for stack in change_section(assembly, assembly).stacks} == {"unchanged"}


def _diff(folder: Path, before: dict[str, Body], after: dict[str, Body]) -> StackDiff:
    assemblies: list[Any] = [
        read_assembly(write(folder / name, {"One": StackOnDisk(resources=resources)}, report=[]))
        for name, resources in (("before", before), ("after", after))
    ]
    (diff,) = change_section(assemblies[1], assemblies[0]).stacks
    return diff
