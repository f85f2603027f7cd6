"""What every bucket of the platform has in common."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.removal import removal_policy


def private_bucket(
    scope: Construct,
    construct_id: str,
    *,
    key: kms.IKey | None,
    keep: bool,
    lifecycle_rules: Sequence[s3.LifecycleRule],
    access_logs: s3.IBucket | None = None,
    access_logs_prefix: str | None = None,
) -> s3.Bucket:
    """A versioned bucket that nobody outside the account reaches and nobody reaches without TLS 1.2.

    Args:
        key: encrypts the objects; None: S3's own keys, for what a service delivers that cannot use another.
        keep: whether the objects outlive their stack. Otherwise they are deleted with it.
        lifecycle_rules: what happens to objects and old versions; parts of broken uploads always go after 7 days.
        access_logs: receives a record of each request.
        access_logs_prefix: where in it.
    """
    bucket = s3.Bucket(
        scope,
        construct_id,
        encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
        encryption_key=key,
        bucket_key_enabled=True if key else None,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        server_access_logs_bucket=access_logs,
        server_access_logs_prefix=access_logs_prefix,
        lifecycle_rules=[
            *lifecycle_rules,
            s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(7)),
        ],
        removal_policy=removal_policy(keep=keep),
        auto_delete_objects=not keep,
    )
    acknowledge(
        bucket,
        "NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled",
        "HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled",
        "PCI.DSS.321::PCI.DSS.321-S3BucketReplicationEnabled",
        reason="Data stays in the environment's Region. Versioning keeps what is overwritten or deleted.",
    )
    return bucket
