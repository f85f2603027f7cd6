"""In a real CDK app a finding fails synthesis, and an acknowledgment excuses one finding of one construct."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from rules import validation_plugins

REASON = "The permissions boundary limits this role to the keys of the platform."
Report = dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> list[cdk.IPolicyValidationPlugin]:
    """One engine for the whole file: it takes two seconds to start."""
    lock = tmp_path_factory.mktemp("lock") / "images.lock.yaml"
    lock.write_text(f"images: [{{image: example.com/a:1, digest: 'sha256:{'1' * 64}'}}]")
    return validation_plugins(image_lock=lock)


@pytest.fixture
def synth(tmp_path: Path, plugins: list[cdk.IPolicyValidationPlugin]):
    """Synthesize a stack inside a Stage and return the report by the plugins' names."""

    def run(build: Callable[[Construct], object], *, fail: bool = False, enforced: bool = True) -> Report:
        context = {
            "@aws-cdk/core:validateAgainstDefaultRules": enforced,
            "@aws-cdk/core:failSynthOnValidationErrors": fail,
        }
        app = cdk.App(outdir=str(tmp_path / "cdk.out"), context=context)
        build(cdk.Stack(cdk.Stage(app, "Dev"), "Platform"))
        cdk.Validations.of(app).add_plugins(*plugins)
        app.synth()
        report = json.loads((tmp_path / "cdk.out" / "validation-report.json").read_text())
        return {plugin["pluginName"]: plugin for plugin in report["pluginReports"]}

    return run


def role(scope: Construct, name: str, *actions: str, boundary: bool = True) -> iam.CfnRole:
    trust = {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": [*actions], "Resource": "arn:aws:kms:eu-central-1:111122223333:key/a"}
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    return iam.CfnRole(
        scope,
        name,
        assume_role_policy_document={"Version": "2012-10-17", "Statement": [trust]},
        permissions_boundary="arn:aws:iam::111122223333:policy/boundary" if boundary else None,
        policies=[iam.CfnRole.PolicyProperty(policy_name="p", policy_document=policy)] if actions else None,
    )


def acknowledge(construct: Construct, finding: str, reason: str = REASON) -> None:
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=finding, reason=reason))


def open_findings(report: Report, plugin: str) -> list[tuple[str, str]]:
    return [(v["ruleName"], v["violatingConstructs"][0]["constructPath"]) for v in report[plugin]["violations"]]


def test_a_finding_of_the_plugin_fails_synthesis(synth):
    with pytest.raises(RuntimeError, match=r"NoWildcardAction\[kms:\*\]"):
        synth(lambda stack: role(stack, "Role", "kms:*"), fail=True)


def test_a_finding_of_a_guard_rule_fails_synthesis(synth):
    with pytest.raises(RuntimeError, match="ModelIsInVpc"):
        synth(lambda stack: cdk.CfnResource(stack, "Model", type="AWS::SageMaker::Model"), fail=True)


def test_a_finding_names_its_construct_and_what_to_do(synth):
    report = synth(lambda stack: role(stack, "Role", "kms:*"))
    violation = report["Groundwork"]["violations"][0]
    assert violation["violatingConstructs"][0]["constructPath"] == "Dev/Platform/Role"
    assert violation["violatingConstructs"][0]["cloudFormationResource"]["logicalId"] == "Role"
    assert "acknowledge exactly this id" in violation["suggestedFix"]


def test_an_acknowledgment_excuses_one_finding_of_one_construct(synth):
    def build(stack: Construct) -> None:
        excused = role(stack, "Excused", "kms:*", "s3:Get*")
        role(stack, "Other", "kms:*")
        acknowledge(excused, "Groundwork::NoWildcardAction[kms:*]")

    report = synth(build)
    assert open_findings(report, "Groundwork") == [
        ("NoWildcardAction[s3:Get*]", "Dev/Platform/Excused"),
        ("NoWildcardAction[kms:*]", "Dev/Platform/Other"),
    ]
    suppressed = report["Groundwork"]["suppressedViolations"]
    assert [(v["ruleName"], v["acknowledgedAt"], v["reason"]) for v in suppressed] == [
        ("NoWildcardAction[kms:*]", "Dev/Platform/Excused", REASON)
    ]


