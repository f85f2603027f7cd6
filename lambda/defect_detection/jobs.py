"""Jobs of SageMaker by a name that is made from what they do: a repeat finds the one that runs or has ended.

SageMaker keeps the name of a job that failed: what is to be tried again gets the next number.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from defect_detection.outcome import StepFailedError, error_code

MOST_ATTEMPTS = 9
_Found = TypeVar("_Found")
_ENDED_BADLY = frozenset({"Failed", "Stopped"})
ABSENT = frozenset({"ResourceNotFound", "ValidationException"})
"""What the API says of a thing that is not there; models, endpoints and some jobs have no error of their own for it."""


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """How jobs of a kind are started and looked at."""

    start: Callable[[str], object]
    """By name."""
    status: Callable[[str], str]
    """By name."""


def content_name(prefix: str, content: Any) -> str:
    """`prefix-` and ten digits that are the same for the same content."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{prefix}-{digest[:10]}"


def find_or_start(name: str, kind: JobKind) -> str:
    """The name of the job that runs, has ended well, or has been started now.

    Raises:
        StepFailedError: an account limit is reached, or all of the attempts at exactly this have failed.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        numbered = name if attempt == 1 else f"{name}-{attempt}"
        status = found(lambda numbered=numbered: kind.status(numbered))
        if status is None:
            _start(numbered, kind)
            return numbered
        if status not in _ENDED_BADLY:
            return numbered
    raise StepFailedError(f"{name} has failed {MOST_ATTEMPTS} times: change what makes it fail")


def found(call: Callable[[], _Found]) -> _Found | None:
    """What a call answers; None: what it is about is not there."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) in ABSENT:
            return None
        raise


def limit_reached(error: Any) -> StepFailedError:
    """What people are told of a `ResourceLimitExceeded`."""
    return StepFailedError(f"a quota of the account is reached: {error}")


def _start(name: str, kind: JobKind) -> None:
    try:
        kind.start(name)
    except ClientError as error:
        if error_code(error) == "ResourceLimitExceeded":
            raise limit_reached(error) from None
        # Otherwise somebody else was faster, or this is a repeat of a call whose answer got lost.
        if error_code(error) != "ResourceInUse":
            raise
