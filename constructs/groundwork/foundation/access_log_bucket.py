"""The bucket that access logs of other buckets and of load balancers are delivered to."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge


class AccessLogBucket(Construct):
    """A bucket for access logs. Log delivery reaches it by bucket policy; nothing else needs to write to it."""

    bucket: s3.Bucket

    def __init__(self, scope: Construct, construct_id: str, *, retention_days: int, keep: bool) -> None:
        """
        Args:
            retention_days: days after which a log expires.
            keep: whether the logs outlive their stack.
        """
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(retention_days),
                    noncurrent_version_expiration=cdk.Duration.days(7),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                )
            ],
            removal_policy=cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=not keep,
        )
        acknowledge(
            self.bucket,
            "AwsSolutions::AwsSolutions-S1",
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled",
            "HIPAA.Security::HIPAA.Security-S3BucketLoggingEnabled",
            "PCI.DSS.321::PCI.DSS.321-S3BucketLoggingEnabled",
            reason="The end of the chain: a bucket that logs to itself never stops. CloudTrail records who reads it.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS",
            "HIPAA.Security::HIPAA.Security-S3DefaultEncryptionKMS",
            "PCI.DSS.321::PCI.DSS.321-S3DefaultEncryptionKMS",
            reason="S3 and load balancers deliver access logs to buckets with S3-managed keys only.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled",
            "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled",
            "PCI.DSS.321::PCI.DSS.321-S3BucketReplicationEnabled",
            reason="Logs stay in the environment's Region. Versioning guards against overwriting and deletion.",
        )
