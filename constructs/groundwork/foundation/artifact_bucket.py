"""The bucket for what the platform itself reads and writes: configuration, models, data sets, job results."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge


class ArtifactBucket(Construct):
    """An encrypted, versioned bucket. Old versions move to cheaper storage and expire; current ones stay."""

    bucket: s3.Bucket

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        access_logs: s3.IBucket,
        versions_days: int,
        keep: bool,
    ) -> None:
        """
        Args:
            key: encrypts the objects.
            access_logs: receives a record of each request, below `artifacts/`.
            versions_days: days for which an overwritten or deleted object can be brought back.
            keep: whether the objects outlive their stack.
        """
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="artifacts/",
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=cdk.Duration.days(versions_days),
                    # Below 30 days the smaller price would not make up for the move.
                    noncurrent_version_transitions=[
                        s3.NoncurrentVersionTransition(
                            storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=cdk.Duration.days(30)
                        )
                    ]
                    if versions_days > 60
                    else None,
                    expired_object_delete_marker=True,
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                )
            ],
            removal_policy=cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=not keep,
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled",
            "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled",
            "PCI.DSS.321::PCI.DSS.321-S3BucketReplicationEnabled",
            reason="Artifacts stay in the environment's Region. Versioning keeps what is overwritten or deleted.",
        )
