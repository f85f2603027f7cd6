"""A cluster that is there already, with the change of layouts, its guard and its rollout, for the tests."""

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

import app as platform_app
from groundwork.mig.layout_change import LayoutChange
from groundwork.mig.layout_guard import LayoutGuard
from groundwork.mig.layout_rollout import LayoutRollout
from groundwork.mig.layouts import NodeLayout

LAYOUTS = {"small": NodeLayout.of([{"1g.10gb": 7}] * 8), "mixed": NodeLayout.of([{"1g.10gb": 7}, {}])}


def build(app: cdk.App) -> cdk.Stack:
    """One stack with all three."""
    account = cdk.Environment(account="111122223333", region="eu-central-1")
    stack = cdk.Stack(app, "Layouts", env=account, tags={"owner": "platform@example.com"}, termination_protection=True)
    boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", "boundary")
    iam.PermissionsBoundary.of(stack).apply(boundary)
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-0000000a", availability_zones=["eu-central-1a"])
    subnet = ec2.Subnet.from_subnet_id(stack, "Subnet", "subnet-0000000a")
    cdk.Annotations.of(subnet).acknowledge_warning("@aws-cdk/aws-ec2:noSubnetRouteTableId", "not needed here")
    key = kms.Key.from_key_arn(
        stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    )
    cluster = eks.Cluster.from_cluster_attributes(
        stack,
        "Cluster",
        cluster_name="training",
        cluster_endpoint="https://0123.gr7.eu-central-1.eks.amazonaws.com",
        cluster_certificate_authority_data="Y2VydGlmaWNhdGU=",
        kubectl_provider=eks.KubectlProvider.from_kubectl_provider_attributes(
            stack, "Kubectl", service_token="arn:aws:lambda:eu-central-1:111122223333:function:kubectl"
        ),
        vpc=vpc,
    )
    change = LayoutChange(
        stack,
        "Change",
        cluster=cluster,
        hyperpod_cluster="training",
        node_role=iam.Role.from_role_arn(stack, "NodeRole", "arn:aws:iam::111122223333:role/nodes"),
        volumes_key=key,
        vpc=vpc,
        subnets=[subnet],
        security_group=ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0000000a"),
        operations_key=key,
    )
    guard = LayoutGuard(stack, "Guard", layouts=LAYOUTS, may_change=["mixed"], operations_key=key)
    rollout = LayoutRollout(
        stack, "Rollout", layouts=LAYOUTS, custom=["mixed"], state_machine=change.state_machine, operations_key=key
    )
    rollout.node.add_dependency(guard)
    return stack


@cache
def template() -> dict[str, Any]:
    """Its template."""
    app = cdk.App(context=platform_app.context(), outdir=mkdtemp())
    stack = build(app)
    return json.loads((Path(app.synth().directory) / stack.template_file).read_text())


def resources(kind: str) -> list[dict[str, Any]]:
    """The properties of the resources of a type."""
    return [each["Properties"] for each in template()["Resources"].values() if each["Type"] == kind]


def definition() -> dict[str, Any]:
    """The state machine that is about layouts, in Amazon's States Language."""
    texts = [_joined(each["DefinitionString"]) for each in resources("AWS::StepFunctions::StateMachine")]
    (found,) = [json.loads(text) for text in texts if '"Drain"' in text]
    return found


def _joined(text: Any) -> str:
    return "".join(part if isinstance(part, str) else "arn" for part in text["Fn::Join"][1])
