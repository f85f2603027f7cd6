"""Jobs of SageMaker by a name that is made from what they do: a repeat finds the one that runs or has ended.

SageMaker keeps the name of a job that failed: what is to be tried again gets the next number.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from model_optimization.outcome import StepFailedError, error_code

MOST_ATTEMPTS = 9
ENDED_BADLY = frozenset({"FAILED", "STOPPED"})
# Processing jobs say that there is none with a ValidationException, optimization jobs with one of their own.
_NO_SUCH_JOB = frozenset({"ResourceNotFound", "ResourceNotFoundException", "ValidationException"})


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
        StepFailedError: all of the attempts at exactly this have failed.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        numbered = name if attempt == 1 else f"{name}-{attempt}"
        found = find(numbered, kind)
        if found is None:
            _start(numbered, kind)
            return numbered
        if found not in ENDED_BADLY:
            return numbered
    raise StepFailedError(f"{name} has failed {MOST_ATTEMPTS} times: change what makes it fail, or delete its jobs")


def find(name: str, kind: JobKind) -> str | None:
    """The status in upper case; None: there is no such job."""
    try:
        return kind.status(name).upper()
    except Exception as error:
        if hasattr(error, "response") and error_code(error) in _NO_SUCH_JOB:
            return None
        raise


def _start(name: str, kind: JobKind) -> None:
    try:
        kind.start(name)
    except Exception as error:
        # Somebody else was faster, or this is a repeat of a call whose answer got lost.
        if hasattr(error, "response") and error_code(error) == "ResourceInUse":
            return
        raise