def test_when_every_finding_is_acknowledged_synthesis_succeeds(synth):
    def build(stack: Construct) -> None:
        acknowledge(role(stack, "Role", "kms:*", boundary=False), "Groundwork::NoWildcardAction[kms:*]")
        acknowledge(stack.node.find_child("Role"), "Groundwork::PermissionsBoundaryIsSet")
        model = sagemaker.CfnModel(
            stack,
            "Model",
            execution_role_arn="arn:aws:iam::111122223333:role/model",
            enable_network_isolation=True,
        )
        acknowledge(model, "CloudFormation-Validate::ModelIsInVpc")
        ingress = ec2.CfnSecurityGroup.IngressProperty(
            ip_protocol="tcp", from_port=4000, to_port=4000, cidr_ipv6="::/0"
        )
        group = ec2.CfnSecurityGroup(
            stack, "Group", group_description="a", vpc_id="vpc-0123456789abcdef0", security_group_ingress=[ingress]
        )
        acknowledge(group, "Groundwork::NoOpenSecurityGroup[::/0:4000]")

    report = synth(build, fail=True)
    assert {plugin["conclusion"] for plugin in report.values()} == {"success"}
    assert len(report["Groundwork"]["suppressedViolations"]) == 3
    assert len(report["CloudFormation Validate"]["suppressedViolations"]) == 1


def test_a_finding_outside_the_resources_is_acknowledged_at_the_stack(synth):
    def build(stack: Construct) -> None:
        cdk.CfnParameter(stack, "DbPassword", default="hunter2")
        acknowledge(stack, "Groundwork::NoLiteralSecret[Parameters.DbPassword.Default]")

    report = synth(build)
    assert report["Groundwork"]["conclusion"] == "success"
    assert report["Groundwork"]["suppressedViolations"][0]["acknowledgedAt"] == "Dev/Platform"


def test_a_secret_in_a_file_that_is_deployed_is_acknowledged_at_the_stack(synth, tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_text("master_key: my-master-key\n")
    report = synth(lambda stack: s3_assets.Asset(stack, "File", path=str(file)))
    assert open_findings(report, "Groundwork") == [("NoLiteralSecret[File]", "Dev/Platform")]


def test_the_account_of_a_stack_is_known_to_the_rules(synth):
    def build(stack: Construct) -> None:
        other = cdk.Stack(stack.node.scope, "Other", env=cdk.Environment(account="444455556666", region="us-east-1"))
        for scope in (stack, other):
            root = {"AWS": "arn:aws:iam::111122223333:root"}
            allow = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
            kms.CfnKey(scope, "Key", key_policy={"Version": "2012-10-17", "Statement": [allow]})

    assert open_findings(synth(build), "Groundwork") == [("NoWildcardAction[kms:*]", "Dev/Other/Key")]


def test_an_acknowledgment_without_a_reason_fails_and_cannot_be_acknowledged(synth):
    def build(stack: Construct) -> None:
        acknowledge(role(stack, "Role", "kms:*"), "Groundwork::NoWildcardAction[kms:*]", reason="ok")
        acknowledge(stack, "Groundwork::AcknowledgmentIsReasoned")

    report = synth(build)
    assert report["Groundwork"]["conclusion"] == "failure"
    assert open_findings(report, "Groundwork") == [("AcknowledgmentIsReasoned", "Dev/Platform/Role")]


def test_an_acknowledgment_without_the_name_of_its_pack_fails(synth):
    report = synth(lambda stack: acknowledge(stack, "AwsSolutions-S1"))
    assert "AwsSolutions::AwsSolutions-S1" in report["Groundwork"]["violations"][0]["suggestedFix"]


def test_warnings_of_the_cdk_itself_are_acknowledged_by_their_own_ids(synth):
    def build(stack: Construct) -> None:
        acknowledge(stack, "@aws-cdk/aws-ec2:example")
        role(stack, "Role", "kms:*")

    assert open_findings(synth(build), "Groundwork") == [("NoWildcardAction[kms:*]", "Dev/Platform/Role")]


def test_an_app_in_which_guard_rules_only_warn_fails(synth):
    report = synth(lambda stack: role(stack, "Role"), enforced=False)
    assert report["Groundwork"]["violations"][0]["ruleName"] == "GuardRulesAreEnforced"


def test_a_nested_stack_is_refused_because_nothing_in_it_is_checked(synth):
    def build(stack: Construct) -> None:
        role(cdk.NestedStack(stack, "Nested"), "Role", "kms:*", boundary=False)

    report = synth(build)
    assert [rule for rule, _ in open_findings(report, "CloudFormation Validate")] == ["NoNestedStack"]
    assert "Groundwork" not in report
