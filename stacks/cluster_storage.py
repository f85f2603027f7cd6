"""What the pods of a cluster mount: the shared file system, and what waits for them before a claim goes."""

from collections.abc import Callable, Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.cluster.addon_versions import LUSTRE_DRIVER
from groundwork.cluster.claim_release import ClaimReleases
from groundwork.cluster.lustre import LustreFileSystem
from groundwork.cluster.node_security_groups import NodeSecurityGroups
from groundwork.cluster.settings import ClusterSettings


def add_storage(
    scope: Construct,
    *,
    cluster: eks.ICluster,
    settings: ClusterSettings,
    subnet: Callable[[str | int], ec2.ISubnet],
    groups: NodeSecurityGroups,
    efa_group: ec2.ISecurityGroup | None,
    functions_group: ec2.ISecurityGroup,
    functions_subnets: Sequence[ec2.ISubnet],
    key: kms.IKey,
    operations_key: kms.IKey,
    keep: bool,
    after: IDependable,
) -> tuple[LustreFileSystem | None, ClaimReleases | None]:
    """The file system of the settings with its claim in the namespace `default`, and what waits for the pods of claims.

    Args:
        subnet: that of a zone.
        groups: of the nodes.
        efa_group: of the EFA fabric.
        functions_group: of functions that call the Kubernetes API.
        functions_subnets: from where it can be reached.
        key: encrypts the data.
        operations_key: encrypts logs.
        keep: whether the data outlive the stack.
        after: what waits for nodes.
    """
    if not (settings.lustre or settings.s3):
        return None, None
    releases = ClaimReleases(
        scope,
        "ClaimReleases",
        cluster=cluster,
        subnets=functions_subnets,
        security_group=functions_group,
        operations_key=operations_key,
    )
    if not (own := settings.lustre):
        return None, releases
    lustre = LustreFileSystem(
        scope,
        "Lustre",
        settings=own,
        subnet=subnet(own.zone),
        security_groups=groups.add_lustre(efa=efa_group if own.efa else None),
        key=key,
        keep=keep,
    )
    version = settings.addons.get(LUSTRE_DRIVER)
    lustre.mount(cluster=cluster, driver_version=version, releases=releases, after=after)
    return lustre, releases
