"""What the change of a layout may do in AWS."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.python_function import function_role

_VPC_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"


def layout_role(scope: Construct, node_role: iam.IRole) -> iam.Role:
    """The role of the function that does the steps: one group of a cluster is sent back with another label.

    Args:
        node_role: the execution role of the instance groups.
    """
    role = function_role(scope, "Role")
    # SageMaker makes the last part of the ARN when the cluster is made, which is after this.
    clusters = cdk.Stack.of(scope).format_arn(service="sagemaker", resource="cluster", resource_name="*")
    role.add_to_policy(
        iam.PolicyStatement(
            sid="ChangeTheLabel",
            actions=["sagemaker:DescribeCluster", "sagemaker:UpdateCluster"],
            resources=[clusters],
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            sid="LeaveTheNodesTheirRole",
            actions=["iam:PassRole"],
            resources=[node_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )
    )
    role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(_VPC_POLICY))
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{_VPC_POLICY}]",
        reason="AWS's own list of what a function in a VPC needs for its interface and its log.",
    )
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM5[Resource::{as_findings_name_it(scope, clusters)}]",
        reason="SageMaker makes the last part of a cluster's ARN when the cluster is made, which waits for this.",
    )
    return role


def as_findings_name_it(scope: Construct, arn: str) -> str:
    """An ARN as findings write it: `<Machine.Name>` for what is known only once it is deployed."""
    match cdk.Stack.of(scope).resolve(arn):
        case {"Fn::Join": [_, [*parts]]}:
            return "".join(part if isinstance(part, str) else _unknown(part) for part in parts)
        case known:
            return str(known)


def _unknown(part: dict[str, str | list[str]]) -> str:
    (value,) = part.values()
    return f"<{value if isinstance(value, str) else '.'.join(value)}>"
