"""The scripts that a node runs before it joins the cluster."""

import hashlib
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.cluster.fabric_settings import LEAST_HUGEPAGES_MIB
from groundwork.job import Job
from groundwork.private_bucket import private_bucket
from groundwork.provider_logs import own_provider_logs

FOLDER = Path(__file__).parent / "lifecycle"
ENTRY = "on_create.sh"
SETTINGS = "settings.sh"
LUSTRE_EFA_ENTRY = "on_create_lustre_efa.sh"
"""Of groups that reach FSx for Lustre by EFA: their nodes do not join without it."""


class LifecycleScripts(Construct):
    """A bucket with the scripts, below a prefix that is the hash of their content: nodes of a running cluster keep
    theirs until a deployment has uploaded the next. A cluster depends on this construct, or its nodes find nothing.

    The upload is a function of our own. CDK's asset is one object under another name, and HyperPod copies all that lies
    below a prefix; CDK's `BucketDeployment` may do everything to the whole bucket.
    """

    bucket: s3.Bucket
    uri: str
    """What HyperPod copies to each node."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        operations_key: kms.IKey,
        access_logs: s3.IBucket,
        keep: bool,
        hugepages_mib: int = LEAST_HUGEPAGES_MIB,
    ) -> None:
        """
        Args:
            key: encrypts the scripts.
            operations_key: encrypts the logs of the upload; its policy must let CloudWatch Logs use it.
            access_logs: receives a record of each request.
            keep: whether the bucket outlives its stack.
            hugepages_mib: what a node with EFA reserves when it is made, in MiB.
        """
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            key=key,
            keep=keep,
            lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=cdk.Duration.days(90))],
            access_logs=access_logs,
            access_logs_prefix="lifecycle-scripts/",
        )
        if not keep:
            own_provider_logs(self, resource_type="Custom::S3AutoDeleteObjects", key=operations_key)
        scripts = lifecycle_scripts(hugepages_mib=hugepages_mib)
        prefix = scripts_hash(scripts)
        self.uri = f"s3://{self.bucket.bucket_name}/{prefix}"
        upload = Job(
            self,
            "Upload",
            folder="lifecycle_scripts",
            resource_type="Custom::LifecycleScripts",
            properties={"Bucket": self.bucket.bucket_name, "Prefix": prefix, "Scripts": scripts},
            on_event=[
                iam.PolicyStatement(
                    sid="PutScripts", actions=["s3:PutObject"], resources=[self.bucket.arn_for_objects("*")]
                ),
                iam.PolicyStatement(sid="Encrypt", actions=["kms:GenerateDataKey"], resources=[key.key_arn]),
            ],
            timeout=cdk.Duration.minutes(5),
            operations_key=operations_key,
        )
        bucket = cdk.Stack.of(self).get_logical_id(self.bucket.node.default_child)
        acknowledge(
            upload,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::<{bucket}.Arn>/*]",
            reason="The bucket holds the life-cycle scripts alone; each version of them has a prefix of its own.",
        )


def lifecycle_scripts(*, hugepages_mib: int = LEAST_HUGEPAGES_MIB) -> dict[str, str]:
    """The scripts by name, with what the environment file says of nodes in a file of its own."""
    scripts = {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.sh"))}
    return {**scripts, SETTINGS: f"hugepages_mib={hugepages_mib}\n"}


def scripts_hash(scripts: dict[str, str]) -> str:
    """Changes with the scripts, their names and nothing else."""
    content = "\0".join(f"{name}\0{text}" for name, text in sorted(scripts.items()))
    return hashlib.sha256(content.encode()).hexdigest()[:16]
