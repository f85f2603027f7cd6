"""A record of every call to a model, for as long as the environment file says."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.private_bucket import private_bucket
from groundwork.provider_logs import own_provider_logs

ACCESS_LOGS_PREFIX = "gateway-archive/"
PREFIX = "gateway"
"""Where LiteLLM writes, by the configuration's `s3_path`."""


class Archive(Construct):
    """A bucket that LiteLLM writes a file to for each call, by team and day. It holds no prompts unless asked for."""

    bucket: s3.Bucket
    writers: iam.ManagedPolicy
    """For the role that adds records."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        days: int,
        key: kms.IKey,
        operations_key: kms.IKey,
        access_logs: s3.IBucket,
        keep: bool,
    ) -> None:
        """
        Args:
            days: after which a record expires.
            key: encrypts the records.
            operations_key: encrypts the log of what empties the bucket when nothing is kept.
            access_logs: receives a record of each request; S3 must be let in below `ACCESS_LOGS_PREFIX`.
            keep: whether the records outlive their stack.
        """
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            key=key,
            keep=keep,
            access_logs=s3.Bucket.from_bucket_name(self, "AccessLogs", access_logs.bucket_name),
            access_logs_prefix=ACCESS_LOGS_PREFIX,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=cdk.Duration.days(days), noncurrent_version_expiration=cdk.Duration.days(7))
            ],
        )
        cdk.Annotations.of(self.bucket).acknowledge_warning(
            "@aws-cdk/aws-s3:accessLogsPolicyNotAdded", "the bucket of the logs accepts them: `AccessLogBucket.accept`"
        )
        if not keep:
            own_provider_logs(self, resource_type="Custom::S3AutoDeleteObjects", key=operations_key)
        # Not grants: those would enter the role into the key's policy, and make this stack wait for the role's.
        self.writers = iam.ManagedPolicy(
            self,
            "Writers",
            description="Add records to the archive of the gateway, and read none",
            statements=[
                iam.PolicyStatement(actions=["s3:PutObject"], resources=[self.bucket.arn_for_objects(f"{PREFIX}/*")]),
                iam.PolicyStatement(
                    actions=["kms:GenerateDataKey", "kms:Decrypt"],
                    resources=[key.key_arn],
                    conditions={"StringEquals": {"kms:ViaService": f"s3.{cdk.Stack.of(self).region}.amazonaws.com"}},
                ),
            ],
        )
        name = cdk.Stack.of(self).get_logical_id(cast("cdk.CfnElement", self.bucket.node.default_child))
        acknowledge(
            self.writers,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::<{name}.Arn>/{PREFIX}/*]",
            reason="Each record is a new object; only adding is allowed, and only there.",
        )
