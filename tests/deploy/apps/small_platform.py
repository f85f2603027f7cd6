"""A small CDK app for the deploy tests: `python small_platform.py FOLDER` writes one assembly for each variant.

Two stacks in one Region, one in another, with weak and strong references, a custom resource (CDK's own for the default
security group), types that the engine emulates and types that it only walks through.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns

ACCOUNT, REGION, EDGE_REGION = "111122223333", "eu-central-1", "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """What differs between the assemblies."""

    topic: str = "first"
    limit: int = 100
    monitored: str = "SERVICE"
    typo: bool = False


FIRST = Variant()
VARIANTS = {
    "first": FIRST,
    # In place: the topic's name and the budget's limit. Replaced: the monitor, whose dimension is create-only.
    "second": replace(FIRST, topic="second", limit=200, monitored="LINKED_ACCOUNT"),
    # The topic changes first, then the budget fails.
    "failing": replace(FIRST, topic="third", limit=300, monitored="LINKED_ACCOUNT", typo=True),
}


class Foundation(cdk.Stack):
    """State: keys, a bucket, a topic, a log group, a secret; and types that are walked through."""

    def __init__(self, scope: cdk.Stage, name: str, *, variant: Variant, **environment: Any) -> None:
        super().__init__(scope, name, **environment)
        self.key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=cdk.RemovalPolicy.DESTROY)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            versioned=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        self.topic = sns.Topic(self, "Alarms", display_name=variant.topic, enforce_ssl=True)
        logs.LogGroup(
            self,
            "Audit",
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            encryption_key=self.key,
        )
        secret = secretsmanager.Secret(self, "Token", removal_policy=cdk.RemovalPolicy.DESTROY)
        cdk.CfnOutput(self, "SecretRef", value=secret.node.default_child.ref)
        boundary = iam.ManagedPolicy(
            self,
            "Boundary",
            statements=[iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self.bucket.bucket_arn])],
        )
        cdk.CrossStackReferences.of(self.bucket).produce(cdk.ReferenceStrength.STRONG)
        self._money(variant)
        self._backups()
        self._function(boundary)
        cdk.CfnOutput(self, "BucketName", value=self.bucket.bucket_name)

    def _money(self, variant: Variant) -> None:
        budget = budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name="monthly",
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=variant.limit, unit="USD"),
            ),
        )
        budget.node.add_dependency(self.topic)
        if variant.typo:
            budget.add_property_override("Budget.Typo", "x")
        monitor = ce.CfnAnomalyMonitor(
            self, "Monitor", monitor_name="services", monitor_type="DIMENSIONAL", monitor_dimension=variant.monitored
        )
        ce.CfnAnomalySubscription(
            self,
            "Anomalies",
            frequency="IMMEDIATE",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(address=self.topic.topic_arn, type="SNS")],
            subscription_name="anomalies",
            threshold_expression='{"Dimensions":{"Key":"ANOMALY_TOTAL_IMPACT_ABSOLUTE","MatchOptions":["GREATER_THAN_OR_EQUAL"],"Values":["100"]}}',
        )

    def _backups(self) -> None:
        vault = backup.BackupVault(self, "Vault", removal_policy=cdk.RemovalPolicy.DESTROY, encryption_key=self.key)
        plan = backup.BackupPlan.daily35_day_retention(self, "Plan", vault)
        plan.add_selection("Tagged", resources=[backup.BackupResource.from_tag("backup", "daily")])

    def _function(self, boundary: iam.ManagedPolicy) -> None:
        role = iam.Role(
            self,
            "ReaderRole",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "Read": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self.bucket.bucket_arn]),
                        # Allowed here, and taken away by the boundary.
                        iam.PolicyStatement(actions=["sns:ListTopics"], resources=["*"]),
                    ]
                )
            },
            permissions_boundary=boundary,
        )
        lambda_.Function(
            self,
            "Reader",
            function_name="reader",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            role=role,
            timeout=cdk.Duration.seconds(20),
            environment={"BUCKET": self.bucket.bucket_name},
            code=lambda_.Code.from_inline(
                "import os, boto3\n"
                "def attempt(call):\n"
                "    try:\n"
                "        call()\n"
                "        return 'allowed'\n"
                "    except Exception as error:\n"
                "        return getattr(error, 'response', {}).get('Error', {}).get('Code', repr(error))\n"
                "def handler(event, context):\n"
                "    s3 = boto3.client('s3')\n"
                "    return {\n"
                "        'list_own': attempt(lambda: s3.list_objects_v2(Bucket=os.environ['BUCKET'])),\n"
                "        'put_own': attempt(lambda: s3.put_object(Bucket=os.environ['BUCKET'], Key='a', Body=b'a')),\n"
                "        'list_topics': attempt(lambda: boto3.client('sns').list_topics()),\n"
                "        'list_keys': attempt(lambda: boto3.client('kms').list_keys()),\n"
                "    }\n"
            ),
        )


class Network(cdk.Stack):
    """A VPC with everything that the platform's own has."""

    def __init__(self, scope: cdk.Stage, name: str, *, foundation: Foundation, **environment: Any) -> None:
        super().__init__(scope, name, **environment)
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.20.0.0/16"),
            max_azs=2,
            nat_gateways=1,
            restrict_default_security_group=True,
        )
        vpc.add_flow_log("Flow", destination=ec2.FlowLogDestination.to_s3(foundation.bucket, "flow/"))
        vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        vpc.add_interface_endpoint("Sts", service=ec2.InterfaceVpcEndpointAwsService.STS)
        ec2.CfnVPCCidrBlock(self, "Pods", vpc_id=vpc.vpc_id, cidr_block="100.64.0.0/16")
        group = ec2.SecurityGroup(self, "Fabric", vpc=vpc, allow_all_outbound=False)
        group.add_ingress_rule(group, ec2.Port.all_traffic())
        group.add_egress_rule(group, ec2.Port.all_traffic())
        cdk.CfnOutput(self, "VpcId", value=vpc.vpc_id)


