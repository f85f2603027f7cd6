"""One project with what it works with."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from groundwork.labeling.defect_use import BatchInference
from groundwork.labeling.project_settings import ProjectSettings, endpoint_name

LABEL_ATTRIBUTE = "anomaly-label"
MASK_ATTRIBUTE = "anomaly-mask-ref"
"""Names in every manifest, and of every labeling job. Those of a channel and of hyper-parameters follow from the
manifest that the check has written."""


@dataclass(frozen=True, kw_only=True)
class DefectPlan:
    """Prefixes are S3 URIs that end with a slash."""

    name: str
    """With the environment's: `prod-cookies`. What the workflow makes is named after it."""
    settings: ProjectSettings
    team: str | None
    """ARN of the work team."""
    bucket: s3.IBucket
    """Encrypted with `key`."""
    key: kms.IKey
    subnets: Sequence[ec2.ISubnet]
    security_group: ec2.ISecurityGroup
    """Of training, and of the model's containers."""

    @property
    def data_uri(self) -> str:
        return f"s3://{self.bucket.bucket_name}/"

    @property
    def endpoint(self) -> str:
        return endpoint_name(self.name)

    @property
    def batch(self) -> BatchInference | None:
        return self.settings.inference if isinstance(self.settings.inference, BatchInference) else None

    @property
    def pictures(self) -> dict[str, str | None]:
        """Prefixes outside of the bucket that the model sees pictures of, with the keys that encrypt them."""
        own: dict[str, str | None] = dict.fromkeys(self.settings.references, self.settings.key)
        return {**own, **({self.batch.images: self.batch.key} if self.batch else {})}
