"""A finding of any check that must hold fails the synthesis; a pack that is only reported does not."""

from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

import app as platform_app
from rules.nag import nag_plugins
from rules.report import REPORT, open_findings


def synthesize(outdir: Path, build: Callable[[cdk.Stack], object]) -> list[str]:
    """Synthesize a stack with every check that this project attaches; what fails it."""
    context = {"@aws-cdk/core:validateAgainstDefaultRules": True, "@aws-cdk/core:failSynthOnValidationErrors": False}
    app = cdk.App(outdir=str(outdir), context=context)
    build(cdk.Stack(cdk.Stage(app, "Dev"), "Stack"))
    platform_app.attach_checks(app)
    return open_findings(Path(app.synth().directory))


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    def build(stack: cdk.Stack) -> None:
        s3.Bucket(stack, "Bucket")
        cdk.CfnResource(stack, "Topic", type="AWS::SNS::Topic", properties={"Foo": 1})
        iam.ManagedPolicy(
            stack,
            "Policy",
            statements=[iam.PolicyStatement(actions=["s3:*"], resources=["arn:aws:s3:::bucket/key"])],
        )

    return synthesize(tmp_path_factory.mktemp("faults"), build)


@pytest.mark.parametrize(
    "finding",
    [
        pytest.param("AwsSolutions-S1 at Dev/Stack/Bucket/Resource: ", id="AwsSolutions"),
        pytest.param("NIST.800.53.R5-S3BucketVersioningEnabled at Dev/Stack/Bucket", id="NIST"),
        pytest.param("F3002 at Dev/Stack/Topic: ", id="CloudFormation Validate"),
        pytest.param("NoWildcardAction[s3:*] at Dev/Stack/Policy", id="own pack"),
    ],
)
def test_a_finding_fails_the_synthesis_and_names_its_construct(faults: list[str], finding: str) -> None:
    assert [line for line in faults if line.startswith(finding)]


def test_a_finding_of_a_reported_pack_alone_does_not_fail(tmp_path: Path) -> None:
    def build(stack: cdk.Stack) -> None:
        topic = sns.CfnTopic(stack, "Topic", kms_master_key_id="alias/mine")
        sns.CfnSubscription(stack, "Mail", topic_arn=topic.ref, protocol="email", endpoint="a@example.com")

    assert synthesize(tmp_path, build) == []
    assert "Serverless-SNSRedrivePolicy" in (tmp_path / REPORT).read_text()


def test_the_packs_that_must_hold_are_the_first_two() -> None:
    names = [getattr(plugin, "name", None) or plugin.read_pack_name for plugin in nag_plugins()]
    assert names == ["AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321", "Serverless"]
