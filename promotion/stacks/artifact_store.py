"""Where the pipeline keeps its artifacts and logs, and who may use them."""

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from promotion.stacks.acknowledge import acknowledge

_KEPT = cdk.Duration.days(90)


class ArtifactStore(Construct):
    """A bucket and a log group with one key of their own."""

    key: kms.Key
    bucket: s3.Bucket
    log_group: logs.LogGroup

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        region = cdk.Stack.of(self).region
        self.key = kms.Key(self, "Key", enable_key_rotation=True, description="Artifacts and logs of the promotion")
        self.key.grant_encrypt_decrypt(iam.ServicePrincipal(f"logs.{region}.amazonaws.com"))
        self.log_group = logs.LogGroup(self, "Logs", encryption_key=self.key, retention=logs.RetentionDays.ONE_YEAR)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,  # pyrefly: ignore[bad-argument-type]
            bucket_key_enabled=True,
            enforce_ssl=True,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=[s3.LifecycleRule(expiration=_KEPT, noncurrent_version_expiration=_KEPT)],
        )
        acknowledge(
            self.bucket,
            "AwsSolutions::AwsSolutions-S1",
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled",
            "HIPAA.Security::HIPAA.Security-S3BucketLoggingEnabled",
            "PCI.DSS.321::PCI.DSS.321-S3BucketLoggingEnabled",
            reason="Read and written by the pipeline alone, whose executions and builds are logged.",
        )
        acknowledge(
            self.bucket,
            "NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled",
            "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled",
            "PCI.DSS.321::PCI.DSS.321-S3BucketReplicationEnabled",
            reason="Artifacts are made again from the repository; nothing of value is lost with them.",
        )


def pipeline_policy(
    scope: Construct,
    *,
    role: iam.IRole,
    store: ArtifactStore,
    projects: list[codebuild.CfnProject],
    connection: str,
) -> iam.ManagedPolicy:
    """What the pipeline itself may do: read the repository, hand artifacts on, start its steps."""
    policy = iam.ManagedPolicy(
        scope,
        "PipelinePolicy",
        roles=[role],
        statements=[
            iam.PolicyStatement(actions=[f"{connection.split(':')[2]}:UseConnection"], resources=[connection]),
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                resources=[store.bucket.arn_for_objects("*")],
            ),
            iam.PolicyStatement(
                actions=["s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation"],
                resources=[store.bucket.bucket_arn],
            ),
            iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[store.key.key_arn]),
            iam.PolicyStatement(
                actions=["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
                resources=[project.attr_arn for project in projects],
            ),
        ],
    )
    bucket = store.bucket.node.default_child
    assert isinstance(bucket, s3.CfnBucket)
    acknowledge(
        policy,
        f"AwsSolutions::AwsSolutions-IAM5[Resource::<{cdk.Stack.of(scope).get_logical_id(bucket)}.Arn>/*]",
        reason="CodePipeline chooses the names of the artifacts; the bucket holds nothing else.",
    )
    return policy
