"""Buckets as volumes of pods, by Mountpoint for Amazon S3."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from groundwork.cluster.addon_versions import S3_DRIVER
from groundwork.cluster.claim_release import ClaimReleases
from groundwork.cluster.core_addons import addon
from groundwork.cluster.s3_manifests import bucket_manifests, claim_name
from groundwork.cluster.s3_settings import BucketSettings
from groundwork.pod_role import PodRole, acknowledge_wildcards

DRIVER_ACCOUNT = ("kube-system", "s3-csi-driver-sa")


class S3Volumes(Construct):
    """The driver's add-on with its role, and the claims."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.ICluster,
        buckets: Sequence[BucketSettings],
        driver_version: str | None,
        releases: ClaimReleases,
        after: IDependable,
    ) -> None:
        """
        Args:
            driver_version: of the add-on; None: EKS's default.
            releases: keep the deletion of a claim from hanging where pods still mount it.
            after: what waits for nodes, on which the driver runs, and makes the namespaces.
        """
        super().__init__(scope, construct_id)
        namespace, account = DRIVER_ACCOUNT
        statements = bucket_statements(buckets, account=cdk.Stack.of(self).account)
        role = PodRole(
            self,
            "DriverRole",
            cluster=cluster,
            namespace=namespace,
            service_account=account,
            statements=statements,
        )
        objects = [each for statement in statements for each in statement.resources if each.endswith("*")]
        acknowledge_wildcards(
            role.role, objects, reason="The objects of one bucket below one prefix, which the environment file names."
        )
        driver = addon(
            self,
            "Driver",
            cluster=cluster,
            name=S3_DRIVER,
            version=driver_version,
            # Pods with a volume run on nodes with taints as well.
            values={"node": {"tolerateAllTaints": True}},
        )
        driver.node.add_dependency(after, role.association)
        for bucket in buckets:
            for name in bucket.namespaces:
                claim = eks.KubernetesManifest(
                    self,
                    f"{bucket.name}-{name}",
                    cluster=cluster,
                    manifest=bucket_manifests(bucket, namespace=name, region=cdk.Stack.of(self).region),
                )
                claim.node.add_dependency(driver, after)
                releases.add(namespace=name, claim=claim_name(bucket), after=claim)


def bucket_statements(buckets: Sequence[BucketSettings], *, account: str) -> list[iam.PolicyStatement]:
    """What Mountpoint does with each bucket, as far as `access` lets it; buckets of other accounts never.

    Source: https://github.com/awslabs/mountpoint-s3/blob/main/doc/CONFIGURATION.md#iam-permissions (read 2026-11-23)
    """
    own = {"StringEquals": {"aws:ResourceAccount": account}}
    statements: list[iam.PolicyStatement] = []
    for bucket in buckets:
        arn = f"arn:aws:s3:::{bucket.bucket}"
        seen = {"StringLike": {"s3:prefix": [bucket.prefix, f"{bucket.prefix}*"]}} if bucket.prefix else {}
        writing = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"] if bucket.access == "write" else []
        statements += [
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[arn], conditions={**own, **seen}),
            iam.PolicyStatement(
                actions=["s3:GetObject", *writing], resources=[f"{arn}/{bucket.prefix}*"], conditions=own
            ),
        ]
        if bucket.kms_key:
            encrypting = ["kms:GenerateDataKey"] if writing else []
            statements.append(iam.PolicyStatement(actions=["kms:Decrypt", *encrypting], resources=[bucket.kms_key]))
    return statements
