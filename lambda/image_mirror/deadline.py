"""How long one call of the function may still work."""

from collections.abc import Callable
from dataclasses import dataclass


class OutOfTimeError(Exception):
    """The call must end now; the next one goes on from what is there."""


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Ends the work while there is time to answer."""

    remaining_milliseconds: Callable[[], int]
    """Until Lambda ends the call."""
    reserve_seconds: int = 120
    """Kept free: the longest that one step, a request with its time-outs, may take after it was allowed to begin."""

    def check(self) -> None:
        """
        Raises:
            OutOfTimeError: there is no time for another step.
        """
        if self.remaining_milliseconds() < self.reserve_seconds * 1000:
            raise OutOfTimeError
