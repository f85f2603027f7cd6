"""What the review says of identities: in words, where they lead, and what changed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from review import words
from review.acknowledgments import Acknowledgments
from review.assembly import read_assembly
from review.escalation import Reach, escalations
from review.review import Review
from review.roles import read_roles
from review.sections.identity import IdentitySection, identity_section
from review.statement import Statement, read_statements
from rules.template import Template
from tests.review.assembly_on_disk import Body, StackOnDisk, resource, write
from tests.review.bad_environment import policy, role, statement

LAMBDA = {"Service": "lambda.amazonaws.com"}
PASS = ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            statement(["s3:GetObject", "s3:PutObject", "kms:Decrypt"], "arn:aws:s3:::one/*"),
            "May get object and put object (S3); decrypt (KMS) on arn:aws:s3:::one/*.",
        ),
        (statement("s3:*"), "May do everything (S3) on any resource."),
        (statement("logs:Describe*"), "May describe... (CloudWatch Logs) on any resource."),
        (
            {"Effect": "Deny", "NotAction": "sts:AssumeRole", "Resource": "*"},
            "May not do everything but assume role (STS) on any resource.",
        ),
        (
            statement(
                "ec2:RunInstances", Condition={"StringEqualsIfExists": {"aws:RequestedRegion": ["eu-central-1"]}}
            ),
            "May run instances (EC2) on any resource, only if aws:RequestedRegion is eu-central-1 (where it is given).",
        ),
        (
            statement(
                "sqs:SendMessage", Condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-1/*", "o-2/*"]}}
            ),
            "May send message (SQS) on any resource, only if one of aws:PrincipalOrgPaths is like o-1/* or o-2/*.",
        ),
    ],
)
def test_a_statement_in_plain_words(written: Body, said: str) -> None:
    assert words.sentence(_read(written)) == said


@pytest.mark.parametrize(
    ("principal", "said"),
    [
        (LAMBDA, "The service lambda.amazonaws.com"),
        ({"AWS": "*"}, "Anybody in any AWS account"),
        ({"AWS": "arn:aws:iam::111122223333:root"}, "Everybody whom the account 111122223333 lets"),
        ({"Federated": "token.example.com"}, "Federated identities of token.example.com"),
    ],
)
def test_who_may_assume_a_role(principal: Any, said: str) -> None:
    assert words.trust(_read({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal})) == said


@pytest.mark.parametrize(
    ("statements", "reach"),
    [
        ([statement(PASS)], Reach.OPEN),
        ([statement("iam:Pass*"), statement("lambda:*")], Reach.OPEN),
        ([statement(PASS, "arn:aws:iam::111122223333:role/*")], Reach.OPEN),
        ([statement(PASS[:1], "arn:aws:iam::111122223333:role/jobs/*"), statement(PASS[1:])], Reach.LIMITED),
        ([statement(PASS[:1], "arn:aws:iam::111122223333:role/one"), statement(PASS[1:])], Reach.LIMITED),
        ([statement(PASS, Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})], Reach.OPEN),
        ([statement(PASS, Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})], Reach.LIMITED),
        ([statement(PASS, Condition={"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}})], None),
        ([statement(PASS), {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}], None),
        ([statement(PASS[:2])], None),
    ],
)
def test_how_far_the_passing_of_a_role_leads(tmp_path: Path, statements: list[Body], reach: Reach | None) -> None:
    found = {e.path.name: e.reach for e in _escalations(tmp_path, role(LAMBDA, *statements))}
    assert found.get("PassRoleToInvokedFunction") == reach


def test_a_boundary_of_the_assembly_stops_what_it_denies(tmp_path: Path) -> None:
    ceiling = policy(statement("*"), {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"})
    boundary = resource("AWS::IAM::ManagedPolicy", ManagedPolicyName="ceiling", PolicyDocument=ceiling)
    (found,) = _escalations(tmp_path, role(LAMBDA, statement(PASS)), Boundary=boundary)
    assert (found.path.name, found.reach) == ("PassRoleToInvokedFunction", Reach.STOPPED)


def test_a_policy_of_its_own_counts_for_the_roles_that_it_names(tmp_path: Path) -> None:
    own = resource("AWS::IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument=policy(statement("iam:PutRolePolicy")))
    assert [e.path.name for e in _escalations(tmp_path, role(LAMBDA), Own=own)] == ["PutRolePolicy"]


@pytest.mark.parametrize("held_by", ["reference", "name", "policy", "policy by name"])
def test_a_policy_of_another_stack_counts_and_means_its_own_resources(tmp_path: Path, held_by: str) -> None:
    document = policy(statement("iam:PutRolePolicy"), statement("s3:GetObject", {"Fn::GetAtt": ["Bucket", "Arn"]}))
    shared: Body = {"Bucket": resource("AWS::S3::Bucket")}
    own: Body = {"Role": role(LAMBDA), "Bucket": resource("AWS::S3::Bucket")}
    outputs: dict[str, Body] = {"first": {}, "second": {}}
    if held_by in ("reference", "name"):
        shared["Policy"] = resource("AWS::IAM::ManagedPolicy", ManagedPolicyName="shared", PolicyDocument=document)
        outputs["first"] = {"Out": {"Value": {"Ref": "Policy"}, "Export": {"Name": "out"}}}
        arn = {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":policy/shared"]]}
        own["Role"]["Properties"]["ManagedPolicyArns"] = [{"Fn::ImportValue": "out"} if held_by == "reference" else arn]
    else:
        own["Role"]["Properties"]["RoleName"] = "reads"
        outputs["second"] = {"Out": {"Value": {"Ref": "Role"}, "Export": {"Name": "out"}}}
        name = {"Fn::ImportValue": "out"} if held_by == "policy" else "reads"
        shared["Policy"] = resource("AWS::IAM::Policy", Roles=[name], PolicyDocument=document)
    stacks = {
        "Shared": StackOnDisk(resources=shared, outputs=outputs["first"]),
        "Own": StackOnDisk(resources=own, outputs=outputs["second"]),
    }
    assembly = read_assembly(write(tmp_path / "out", stacks, report=None))
    section = identity_section(assembly, None, Acknowledgments(assembly=assembly, today=date(2026, 11, 24)))
    (review,) = section.roles
    assert [e.path.name for e in review.escalations] == ["PutRolePolicy"]
    assert [s.text for s in review.statements][1] == "May get object (S3) on [Bad/Shared/Bucket]."


def test_a_boundary_has_the_name_of_its_construct(tmp_path: Path) -> None:
    held = role(LAMBDA)
    held["Properties"]["PermissionsBoundary"] = {"Ref": "Ceiling"}
    ceiling = resource("AWS::IAM::ManagedPolicy", PolicyDocument=policy(statement("*")))
    stack = StackOnDisk(resources={"Role": held, "Ceiling": ceiling})
    (found,) = read_roles(read_assembly(write(tmp_path / "out", {"One": stack}, report=None)))
    assert found.boundary_name == "Bad/One/Ceiling"


def test_a_resource_of_another_stack_has_its_name(tmp_path: Path) -> None:
    export = {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}, "Export": {"Name": "shared"}}
    data = StackOnDisk(resources={"Bucket": resource("AWS::S3::Bucket")}, outputs={"Out": export})
    reads = statement("s3:GetObject", {"Fn::Join": ["", [{"Fn::ImportValue": "shared"}, "/*"]]})
    access = StackOnDisk(resources={"Role": role(LAMBDA, reads)})
    assembly = read_assembly(write(tmp_path / "out", {"Data": data, "Access": access}, report=None))
    (found,) = read_roles(assembly)
    said = words.sentence(found.statements[0], lambda text: assembly.named(text, stack="Bad-Access"))
    assert said == "May get object (S3) on [Bad/Data/Bucket]/*."


def test_what_changed_against_the_base(bad_review: Review) -> None:
    section = bad_review.sections["identity"]
    assert isinstance(section, IdentitySection)
    reviews = {review.role.resource.id: review for review in section.roles}
    assert reviews["Deploys"].state == "changed"
    assert reviews["Deploys"].gone == ("May get object (S3) on arn:aws:s3:::one/two.",)
    assert [s.is_new for s in reviews["Deploys"].statements] == [True]
    assert reviews["Reads"].state == "new"


def _read(written: Body) -> Statement:
    (found,) = read_statements(Template("one", {}), policy(written))
    return found


def _escalations(folder: Path, the_role: Body, **more: Body) -> Any:
    resources = {"Role": the_role, **more}
    (found,) = read_roles(read_assembly(write(folder / "out", {"One": StackOnDisk(resources=resources)}, report=None)))
    return escalations(found)
