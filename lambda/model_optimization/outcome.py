"""How a step of a state machine ends: done, to be asked again, or failed; and what is a passing trouble of AWS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import exceptions
from botocore.exceptions import ClientError

from capture_converter.store import StoreError

MOST_TROUBLES = 30
"""So often in a row a step is asked again because AWS was busy."""
# Where the SDK's own retries were not enough. https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
_BUSY = frozenset(
    """
    Throttling ThrottlingException ThrottledException TooManyRequestsException RequestLimitExceeded SlowDown
    ServiceUnavailable ServiceUnavailableException InternalFailure InternalServerException InternalError
    """.split()
)


class StepFailedError(Exception):
    """The work cannot go on; the text says why, to people."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a step has come to."""

    status: str
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of the execution's state; small, as all of it goes from step to step."""
    reason: str = ""
    """What people are told if it was asked once too often."""


def done(**changes: Any) -> Outcome:
    """The next step can begin."""
    return Outcome(status="done", changes=changes)


def again(reason: str, **changes: Any) -> Outcome:
    """The same step is to be asked later.

    Args:
        reason: what is still under way.
    """
    return Outcome(status="again", changes=changes, reason=reason)


State = Mapping[str, Any]


def run_step(step: Callable[[State], Outcome], state: State, *, most_looks: int | None = None) -> dict[str, Any]:
    """The state after a step. What people have to hear of is `failed` with a `reason`; errors of this program and of
    its rights are raised.

    Args:
        most_looks: so often the step may say `again`; None: as often as it likes.
    """
    kept = {key: value for key, value in state.items() if key not in ("status", "reason", "looks")}
    looks = int(state.get("looks", 0))
    try:
        outcome = step(state)
    except StepFailedError as failure:
        return {**kept, "status": "failed", "reason": str(failure)}
    except (StoreError, ClientError, exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        if not is_busy(error):
            if isinstance(error, StoreError):
                return {**kept, "status": "failed", "reason": str(error)}
            raise
        troubles = int(kept.get("troubles", 0)) + 1
        if troubles > MOST_TROUBLES:
            return {**kept, "status": "failed", "reason": f"AWS stayed busy: {error}"}
        return {**kept, "status": "again", "troubles": troubles, "looks": looks}
    after = {**kept, **outcome.changes, "status": outcome.status, "troubles": 0}
    if outcome.status != "again":
        return after
    if most_looks is not None and looks + 1 >= most_looks:
        return {**after, "status": "failed", "reason": f"{outcome.reason}, after {looks + 1} looks"}
    return {**after, "looks": looks + 1}


def is_busy(error: BaseException) -> bool:
    """Whether a later call may succeed as it is."""
    if isinstance(error, StoreError):
        return error.__cause__ is not None and is_busy(error.__cause__)
    if isinstance(error, ClientError):
        return error_code(error) in _BUSY
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)


def error_code(error: Any) -> str:
    """The code of an error of AWS."""
    return str(error.response.get("Error", {}).get("Code", ""))
