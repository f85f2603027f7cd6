"""Functions that run where the Kubernetes API is."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from groundwork.acknowledge import acknowledge

_VPC_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"


def run_in_vpc(handler: IConstruct, *, subnets: Sequence[ec2.ISubnet], security_group: ec2.ISecurityGroup) -> iam.Role:
    """Move a function into the VPC, and give its role what it needs for that.

    Args:
        handler: a `PythonFunction`, such as the `Done` of a `JobProvider`.
        subnets: from where the API server and the endpoints of AWS can be reached.
        security_group: one that the API server lets in.

    Returns:
        The function's role, which the caller names in an access entry.
    """
    role = cast("iam.Role", handler.node.find_child("Role"))
    role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(_VPC_POLICY))
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_VPC_POLICY}]",
        reason="AWS's own list of what a function in a VPC needs for its interface and its log.",
    )
    function = cast("lambda_.CfnFunction", handler.node.find_child("Function").node.default_child)
    function.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=[subnet.subnet_id for subnet in subnets],
        security_group_ids=[security_group.security_group_id],
    )
    # It makes its interface with the policy above, and is called as soon as it is there.
    function.node.add_dependency(role)
    return role
