"""Waits before a claim on a volume goes, until no pod mounts it."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks_v1
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.in_vpc import VpcPlace
from groundwork.job import JobProvider

TIMEOUT = cdk.Duration.minutes(15)
"""The handler gives up before, and says which pods are left."""
GROUP = "groundwork:claim-release"
"""The Kubernetes group that the function's role is put into."""
_NAME = "groundwork-claim-release"


class ClaimReleases(Construct):
    """A resource for each claim, whose deletion waits until no pod mounts it, and names those that do after ten
    minutes. Without it the deletion of the claim hangs until a function's time is over, and says nothing.

    It ends no pod: whose work it is, decides. Nothing happens at creations and changes.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.ICluster,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            cluster: with API authentication.
            subnets: from where the API server can be reached.
            security_group: one that the API server lets in.
            operations_key: encrypts the handlers' logs; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        self._cluster = cluster
        self._rights: dict[str, eks.KubernetesManifest] = {}
        self._job = JobProvider(
            self,
            "Job",
            folder="claim_release",
            on_event=[
                iam.PolicyStatement(
                    sid="SeeWhetherItIsThere", actions=["eks:DescribeCluster"], resources=[cluster.cluster_arn]
                )
            ],
            timeout=TIMEOUT,
            query_interval=cdk.Duration.seconds(15),
            operations_key=operations_key,
            place=VpcPlace(subnets=subnets, security_group=security_group),
        )
        self._access = eks_v1.CfnAccessEntry(
            self,
            "Access",
            cluster_name=cluster.cluster_name,
            principal_arn=self._job.done.role.role_arn,
            kubernetes_groups=[GROUP],
            type="STANDARD",
        )

    def add(self, *, namespace: str, claim: str, after: IDependable) -> IDependable:
        """Add the resource of a claim. What mounts the claim and belongs to the stack depends on it, and so ends first.

        Args:
            after: the claim itself.
        """
        resource = self._job.add(
            f"{namespace}-{claim}",
            resource_type="Custom::ClaimRelease",
            properties={
                "Cluster": self._cluster.cluster_name,
                "Endpoint": self._cluster.cluster_endpoint,
                "Authority": self._cluster.cluster_certificate_authority_data,
                "Namespace": namespace,
                "Claim": claim,
            },
        )
        resource.node.add_dependency(self._rights_in(namespace, after), self._access, after)
        return resource

    def _rights_in(self, namespace: str, claim: IDependable) -> IDependable:
        """The function's rights in a namespace, which is there when the first claim in it is."""
        if namespace not in self._rights:
            self._rights[namespace] = eks.KubernetesManifest(
                self, f"Rights-{namespace}", cluster=self._cluster, manifest=release_rights(namespace)
            )
            self._rights[namespace].node.add_dependency(claim)
        return self._rights[namespace]


def release_rights(namespace: str) -> list[dict[str, Any]]:
    """A role that lists the pods of a namespace, bound to the group."""
    api = "rbac.authorization.k8s.io"
    metadata = {"name": _NAME, "namespace": namespace}
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    return [
        {"apiVersion": f"{api}/v1", "kind": "Role", "metadata": metadata, "rules": rules},
        {
            "apiVersion": f"{api}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": api, "kind": "Role", "name": _NAME},
            "subjects": [{"apiGroup": api, "kind": "Group", "name": GROUP}],
        },
    ]
