"""What a cluster has for kinds of work, beside its nodes: pools that Karpenter fills, the fabric, the training
operator and buckets."""

from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, DependencyGroup, IDependable

from groundwork.cluster.addon_versions import S3_DRIVER
from groundwork.cluster.claim_release import ClaimReleases
from groundwork.cluster.fabric import Fabric
from groundwork.cluster.karpenter import NodePools
from groundwork.cluster.lustre import LustreFileSystem
from groundwork.cluster.s3_volumes import S3Volumes
from groundwork.cluster.settings import ClusterSettings
from groundwork.cluster.training_operator import TrainingOperator
from groundwork.images import ImageLock


def add_profiles(
    scope: Construct,
    *,
    cluster: eks.ICluster,
    settings: ClusterSettings,
    hyperpod_cluster_arn: str,
    lustre: LustreFileSystem | None,
    releases: ClaimReleases | None,
    image_lock: ImageLock,
    after: IDependable,
) -> None:
    """Add those that the settings name.

    Args:
        lustre: the shared file system, if there is one; the fabric's pods mount it.
        releases: wait for the pods of a claim before it goes; there where the settings name a claim.
        image_lock: holds the digests of images that the settings name.
        after: what waits for nodes, and for the queues that admit pods.
    """
    if settings.karpenter:
        NodePools(scope, "NodePools", cluster=cluster, settings=settings, after=after)
    if settings.training_operator:
        TrainingOperator(
            scope,
            "TrainingOperator",
            cluster=cluster,
            hyperpod_cluster_arn=hyperpod_cluster_arn,
            versions=settings.addons,
            after=after,
        )
    namespaces = [after]
    if profile := settings.fabric:
        fabric = Fabric(scope, "Fabric", cluster=cluster, settings=settings, image_lock=image_lock, after=after)
        namespaces.append(fabric.namespace)
        files = lustre.claim(namespace=profile.namespace, after=fabric.namespace) if lustre else None
        if profile.ray_cluster:
            fabric.add_ray_cluster(profile.ray_cluster, files=files)
    if releases and settings.s3:
        S3Volumes(
            scope,
            "S3",
            cluster=cluster,
            buckets=settings.s3,
            driver_version=settings.addons.get(S3_DRIVER),
            releases=releases,
            after=DependencyGroup(*namespaces),
        )
