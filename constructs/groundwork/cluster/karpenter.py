"""Groups that grow from zero: what Karpenter, which HyperPod runs itself, may do and which groups it fills.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-autoscaling-iam.html,
...-autoscaling-nodeclass.html and ...-autoscaling-nodepool.html (read 2026-11-23).
"""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.acknowledge import acknowledge
from groundwork.cluster.execution_role import volume_key_statements
from groundwork.cluster.karpenter_settings import NodePoolSettings
from groundwork.cluster.settings import ClusterSettings

_GRANT_OPERATIONS = [
    "CreateGrant",
    "Decrypt",
    "DescribeKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptTo",
    "ReEncryptFrom",
    "RetireGrant",
]


def scaling_role(scope: Construct, construct_id: str, *, volumes_key: kms.IKey) -> iam.Role:
    """What HyperPod's Karpenter adds and takes away nodes with. Without a pool it is assumed by nobody, and stays: the
    deployment that takes the last pool away still needs it, and UpdateCluster cannot take it off the cluster
    (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateCluster.html, `ClusterRole`; read 2026-11-23).

    Args:
        volumes_key: encrypts the nodes' volumes.
    """
    stack = cdk.Stack.of(scope)
    role = iam.Role(
        scope,
        construct_id,
        assumed_by=iam.ServicePrincipal(
            "hyperpod.sagemaker.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stack.account}}
        ),
        description="Karpenter of a HyperPod cluster",
    )
    # The cluster is made with this role, so its own name is not known yet.
    clusters = stack.format_arn(service="sagemaker", resource="cluster", resource_name="*")
    role.add_to_policy(
        iam.PolicyStatement(
            sid="ChangeNodes",
            actions=["sagemaker:BatchAddClusterNodes", "sagemaker:BatchDeleteClusterNodes"],
            resources=[clusters],
            conditions={"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
        )
    )
    for statement in volume_key_statements(volumes_key, stack=stack):
        role.add_to_policy(statement)
    acknowledge(
        role,
        f"AwsSolutions::AwsSolutions-IAM5[Resource::{stack.resolve(clusters)}]",
        reason="Clusters of this account and Region: this one is made with the role, and gets its name afterwards.",
    )
    acknowledge(
        role,
        "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
        "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
        "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
        reason="What AWS documents for this one purpose; it belongs to its role alone and goes with it.",
    )
    return role


def karpenter_manifests(settings: ClusterSettings) -> list[dict[str, Any]]:
    """For each pool a node class with its groups, and the pool."""
    types = {group.name: group for group in settings.instance_groups}
    manifests: list[dict[str, Any]] = []
    for pool in settings.karpenter:
        groups = [types[name] for name in pool.groups]
        vcpus = sum(group.max_nodes * group.instance_type.vcpus for group in groups)
        manifests += [_node_class(pool), _node_pool(pool, vcpus=vcpus)]
    return manifests


def _node_class(pool: NodePoolSettings) -> dict[str, Any]:
    return {
        "apiVersion": "karpenter.sagemaker.amazonaws.com/v1",
        "kind": "HyperpodNodeClass",
        "metadata": {"name": pool.name},
        "spec": {"instanceGroups": list(pool.groups)},
    }


def _node_pool(pool: NodePoolSettings, *, vcpus: int) -> dict[str, Any]:
    reference = {"group": "karpenter.sagemaker.amazonaws.com", "kind": "HyperpodNodeClass", "name": pool.name}
    anything: Sequence[dict[str, Any]] = [{"key": "node.kubernetes.io/instance-type", "operator": "Exists"}]
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": pool.name},
        "spec": {
            "template": {
                "spec": {
                    "nodeClassRef": reference,
                    "expireAfter": f"{pool.expire_days * 24}h" if pool.expire_days else "Never",
                    "requirements": anything,
                }
            },
            # A node with work on it stays: training is not moved to save a node.
            "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": f"{pool.empty_minutes}m"},
            "limits": {"cpu": str(vcpus)},
        },
    }


class NodePools(Construct):
    """The pools on the cluster. They go before the cluster does, so that Karpenter still takes their nodes away."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.ICluster,
        settings: ClusterSettings,
        after: IDependable,
    ) -> None:
        """
        Args:
            after: what waits for nodes: HyperPod defines the kinds of object by then.
        """
        super().__init__(scope, construct_id)
        manifest = eks.KubernetesManifest(self, "Pools", cluster=cluster, manifest=karpenter_manifests(settings))
        manifest.node.add_dependency(after)
