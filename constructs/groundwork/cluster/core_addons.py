"""What every EKS cluster runs before anything else."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_eks as eks_v1
from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, DependencyGroup, IDependable

HEALTH_TAINT = {
    "key": "sagemaker.amazonaws.com/node-health-status",
    "operator": "Equal",
    "value": "Unschedulable",
    "effect": "NoSchedule",
}
"""What HyperPod keeps pods off a node with while it is checked: system pods have to tolerate it."""


class CoreAddons(Construct):
    """The VPC CNI, kube-proxy and Pod Identity, which each node needs to become ready; CoreDNS, which needs a node.

    The first three are DaemonSets: without nodes they have nothing to wait for. CoreDNS is a Deployment, and its add-on
    is active only once it runs somewhere: with `after` it proves that Kubernetes has nodes that are ready.
    """

    def __init__(self, scope: Construct, construct_id: str, *, cluster: eks.ICluster) -> None:
        super().__init__(scope, construct_id)
        self._cluster = cluster
        self.node_addons: IDependable = DependencyGroup(
            addon(self, "VpcCni", cluster=cluster, name="vpc-cni"),
            addon(self, "KubeProxy", cluster=cluster, name="kube-proxy"),
            addon(self, "PodIdentity", cluster=cluster, name="eks-pod-identity-agent"),
        )

    def add_dns(self, *, after: IDependable) -> eks_v1.CfnAddon:
        """CoreDNS, once there are nodes.

        Args:
            after: what waits for them.
        """
        dns = addon(self, "CoreDns", cluster=self._cluster, name="coredns", values={"tolerations": _DNS_TOLERATIONS})
        dns.node.add_dependency(after)
        return dns


_DNS_TOLERATIONS = [
    {"key": "CriticalAddonsOnly", "operator": "Exists"},
    {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"},
    HEALTH_TAINT,
]


def addon(
    scope: Construct,
    construct_id: str,
    *,
    cluster: eks.ICluster,
    name: str,
    values: Mapping[str, Any] | None = None,
    service_account: str | None = None,
    role_arn: str | None = None,
) -> eks_v1.CfnAddon:
    """An add-on of EKS in the version that EKS takes for the cluster's Kubernetes.

    Args:
        name: of the add-on.
        values: its configuration.
        service_account: what `role_arn` is given to, by Pod Identity.
    """
    identity = (
        [eks_v1.CfnAddon.PodIdentityAssociationProperty(role_arn=role_arn, service_account=service_account)]
        if service_account and role_arn
        else None
    )
    return eks_v1.CfnAddon(
        scope,
        construct_id,
        cluster_name=cluster.cluster_name,
        addon_name=name,
        resolve_conflicts="OVERWRITE",
        configuration_values=json.dumps(values, sort_keys=True) if values else None,
        pod_identity_associations=identity,
    )
