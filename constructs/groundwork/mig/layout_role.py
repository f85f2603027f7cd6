"""What the change of a layout may do in AWS."""

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.cluster.execution_role import volume_key_statements
from groundwork.python_function import function_role

_VPC_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"


def layout_role(scope: Construct, *, node_role: iam.IRole, cluster: eks.ICluster, volumes_key: kms.IKey) -> iam.Role:
    """The role of the function that does the steps: one group of a cluster is sent back with another label.

    UpdateCluster looks after the nodes' access to Kubernetes and their volumes' key with the rights of who calls it:
    the list of the handler `update` in CloudFormation's schema of `AWS::SageMaker::Cluster`, without what is for images
    of one's own, tags and other calls (https://schema.cloudformation.us-east-1.amazonaws.com/CloudformationSchema.zip,
    as cfn-lint 1.58.0 has it). The guide names the same for people who administer clusters:
    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html (read 2026-11-23).

    Args:
        node_role: the execution role of the instance groups.
        cluster: that of Kubernetes.
        volumes_key: encrypts the nodes' volumes.
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
    entries = cdk.Stack.of(scope).format_arn(
        service="eks", resource="access-entry", resource_name=f"{cluster.cluster_name}/*"
    )
    role.add_to_policy(
        iam.PolicyStatement(
            sid="LetSageMakerAdmitTheNodes",
            actions=[
                "eks:AssociateAccessPolicy",
                "eks:CreateAccessEntry",
                "eks:DeleteAccessEntry",
                "eks:DescribeAccessEntry",
                "eks:DescribeCluster",
            ],
            resources=[cluster.cluster_arn, entries],
            # Not by itself: who may make entries could make itself an administrator.
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
            conditions={"Bool": {"aws:ViaAWSService": "true"}},
        )
    )
    for statement in volume_key_statements(volumes_key, stack=cdk.Stack.of(scope)):
        role.add_to_policy(statement)
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
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM5[Resource::{as_findings_name_it(scope, entries)}]",
        reason="EKS makes the last part of an entry's ARN. Of this one cluster, and for a service that calls on behalf "
        "of the role alone.",
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
