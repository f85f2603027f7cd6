"""The bucket that access logs of other buckets and of load balancers are delivered to."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.private_bucket import private_bucket


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
        self.bucket = private_bucket(
            self,
            "Bucket",
            key=None,
            keep=keep,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(retention_days),
                    noncurrent_version_expiration=cdk.Duration.days(7),
                )
            ],
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS",
            "HIPAA.Security::HIPAA.Security-S3DefaultEncryptionKMS",
            "PCI.DSS.321::PCI.DSS.321-S3DefaultEncryptionKMS",
            reason="S3 and load balancers deliver access logs to buckets with S3-managed keys only.",
        )

    def accept(self, prefix: str) -> None:
        """Let S3 deliver the access logs of a bucket in another stack of the account.

        Where a bucket of another stack names this one, CDK would let S3 in on behalf of any account.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html

        Args:
            prefix: what the names of the logs begin with, with a slash at its end.
        """
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects(f"{prefix}*")],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
