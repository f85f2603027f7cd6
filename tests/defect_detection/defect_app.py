"""Projects of defect detection for the tests, on a foundation and a network that are there already."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

import app as platform_app
from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from groundwork.foundation.data_key import DataKey
from groundwork.labeling.defect_detection import DefectDetection
from groundwork.labeling.project_settings import ProjectSettings
from stacks.platform_stack import PlatformStack

ACCOUNT, REGION = "111122223333", "us-east-1"
ALARMS = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
TEAM = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:workteam/private-crowd/vision-inspectors"
ALGORITHM = f"arn:aws:sagemaker:{REGION}:865070037744:algorithm/defects-0123456789"
IMAGES, BATCH = "example-images", "example-batch"
ENVIRONMENT: dict[str, Any] = {
    "name": "vision",
    "account": ACCOUNT,
    "region": REGION,
    "owner": "platform@example.com",
    "cost_center": "vision",
    "network": {"vpc": {"cidr": "10.40.0.0/16", "nat": "one"}},
}
TASKS = {"title": "Boards", "description": "Is the board damaged?", "instructions": "Look.\n\nThen say."}
FEW: dict[str, Any] = {"min_normal": 2, "min_anomaly": 2, "test_share": 0.5}
PROJECTS: dict[str, dict[str, Any]] = {
    "boards": {
        "task": "segmentation",
        "labels": ["scratch", "dent"],
        "images": f"s3://{IMAGES}/boards/",
        "team": "inspectors",
        "tasks": TASKS,
        "training": {"algorithm": ALGORITHM},
        "inference": {"kind": "endpoint", "idle_hours": 2},
        **FEW,
    },
    "cookies": {
        "task": "classification",
        "lookout_manifest": f"s3://{IMAGES}/exported/train.manifest",
        "references": [f"s3://{IMAGES}/cookies/"],
        "training": {"algorithm": ALGORITHM},
        "inference": {"kind": "batch", "images": f"s3://{BATCH}/today/", "instance": "ml.g4dn.xlarge"},
        "notify": ["bakery@example.com"],
        **FEW,
    },
}
"""As an environment file writes them, by name."""


def project(content: dict[str, Any]) -> ProjectSettings:
    return ProjectSettings.model_validate_json(json.dumps(content))


def add_projects(app: cdk.App, projects: dict[str, dict[str, Any]], *, keep: bool) -> cdk.Stack:
    """A stack with each project's construct, as `DefectDetection-<name>`."""
    environment = Environment.model_validate(ENVIRONMENT, strict=False)
    stage = cdk.Stage(app, "Vision", env=cdk.Environment(account=ACCOUNT, region=REGION))
    # References to what is not in the app; nothing is deployed by it.
    given = cdk.Stack(stage, "Given")
    cdk.CfnWaitConditionHandle(given, "Nothing")
    subnets = [ec2.Subnet.from_subnet_id(given, f"Subnet{letter}", f"subnet-0000000{letter}") for letter in "ab"]
    for subnet in subnets:
        cdk.Annotations.of(subnet).acknowledge_warning("@aws-cdk/aws-ec2:noSubnetRouteTableId", "not needed here")
    stack = PlatformStack(stage, "Labeling", environment=environment, stateful=True, description="Projects of a test")
    key = DataKey(stack, "Key", domain="models", keep=keep).key
    for name, content in projects.items():
        settings = project(content)
        DefectDetection(
            stack,
            f"DefectDetection-{name}",
            name=f"{environment.name}-{name}",
            settings=settings,
            work_team_arn=TEAM if settings.team else None,
            key=key,
            access_logs=s3.Bucket.from_bucket_name(given, f"AccessLogs-{name}", "access-logs"),
            alarms=sns.Topic.from_topic_arn(given, f"Alarms-{name}", ALARMS),
            operations_key=kms.Key.from_key_arn(given, f"Operations-{name}", KEY),
            vpc=ec2.Vpc.from_vpc_attributes(
                given, f"Vpc-{name}", vpc_id="vpc-0000000a", availability_zones=["us-east-1a"]
            ),
            subnets=subnets,
            keep=keep,
        )
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", boundary_name(environment.name))
    iam.PermissionsBoundary.of(stack).apply(boundary)
    return stack


def new_app(outdir: Path) -> cdk.App:
    return cdk.App(
        context=platform_app.context(),
        outdir=str(outdir),
        post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": False},
    )
