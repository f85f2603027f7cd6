"""The bucket for what the platform itself reads and writes: configuration, models, data sets, job results."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.private_bucket import private_bucket


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
        archive = s3.NoncurrentVersionTransition(
            storage_class=s3.StorageClass.INFREQUENT_ACCESS, transition_after=cdk.Duration.days(30)
        )
        self.bucket = private_bucket(
            self,
            "Bucket",
            key=key,
            keep=keep,
            access_logs=access_logs,
            access_logs_prefix="artifacts/",
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=cdk.Duration.days(versions_days),
                    # That storage class bills at least 30 days: a shorter stay would cost more than it saves.
                    noncurrent_version_transitions=[archive] if versions_days >= 60 else None,
                    expired_object_delete_marker=True,
                )
            ],
        )
