"""What went in, what came out, and what was dropped for which reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_NUMBERS = ("files", "bytes", "lines", "train", "validation")


@dataclass
class Tally:
    """Of one batch, or of all of them. `lines` is always `train + validation` and all that was dropped."""

    files: int = 0
    bytes: int = 0
    lines: int = 0
    train: int = 0
    validation: int = 0
    dropped: Counter[str] = field(default_factory=Counter[str])
    """Lines by `Reason`."""
    redacted: Counter[str] = field(default_factory=Counter[str])
    """Replacements by rule, also in lines that were dropped later on."""

    def add(self, other: "Tally") -> None:
        """Add another one."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.dropped.update(other.dropped)
        self.redacted.update(other.redacted)

    def as_json(self) -> dict[str, Any]:
        """As it stands in reports."""
        # Not asdict(): it rebuilds a Counter from pairs, which counts the pairs.
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {**numbers, "dropped": dict(self.dropped), "redacted": dict(self.redacted)}


def read_tally(given: Mapping[str, Any]) -> Tally:
    """The reverse of `Tally.as_json`."""
    numbers = {name: int(given[name]) for name in _NUMBERS}
    return Tally(**numbers, dropped=Counter(given["dropped"]), redacted=Counter(given["redacted"]))
