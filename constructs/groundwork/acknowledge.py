"""States beside its cause why a finding of a check stands."""

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(cause: IConstruct, *ids: str, reason: str) -> None:
    """Acknowledge findings on a construct and all below it.

    Args:
        cause: the narrowest construct that the findings are about.
        ids: finding ids with their namespace, one finding each (`AwsSolutions::AwsSolutions-S1`). Without the namespace
            a finding would vanish from the report instead of being listed there as acknowledged.
        reason: what makes the finding harmless here, naming the control that stands in its place.
    """
    missing = [id for id in ids if "::" not in id]
    if missing:
        raise ValueError(f"finding ids {missing} have no namespace such as `AwsSolutions::`")
    cdk.Validations.of(cause).acknowledge(*[cdk.Acknowledgment(id=id, reason=reason) for id in ids])
