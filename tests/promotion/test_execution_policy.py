"""The role that deploys may do what the assembly needs, and not become an administrator."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from operations.local.assembly import read_environment
from promotion.bootstrap.commands import commands, files
from promotion.bootstrap.execution_policy import ExecutionPolicy, execution_policy
from promotion.bootstrap.policy_size import LARGEST, fit, size
from promotion.bootstrap.resource_permissions import actions_of
from promotion.errors import PromotionError
from tests.promotion.iam import allowed

ACCOUNT = "111122223333"
ROLE, POLICY = f"arn:aws:iam::{ACCOUNT}:role", f"arn:aws:iam::{ACCOUNT}:policy"
BOUNDARY = f"{POLICY}/groundwork-dev-boundary"
OWN = f"{ROLE}/Dev-Foundation-Role-1"
ADMINISTRATOR = {"Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}


@pytest.fixture(scope="module")
def policy(variants: Path) -> ExecutionPolicy:
    stacks = read_environment(assembly=variants / "first", name="dev").stacks
    return execution_policy(stacks, account=ACCOUNT, qualifier="groundwork")


def test_it_may_make_what_is_in_the_templates(policy: ExecutionPolicy) -> None:
    here = {"aws__RequestedRegion": "us-east-1"}
    assert allowed(policy.policies, "sqs:CreateQueue", **here)
    assert allowed(policy.policies, "cloudwatch:PutMetricAlarm", **here)
    assert allowed(policy.policies, "ssm:GetParameters", **here)
    assert not allowed(policy.policies, "sqs:CreateQueue", aws__RequestedRegion="eu-west-1")
    assert not allowed(policy.policies, "ec2:RunInstances", **here)
    assert not allowed(policy.policies, "rds:CreateDBInstance", **here)


def test_it_makes_roles_only_within_the_boundary_and_by_its_own_names(policy: ExecutionPolicy) -> None:
    bounded = {"iam__PermissionsBoundary": BOUNDARY}
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"):
        assert allowed(policy.policies, action, OWN, **bounded), action
        assert not allowed(policy.policies, action, OWN), action
        assert not allowed(policy.policies, action, OWN, iam__PermissionsBoundary=f"{POLICY}/other"), action
        assert not allowed(policy.policies, action, f"{ROLE}/admin", **bounded), action


@pytest.fixture(scope="module")
def with_function(variants: Path, tmp_path_factory: pytest.TempPathFactory) -> ExecutionPolicy:
    template = tmp_path_factory.mktemp("function") / "a.template.json"
    template.write_text(json.dumps({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {}}}}))
    stacks = read_environment(assembly=variants / "first", name="dev").stacks
    return execution_policy([*stacks, replace(stacks[0], template=template)], account=ACCOUNT, qualifier="groundwork")


def test_it_passes_its_own_roles_to_services_that_they_trust(
    policy: ExecutionPolicy, with_function: ExecutionPolicy
) -> None:
    to = {"iam__PassedToService": "lambda.amazonaws.com"}
    bootstrap = f"{ROLE}/cdk-groundwork-cfn-exec-role-{ACCOUNT}-us-east-1"
    assert allowed(with_function.policies, "iam:PassRole", OWN, **to)
    assert not allowed(with_function.policies, "iam:PassRole", f"{ROLE}/admin", **to)
    assert not allowed(with_function.policies, "iam:PassRole", bootstrap, **to)
    assert not allowed(with_function.policies, "iam:PassRole", OWN, iam__PassedToService="ec2.amazonaws.com")
    # None of the small platform's resources is given a role.
    assert not allowed(policy.policies, "iam:PassRole", OWN, **to)


ESCALATIONS = [
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/a"),
    ("iam:CreateAccessKey", f"arn:aws:iam::{ACCOUNT}:user/a"),
    ("iam:AttachUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/a"),
    ("iam:PutGroupPolicy", f"arn:aws:iam::{ACCOUNT}:group/a"),
    ("iam:UpdateLoginProfile", f"arn:aws:iam::{ACCOUNT}:user/a"),
    ("iam:CreateOpenIDConnectProvider", f"arn:aws:iam::{ACCOUNT}:oidc-provider/a"),
    ("iam:UpdateSAMLProvider", f"arn:aws:iam::{ACCOUNT}:saml-provider/a"),
    ("iam:DeleteRolePermissionsBoundary", OWN),
    ("iam:CreatePolicyVersion", BOUNDARY),
    ("iam:SetDefaultPolicyVersion", BOUNDARY),
    ("iam:DeletePolicy", BOUNDARY),
    ("iam:CreatePolicyVersion", f"{POLICY}/groundwork-deploy-1"),
    ("iam:DeletePolicy", f"{POLICY}/groundwork-deploy-boundary"),
    ("iam:PutRolePolicy", f"{ROLE}/cdk-groundwork-cfn-exec-role-{ACCOUNT}-us-east-1"),
    ("iam:UpdateAssumeRolePolicy", f"{ROLE}/cdk-groundwork-deploy-role-{ACCOUNT}-us-east-1"),
    ("iam:DeleteRole", f"{ROLE}/cdk-groundwork-lookup-role-{ACCOUNT}-us-east-1"),
    ("sts:AssumeRole", f"{ROLE}/admin"),
    ("sts:GetFederationToken", "*"),
    ("organizations:LeaveOrganization", "*"),
    ("account:DeleteAlternateContact", "*"),
    ("ssm:PutParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/cdk-bootstrap/groundwork/version"),
    ("s3:PutObject", f"arn:aws:s3:::cdk-groundwork-assets-{ACCOUNT}-us-east-1/1.zip"),
]


@pytest.mark.parametrize(("action", "resource"), ESCALATIONS)
def test_it_cannot_become_more_than_it_is(policy: ExecutionPolicy, action: str, resource: str) -> None:
    where = {"aws__RequestedRegion": "us-east-1", "iam__PermissionsBoundary": BOUNDARY}
    assert not allowed(policy.policies, action, resource, **where)
    # Neither where somebody attaches AdministratorAccess to it, for its boundary.
    assert allowed([ADMINISTRATOR], action, resource, **where)
    assert not allowed([ADMINISTRATOR], action, resource, boundary=policy.boundary, **where)


def test_code_of_other_functions_stays_what_it_is(with_function: ExecutionPolicy) -> None:
    function, here = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function", {"aws__RequestedRegion": "us-east-1"}
    assert allowed(with_function.policies, "lambda:UpdateFunctionCode", f"{function}:Dev-Foundation-F-1", **here)
    assert not allowed(with_function.policies, "lambda:UpdateFunctionCode", f"{function}:payments", **here)


def test_a_boundary_may_go_only_with_an_environment_that_is_destroyed(variants: Path) -> None:
    stacks = read_environment(assembly=variants / "first", name="dev").stacks
    made = execution_policy(stacks, account=ACCOUNT, qualifier="groundwork", destroyable=True)
    assert allowed(made.policies, "iam:DeletePolicy", BOUNDARY)
    assert not allowed(made.policies, "iam:CreatePolicyVersion", BOUNDARY)


def test_a_role_without_a_boundary_is_refused(variants: Path, tmp_path: Path) -> None:
    stack = read_environment(assembly=variants / "first", name="dev").stacks[0]
    template = json.loads(stack.template.read_text())
    role = next(r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role")
    del role["Properties"]["PermissionsBoundary"]
    (tmp_path / "a.json").write_text(json.dumps(template))
    with pytest.raises(PromotionError, match=r"Dev-Foundation: role .* has no permissions boundary"):
        execution_policy([replace(stack, template=tmp_path / "a.json")], account=ACCOUNT, qualifier="groundwork")


def test_a_type_that_no_schema_knows_is_refused() -> None:
    with pytest.raises(PromotionError, match="AWS::Made::Up: cfn-lint's schemas tell no permissions"):
        actions_of("AWS::Made::Up")


def test_policies_are_as_large_as_iam_takes_them() -> None:
    many = {"Sid": "A", "Effect": "Allow", "Action": [f"service:Action{i}" for i in range(800)], "Resource": ["*"]}
    policies = fit([many])
    assert [action for policy in policies for s in policy["Statement"] for action in s["Action"]] == many["Action"]
    assert all(size(policy) <= LARGEST for policy in policies)
    with pytest.raises(PromotionError, match=r"1\d policies of 6144 characters"):
        fit([{**many, "Sid": f"A{i}"} for i in range(4)])


def test_what_is_printed_can_be_run(policy: ExecutionPolicy, tmp_path: Path) -> None:
    *made, bootstrap = commands(policy, folder=tmp_path)
    assert [line.split()[4] for line in made] == list(files(policy))
    assert bootstrap.startswith(f"cdk bootstrap aws://{ACCOUNT}/us-east-1 --qualifier groundwork ")
    assert "--custom-permissions-boundary groundwork-deploy-boundary" in bootstrap
    assert "AdministratorAccess" not in bootstrap
