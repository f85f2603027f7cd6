"""An endpoint of another stack, as far as a job has to do with it."""

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from groundwork.inference.endpoint_settings import EndpointSettings


@dataclass(frozen=True, kw_only=True)
class EndpointReference:
    """What is captured from it, and what a switch changes."""

    name: str
    """As InvokeEndpoint calls it."""
    settings: EndpointSettings
    role: iam.IRole
    """Of its model: reads the head."""
    stack_name: str
    logical_id: str
    """The endpoint's, in that stack."""
    data: str | None
    """Name of the bucket with its captures."""
    data_key: kms.IKey

    @property
    def log_group(self) -> str:
        """SageMaker's own name for it."""
        return f"/aws/sagemaker/Endpoints/{self.name}"
