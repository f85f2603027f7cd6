"""Where heads, measurements and converted captures lie."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.private_bucket import private_bucket

_OLD = cdk.Duration.days(30)


def results_bucket(
    scope: Construct, *, key: kms.Key, keep: bool, access_logs: s3.IBucket, readers: Sequence[iam.IRole]
) -> s3.Bucket:
    """Heads and measurements, for the jobs of the stack that the bucket is in.

    Args:
        readers: roles of other stacks that serve heads. They get their right here, by the policies of bucket and key:
            their own stacks know nothing of it.
    """
    bucket = private_bucket(
        scope,
        "Results",
        key=key,
        keep=keep,
        lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=_OLD, expired_object_delete_marker=True)],
        access_logs=access_logs,
        access_logs_prefix="optimization/results/",
    )
    principals = [iam.ArnPrincipal(role.role_arn) for role in readers]
    if principals:
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ListHeads", principals=principals, actions=["s3:ListBucket"], resources=[bucket.bucket_arn]
            )
        )
        heads = bucket.arn_for_objects("*/draft/*")
        bucket.add_to_resource_policy(
            iam.PolicyStatement(sid="ReadHeads", principals=principals, actions=["s3:GetObject"], resources=[heads])
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(sid="DecryptHeads", principals=principals, actions=["kms:Decrypt"], resources=["*"])
        )
    return bucket


def training_data_bucket(
    scope: Construct, *, keep: bool, access_logs: s3.IBucket, retention_days: Mapping[str, int]
) -> s3.Bucket:
    """Converted captures: what people typed, for as long as each job says. What was converted is remembered without
    end, by digests below `state/`: otherwise deleted examples would come back, or the next run find a gap.

    Args:
        retention_days: by the job's name, below which its data lies.
    """
    bucket = private_bucket(
        scope,
        "TrainingData",
        key=None,
        keep=keep,
        lifecycle_rules=[
            s3.LifecycleRule(
                prefix=f"{name}/",
                expiration=cdk.Duration.days(days),
                noncurrent_version_expiration=cdk.Duration.days(1),
            )
            for name, days in sorted(retention_days.items())
        ],
        access_logs=access_logs,
        access_logs_prefix="optimization/training-data/",
    )
    acknowledge(
        bucket,
        "NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS",
        "HIPAA.Security::HIPAA.Security-S3DefaultEncryptionKMS",
        "PCI.DSS.321::PCI.DSS.321-S3DefaultEncryptionKMS",
        reason="An EAGLE job takes captured data only unencrypted, and whether a key of KMS on the bucket counts as "
        "encrypted is not documented. S3's own key encrypts it, the rules of redaction have been applied, and it is "
        "deleted after the days that the environment file says.",
    )
    return bucket
