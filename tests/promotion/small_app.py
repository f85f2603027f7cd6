"""A small platform for the tests, in variants that follow each other as releases do."""

import json
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

from operations.toolkit import QUALIFIER

ACCOUNTS = {"dev": "111122223333", "staging": "222233334444", "prod": "333344445555"}
REGION = "us-east-1"
VARIANTS = ("first", "renamed", "replaced")


class Foundation(cdk.Stack):
    """A role within its boundary, a queue that holds state, and a parameter."""

    def __init__(self, scope: cdk.Stage, *, environment: str, variant: str, env: cdk.Environment) -> None:
        super().__init__(scope, "Foundation", env=env, tags={"environment": environment})
        name = f"groundwork-{environment}-boundary"
        boundary = iam.ManagedPolicy(
            self,
            "Boundary",
            managed_policy_name=name,
            statements=[iam.PolicyStatement(actions=["sns:Publish"], resources=["*"])],
        )
        iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            permissions_boundary=boundary,
        )
        # FifoQueue is create-only: the second is another queue, with nothing in it.
        sqs.Queue(self, "Work", fifo=True if variant == "replaced" else None, enforce_ssl=True)
        self.version = ssm.StringParameter(self, "Version", string_value=variant)


class Site(cdk.Stack):
    """An alarm, and an output of an address."""

    def __init__(self, scope: cdk.Stage, *, environment: str, foundation: Foundation, env: cdk.Environment) -> None:
        super().__init__(scope, "Site", env=env, tags={"environment": environment})
        metric = cloudwatch.Metric(namespace="Test", metric_name="Errors")
        cloudwatch.Alarm(self, "Errors", metric=metric, threshold=1, evaluation_periods=1)
        cdk.CfnOutput(self, "Version", value=foundation.version.parameter_name)


def synthesize(folder: Path) -> None:
    """Write an assembly for every variant."""
    for variant in VARIANTS:
        context = {
            "@aws-cdk/core:bootstrapQualifier": QUALIFIER,
            "@aws-cdk/core:defaultCrossStackReferences": "weak",
        }
        app = cdk.App(outdir=str(folder / variant), context=context, analytics_reporting=False)
        for name, account in ACCOUNTS.items():
            stage = cdk.Stage(app, name.capitalize())
            env = cdk.Environment(account=account, region=REGION)
            foundation = Foundation(stage, environment=name, variant=variant, env=env)
            Site(stage, environment=name, foundation=foundation, env=env)
        assembly = Path(app.synth().directory)
        # What the checks of a whole synthesis would have written.
        (assembly / "validation-report.json").write_text(
            json.dumps({"version": "55.0.0", "title": "Validation Report", "pluginReports": []})
        )
