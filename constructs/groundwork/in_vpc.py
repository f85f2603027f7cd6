"""Functions that run where the Kubernetes API is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from groundwork.acknowledge import acknowledge

_VPC_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"


@dataclass(frozen=True, kw_only=True)
class VpcPlace:
    """Where a function runs."""

    subnets: Sequence[ec2.ISubnet]
    """From where the API server and the endpoints of AWS can be reached."""
    security_group: ec2.ISecurityGroup
    """One that the API server lets in."""


def run_in_vpc(function: lambda_.Function, *, role: iam.Role, place: VpcPlace) -> None:
    """Move a function into the VPC, and give its role what it needs for that."""
    role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(_VPC_POLICY))
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_VPC_POLICY}]",
        reason="AWS's own list of what a function in a VPC needs for its interface and its log.",
    )
    resource = cast("lambda_.CfnFunction", function.node.default_child)
    resource.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=[subnet.subnet_id for subnet in place.subnets],
        security_group_ids=[place.security_group.security_group_id],
    )
    # It makes its interface with the policy above, and is called as soon as it is there.
    resource.node.add_dependency(role)