class Edge(cdk.Stack):
    """A stack in another Region that refers to the topic in the home Region."""

    def __init__(self, scope: cdk.Stage, name: str, *, foundation: Foundation, **environment: Any) -> None:
        super().__init__(scope, name, **environment)
        # The resource's own Ref: the construct would put a name of its own making into both stacks.
        home_topic = foundation.topic.node.default_child.ref
        topic = sns.Topic(self, "EdgeAlarms", display_name="edge")
        cdk.CfnOutput(self, "HomeTopic", value=home_topic)
        cdk.CfnOutput(self, "EdgeTopic", value=topic.topic_arn)


class Hanging(cdk.Stack):
    """A custom resource whose function never answers: CloudFormation waits an hour for it."""

    def __init__(self, scope: cdk.Stage, name: str, **environment: Any) -> None:
        super().__init__(scope, name, **environment)
        silent = lambda_.Function(
            self,
            "Silent",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context):\n    return None\n"),
        )
        cdk.CustomResource(self, "Silence", service_token=silent.function_arn)


def main(folder: Path) -> None:
    """Synthesize every variant as the Stage "Small", and "hanging" with one stack that never ends."""
    home, edge = cdk.Environment(account=ACCOUNT, region=REGION), cdk.Environment(account=ACCOUNT, region=EDGE_REGION)
    for name, variant in VARIANTS.items():
        app = _app(folder / name)
        stage = cdk.Stage(app, "Small", env=home)
        foundation = Foundation(stage, "Foundation", variant=variant, env=home)
        Network(stage, "Network", foundation=foundation, env=home)
        Edge(stage, "Edge", foundation=foundation, env=edge)
        app.synth()
    app = _app(folder / "hanging")
    stage = cdk.Stage(app, "Hanging", env=home)
    Hanging(stage, "Silence", env=home)
    app.synth()


def _app(outdir: Path) -> cdk.App:
    flags = ["@aws-cdk/core:enablePartitionLiterals", "@aws-cdk/aws-iam:minimizePolicies"]
    context: dict[str, Any] = {**dict.fromkeys(flags, True), "@aws-cdk/core:defaultCrossStackReferences": "weak"}
    return cdk.App(outdir=str(outdir), context=context, analytics_reporting=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
