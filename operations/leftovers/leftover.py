"""What one look found, or could not look at."""

from dataclasses import dataclass
from typing import Literal

State = Literal["forgotten", "kept"]


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """Something of the environment that is still there."""

    kind: str
    id: str
    region: str
    why: str
    """How it is known to be the environment's."""
    command: str
    """Deletes it, for good."""
    state: State = "forgotten"
    """`kept`: `keep_data` means it to stay. `forgotten`: nobody meant it to."""
    usd_per_month: float | None = None
    """By list prices; None where only use, or nothing here, tells."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """Something that could not be looked at: never taken for nothing."""

    look: str
    region: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Stands:
    """A stack of the environment that was not destroyed. What is its own is no leftover."""

    name: str
    region: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """All of it."""

    leftovers: tuple[Leftover, ...]
    unseen: tuple[Unseen, ...]
    stands: tuple[Stands, ...]

    def of(self, state: State) -> tuple[Leftover, ...]:
        """Those that are meant to stay, or those that are not."""
        return tuple(leftover for leftover in self.leftovers if leftover.state == state)
