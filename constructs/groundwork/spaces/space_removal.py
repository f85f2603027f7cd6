"""Ends the Spaces of a team before anything goes that they need for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.in_vpc import run_in_vpc
from groundwork.job import JobProvider
from groundwork.spaces.manifests import Manifest
from groundwork.spaces.names import SPACES_ADMINISTRATORS
from groundwork.spaces.removal_access import GROUP, namespace_rights, volume_rights

FOLDER = "space_removal"
TIMEOUT = cdk.Duration.minutes(30)
"""For the Spaces of one team; the handler gives up before and says what is left."""


@dataclass(frozen=True, kw_only=True)
class FunctionPlace:
    """Where a function runs that calls the Kubernetes API, and what its logs are encrypted with."""

    subnets: Sequence[ec2.ISubnet]
    """From where the API server can be reached."""
    security_group: ec2.ISecurityGroup
    """One that the API server lets in."""
    operations_key: kms.IKey
    """Its policy must let CloudWatch Logs use it."""


class SpaceRemoval(Construct):
    """A resource for each namespace of a team, whose deletion ends the Spaces there and waits until they are gone, with
    their volumes or, where data is kept, without.

    The add-on's controller takes off the finalizer of a Space, and only its owner, the controller and the add-on's
    administrators may delete a Space of somebody's own: deleting a namespace does not. Without this, Spaces outlive
    the add-on with finalizers that nobody takes off, and so does a namespace that is to be deleted.

    Of teams alone, not of the whole cluster: a team that leaves the file takes its Spaces with it, and a Space that an
    administrator has made elsewhere is not this stack's to end. Nothing happens at creations and changes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster, place: FunctionPlace, keep: bool
    ) -> None:
        """
        Args:
            cluster: with API authentication.
            keep: whether the volumes outlive their Spaces.
        """
        super().__init__(scope, construct_id)
        self._cluster, self._keep = cluster, keep
        self._job = JobProvider(
            self,
            "Job",
            folder=FOLDER,
            statements=[],
            timeout=TIMEOUT,
            query_interval=cdk.Duration.seconds(15),
            operations_key=place.operations_key,
        )
        starter = cast("iam.Role", self._job.node.find_child("Start").node.find_child("Role"))
        starter.add_to_policy(
            iam.PolicyStatement(
                sid="SeeWhetherItIsThere", actions=["eks:DescribeCluster"], resources=[cluster.cluster_arn]
            )
        )
        # The other stays outside, and asks EKS without an endpoint.
        role = run_in_vpc(self._job.node.find_child("Done"), subnets=place.subnets, security_group=place.security_group)
        access = eks.CfnAccessEntry(
            self,
            "Access",
            cluster_name=cluster.cluster_name,
            principal_arn=role.role_arn,
            kubernetes_groups=[GROUP, SPACES_ADMINISTRATORS],
            type="STANDARD",
        )
        self._rights = [access, self._apply("VolumeRights", volume_rights())]

    def add(self, namespace: str, *, after: Sequence[IDependable]) -> cdk.CustomResource:
        """Add the resource of a namespace. It is named by it, so that another name for a team ends no Space.

        Args:
            after: what Spaces need in order to end: the namespace and all that the team has there.
        """
        rights = self._apply(f"Rights-{namespace}", namespace_rights(namespace))
        rights.node.add_dependency(*after)
        resource = self._job.add(
            namespace,
            resource_type="Custom::SpaceRemoval",
            properties={
                "Cluster": self._cluster.cluster_name,
                "Endpoint": self._cluster.cluster_endpoint,
                "Authority": self._cluster.cluster_certificate_authority_data,
                "Namespace": namespace,
                "KeepVolumes": "true" if self._keep else "false",
            },
        )
        resource.node.add_dependency(rights, *self._rights)
        return resource

    def _apply(self, construct_id: str, objects: list[Manifest]) -> eks_v2.KubernetesManifest:
        return eks_v2.KubernetesManifest(
            self, construct_id, cluster=self._cluster, manifest=objects, overwrite=True, prune=False
        )
