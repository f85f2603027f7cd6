"""What a node of a HyperPod cluster may do."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge

_INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:UnassignPrivateIpAddresses",
]
_WITHOUT_RESOURCE = [
    "cloudwatch:DescribeAlarms",  # updates that stop at an alarm
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcs",
    "ec2:DetachNetworkInterface",  # of attachments, which have no ARN
    "ecr:GetAuthorizationToken",
    "fsx:DescribeFileSystems",
]


class ExecutionRole(Construct):
    """The role of HyperPod's nodes: AWS's managed policy for logs, metrics and SSM; network interfaces in these
    subnets with these security groups; images; Pod Identity of this cluster; and the life-cycle scripts.

    Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html and
    https://github.com/awslabs/awsome-distributed-ai, 1.architectures/7.sagemaker-hyperpod-eks (read 2026-11-23).
    """

    role: iam.Role

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        eks_cluster_arn: str,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        security_groups: Sequence[ec2.ISecurityGroup],
        scripts: s3.IBucket,
        scripts_key: kms.IKey,
    ) -> None:
        """
        Args:
            subnets: of the nodes.
            security_groups: of the nodes, all that any of them carries.
            scripts: the bucket of the life-cycle scripts, encrypted with `scripts_key`.
        """
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
            description="Nodes of a HyperPod cluster",
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSageMakerClusterInstanceRolePolicy")
            ],
        )
        instances, interfaces = self._arn("instance/*"), self._arn("network-interface/*")
        placed = [self._arn(f"subnet/{subnet.subnet_id}") for subnet in subnets]
        placed += [self._arn(f"security-group/{group.security_group_id}") for group in security_groups]
        for sid, actions, resources in (
            ("Look", _WITHOUT_RESOURCE, ["*"]),
            ("MakeInterfaces", _INTERFACES, [instances, interfaces, self._arn(f"vpc/{vpc.vpc_id}")]),
            ("PlaceInterfaces", [*_INTERFACES, "ec2:DetachNetworkInterface"], placed),
            ("AttachInterfaces", ["ec2:AttachNetworkInterface"], [instances, interfaces]),
            ("TagInterfaces", ["ec2:CreateTags"], [interfaces]),
            ("PullImages", _PULL, ["*"]),
            ("GivePodsTheirRoles", ["eks-auth:AssumeRoleForPodIdentity"], [eks_cluster_arn]),
            ("ListScripts", ["s3:ListBucket"], [scripts.bucket_arn]),
            ("ReadScripts", ["s3:GetObject"], [scripts.arn_for_objects("*")]),
            ("DecryptScripts", ["kms:Decrypt"], [scripts_key.key_arn]),
        ):
            self.role.add_to_policy(iam.PolicyStatement(sid=sid, actions=actions, resources=resources))
        for statement in volume_key_statements(scripts_key, stack=cdk.Stack.of(self)):
            self.role.add_to_policy(statement)
        self._acknowledge(scripts)

    def _arn(self, resource: str) -> str:
        return cdk.Stack.of(self).format_arn(service="ec2", resource=resource)

    def _acknowledge(self, scripts: s3.IBucket) -> None:
        acknowledge(
            self.role,
            "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/"
            "AmazonSageMakerClusterInstanceRolePolicy]",
            reason="HyperPod demands it by name; it writes logs and metrics, opens SSM sessions and reads buckets "
            "whose names begin with sagemaker-.",
        )
        acknowledge(
            self.role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="Questions, image pulls and detaching, which know no resource or one that AWS makes: images come "
            "from AWS's own registries as well. Interfaces are limited to the cluster's subnets and security groups.",
        )
        stack = cdk.Stack.of(self)
        bucket = stack.get_logical_id(scripts.node.default_child)
        arns = [str(stack.resolve(self._arn(resource))) for resource in ("instance/*", "network-interface/*")]
        acknowledge(
            self.role,
            *(f"AwsSolutions::AwsSolutions-IAM5[Resource::{arn}]" for arn in arns),
            f"AwsSolutions::AwsSolutions-IAM5[Resource::<{bucket}.Arn>/*]",
            reason="Nodes and interfaces get their ids from AWS; and the bucket holds the life-cycle scripts alone.",
        )
        acknowledge(
            self.role,
            "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
            "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
            "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
            reason="The policy names this cluster's subnets and groups, belongs to its role alone and goes with it.",
        )


_PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def volume_key_statements(key: kms.IKey, *, stack: cdk.Stack) -> list[iam.PolicyStatement]:
    """What a role needs with which HyperPod adds nodes whose volumes have a key of ours.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-cmk.html
    """
    via = {"StringEquals": {"kms:ViaService": f"sagemaker.{stack.region}.amazonaws.com"}}
    return [
        iam.PolicyStatement(
            sid="SeeTheVolumesKey", actions=["kms:DescribeKey"], resources=[key.key_arn], conditions=via
        ),
        iam.PolicyStatement(
            sid="GiveVolumesTheKey",
            actions=["kms:CreateGrant"],
            resources=[key.key_arn],
            conditions={**via, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]
