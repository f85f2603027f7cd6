"""The roles of what the add-on needs: volumes, names and load balancers."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.pod_role import PodRole, acknowledge_wildcards
from groundwork.spaces.load_balancer_statements import load_balancer_statements

EBS_CSI_ACCOUNT = ("kube-system", "ebs-csi-controller-sa")
EXTERNAL_DNS_ACCOUNT = ("external-dns", "external-dns")
LOAD_BALANCER_ACCOUNT = ("kube-system", "aws-load-balancer-controller")
_USE_KEY = """
    kms:DescribeKey kms:Decrypt kms:Encrypt kms:ReEncryptFrom kms:ReEncryptTo kms:GenerateDataKey
    kms:GenerateDataKeyWithoutPlaintext
"""


def ebs_csi_role(
    scope: Construct,
    construct_id: str,
    *,
    cluster: eks_v2.ICluster,
    hyperpod_cluster_arn: str | None,
    key: kms.IKey,
) -> PodRole:
    """The role of the driver for volumes. Nodes of HyperPod live in an account of SageMaker's: volumes are attached by
    SageMaker, not by EC2.

    Args:
        hyperpod_cluster_arn: None: every HyperPod cluster of the account and Region.
        key: encrypts the volumes.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-ebs.html
    """
    stack = cdk.Stack.of(scope)
    clusters = hyperpod_cluster_arn or stack.format_arn(service="sagemaker", resource="cluster", resource_name="*")
    namespace, account = EBS_CSI_ACCOUNT
    role = PodRole(
        scope,
        construct_id,
        cluster=cluster,
        namespace=namespace,
        service_account=account,
        managed_policies=["service-role/AmazonEBSCSIDriverPolicy"],
        statements=[
            iam.PolicyStatement(
                sid="NodesOfHyperPod",
                actions=["sagemaker:AttachClusterNodeVolume", "sagemaker:DetachClusterNodeVolume"],
                resources=[clusters],
            ),
            iam.PolicyStatement(sid="TheCluster", actions=["eks:DescribeCluster"], resources=[cluster.cluster_arn]),
            *_key_statements(key),
        ],
    )
    if hyperpod_cluster_arn is None:
        acknowledge_wildcards(
            role, [clusters], reason="SageMaker makes the id of a cluster; these are its volumes only."
        )
    return role


def _key_statements(key: kms.IKey) -> list[iam.PolicyStatement]:
    """To make encrypted volumes, and to let the volume service of a node's account open them.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html, and the document named above.
    """
    return [
        iam.PolicyStatement(
            sid="VolumeKey",
            actions=_USE_KEY.split(),
            resources=[key.key_arn],
        ),
        iam.PolicyStatement(
            sid="VolumeGrants",
            actions=["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
            resources=[key.key_arn],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def external_dns_role(
    scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster, zones: Sequence[str]
) -> PodRole:
    """The role of ExternalDNS, for the records of these zones.

    Args:
        zones: ids of hosted zones.

    Source: https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/ (read 2026-11-23)
    """
    stack = cdk.Stack.of(scope)
    arns = [
        stack.format_arn(service="route53", region="", account="", resource="hostedzone", resource_name=zone)
        for zone in zones
    ]
    namespace, account = EXTERNAL_DNS_ACCOUNT
    role = PodRole(
        scope,
        construct_id,
        cluster=cluster,
        namespace=namespace,
        service_account=account,
        statements=[
            iam.PolicyStatement(
                sid="Records",
                actions=[
                    "route53:ChangeResourceRecordSets",
                    "route53:ListResourceRecordSets",
                    "route53:ListTagsForResources",
                ],
                resources=arns,
            ),
            iam.PolicyStatement(sid="FindZones", actions=["route53:ListHostedZones"], resources=["*"]),
        ],
    )
    acknowledge_wildcards(role.role, ["*"], reason="Route 53 has no narrower resource for the list of zones.")
    return role


def load_balancer_role(scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster, vpc_id: str) -> PodRole:
    """The role of AWS Load Balancer Controller.

    Args:
        vpc_id: the VPC that security groups are made and opened in.
    """
    statements = load_balancer_statements(cdk.Stack.of(scope), vpc_id=vpc_id)
    namespace, account = LOAD_BALANCER_ACCOUNT
    role = PodRole(
        scope,
        construct_id,
        cluster=cluster,
        namespace=namespace,
        service_account=account,
        statements=statements,
    )
    acknowledge_wildcards(
        role.role,
        [resource for statement in statements for resource in statement.resources],
        reason="The controller names what it makes. It may change what bears the tag of a cluster only, or what has no "
        "name to give: EC2, ACM and Elastic Load Balancing describe by lists.",
    )
    return role
