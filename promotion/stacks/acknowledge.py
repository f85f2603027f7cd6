"""States beside its cause why a finding of a check stands."""

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(cause: IConstruct, *ids: str, reason: str) -> None:
    """Acknowledge findings on a construct and all below it; ids name their pack (`AwsSolutions::AwsSolutions-S1`)."""
    cdk.Validations.of(cause).acknowledge(*[cdk.Acknowledgment(id=id, reason=reason) for id in ids])
