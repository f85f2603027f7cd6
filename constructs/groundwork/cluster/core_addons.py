"""What every EKS cluster runs before anything else."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_eks as eks_v1
from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, DependencyGroup, IDependable

from groundwork.cluster.addon_versions import AddonName

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

    def __init__(
        self, scope: Construct, construct_id: str, *, cluster: eks.ICluster, versions: Mapping[AddonName, str]
    ) -> None:
        """
        Args:
            versions: by add-on; EKS's default for those that are not named.
        """
        super().__init__(scope, construct_id)
        self._cluster, self._versions = cluster, versions
        self.node_addons: IDependable = DependencyGroup(
            self._add("VpcCni", "vpc-cni"),
            self._add("KubeProxy", "kube-proxy"),
            self._add("PodIdentity", "eks-pod-identity-agent"),
        )

    def add_dns(self, *, after: IDependable) -> eks_v1.CfnAddon:
        """CoreDNS, once there are nodes.

        Args:
            after: what waits for them.
        """
        dns = self._add("CoreDns", "coredns", {"tolerations": _DNS_TOLERATIONS})
        dns.node.add_dependency(after)
        return dns

    def _add(self, construct_id: str, name: AddonName, values: Mapping[str, Any] | None = None) -> eks_v1.CfnAddon:
        version = self._versions.get(name)
        return addon(self, construct_id, cluster=self._cluster, name=name, version=version, values=values)


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
    name: AddonName,
    version: str | None,
    values: Mapping[str, Any] | None = None,
) -> eks_v1.CfnAddon:
    """An add-on of EKS.

    Args:
        version: None: the one that EKS takes for the cluster's Kubernetes.
        values: its configuration.
    """
    return eks_v1.CfnAddon(
        scope,
        construct_id,
        cluster_name=cluster.cluster_name,
        addon_name=name,
        addon_version=version,
        resolve_conflicts="OVERWRITE",
        configuration_values=json.dumps(values, sort_keys=True) if values else None,
    )
