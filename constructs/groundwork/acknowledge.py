"""States beside its cause why a finding of a check stands."""

import re
from datetime import date

import aws_cdk as cdk
from constructs import IConstruct

_OWNER = re.compile(r"[^();]+")


def acknowledge(cause: IConstruct, *ids: str, reason: str, owner: str | None = None, until: date | None = None) -> None:
    """Acknowledge findings on a construct and all below it.

    Args:
        cause: the narrowest construct that the findings are about.
        ids: finding ids with their namespace, one finding each (`AwsSolutions::AwsSolutions-S1`). Without the namespace
            a finding would vanish from the report instead of being listed there as acknowledged.
        reason: what makes the finding harmless here, naming the control that stands in its place.
        owner: who answers for it, such as a mailbox. None: whom the stack's tag `owner` names.
        until: the last day on which it holds; from the next one on it fails a review. None: until its cause goes.

    Raises:
        ValueError: an id has no namespace, or an owner cannot be written into a reason.
    """
    missing = [id for id in ids if "::" not in id]
    if missing:
        raise ValueError(f"finding ids {missing} have no namespace such as `AwsSolutions::`")
    if owner is not None and not _OWNER.fullmatch(owner.strip()):
        raise ValueError(f"owner {owner!r} is empty or has one of ( ) ;")
    # The CDK keeps an id and a reason, and nothing else; docs/review.md says how these are read.
    clauses = [f"owner: {owner.strip()}"] if owner else []
    clauses += [f"until: {until.isoformat()}"] if until else []
    said = f"{reason} ({'; '.join(clauses)})" if clauses else reason
    cdk.Validations.of(cause).acknowledge(*[cdk.Acknowledgment(id=id, reason=said) for id in ids])
