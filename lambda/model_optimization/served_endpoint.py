"""What an endpoint serves now."""

from dataclasses import dataclass
from typing import Any

from model_optimization.outcome import StepFailedError

_UNDER_WAY = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})
_MIXED = "UpdateRollbackFailed"
"""It serves with old and new instances, and can be updated
(https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html)."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """An endpoint that works."""

    name: str
    config: str
    """The configuration that it serves; while an update runs, that from before it."""
    pending: str | None
    """The one that it is being updated to, where SageMaker says that."""
    free: bool
    """Whether nothing is under way."""
    mixed: bool
    """Whether old and new instances serve, as an update could neither be finished nor turned back."""
    instances: int
    reason: str | None
    """Why something failed, in SageMaker's words."""


def look(sagemaker: Any, endpoint: str, *, may_be_mixed: bool = False) -> Served:
    """Look at an endpoint.

    Args:
        may_be_mixed: whether one is wanted, too, whose update could neither be finished nor turned back.

    Raises:
        StepFailedError: it is broken.
    """
    found = sagemaker.describe_endpoint(EndpointName=endpoint)
    status, reason = found["EndpointStatus"], found.get("FailureReason")
    works = status in _UNDER_WAY or status == "InService" or (may_be_mixed and status == _MIXED)
    if not works:
        raise StepFailedError(f"the endpoint {endpoint} is {status}: {reason or 'SageMaker gives no reason'}")
    variants = found.get("ProductionVariants", [])
    return Served(
        name=endpoint,
        config=found["EndpointConfigName"],
        pending=found.get("PendingDeploymentSummary", {}).get("EndpointConfigName"),
        free=status not in _UNDER_WAY,
        mixed=status == _MIXED,
        instances=sum(int(each.get("CurrentInstanceCount", 1)) for each in variants) or 1,
        reason=reason,
    )
