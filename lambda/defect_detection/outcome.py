"""How a step of the state machine ends: done, to be asked again, or failed; and what is a passing trouble of AWS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import exceptions
from botocore.exceptions import ClientError

MOST_TROUBLES = 30
"""So often in a row a step is asked again because AWS was busy."""
# Where the SDK's own retries were not enough. https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
_BUSY = frozenset(
    """
    Throttling ThrottlingException ThrottledException TooManyRequestsException RequestLimitExceeded SlowDown
    ServiceUnavailable ServiceUnavailableException InternalFailure InternalServerException InternalError
    """.split()
)
State = Mapping[str, Any]


class StepFailedError(Exception):
    """The work cannot go on; the text says why, to people."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a step has come to."""

    status: str
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of the execution's state; small, as all of it goes from step to step."""


def done(**changes: Any) -> Outcome:
    """The next step can begin."""
    return Outcome(status="done", changes=changes)


def again(**changes: Any) -> Outcome:
    """The same step is to be asked later."""
    return Outcome(status="again", changes=changes)


def run_step(step: Callable[[State], Outcome], state: State) -> dict[str, Any]:
    """The state after a step. What people have to hear of is `failed` with a `reason`; errors of this program and of
    its rights are raised."""
    kept = {key: value for key, value in state.items() if key != "status"}
    try:
        outcome = step(state)
    except StepFailedError as failure:
        return {**kept, "status": "failed", "reason": str(failure)}
    except (ClientError, exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        if isinstance(error, ClientError) and error_code(error) not in _BUSY:
            raise
        troubles = int(kept.get("troubles", 0)) + 1
        if troubles > MOST_TROUBLES:
            return {**kept, "status": "failed", "reason": f"AWS stayed busy: {error}"}
        return {**kept, "status": "again", "troubles": troubles}
    return {**kept, **outcome.changes, "status": outcome.status, "troubles": 0}


def error_code(error: Any) -> str:
    """The code of an error of AWS."""
    return str(error.response.get("Error", {}).get("Code", ""))
