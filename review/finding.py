"""What every section reports, in one form: the page's table, the CSV and the SARIF are made from it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. Only an error that nobody acknowledged, or whose acknowledgment ended, fails a review."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Status(StrEnum):
    """Whether somebody accepted it."""

    OPEN = "open"
    EXPIRED = "expired"
    ACKNOWLEDGED = "acknowledged"


OWN_PACK = "Review"
"""The pack of what the review itself finds; the others are named as in the validation report."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule at one place.

    `stack` and `resource` (a logical id) name the resource, `path` the construct that leads to its source. `reason`,
    `owner` and `until` are the acknowledgment's, `acknowledged_at` its construct. `source` is a file with its line
    where the assembly was synthesized with stack traces, else empty.
    """

    pack: str
    rule: str
    message: str
    severity: Severity = Severity.ERROR
    status: Status = Status.OPEN
    fix: str = ""
    stack: str = ""
    resource: str = ""
    resource_type: str = ""
    path: str = ""
    property_path: str = ""
    reason: str = ""
    owner: str = ""
    until: date | None = None
    acknowledged_at: str = ""
    source: str = ""

    @property
    def id(self) -> str:
        """The id to acknowledge: pack and rule."""
        return f"{self.pack}::{self.rule}"

    @property
    def fails(self) -> bool:
        """True when this alone makes a review fail."""
        return self.status == Status.EXPIRED or (self.status == Status.OPEN and self.severity == Severity.ERROR)

    @property
    def order(self) -> tuple[bool, int, int, str, str, str]:
        """What fails the review first, then by status, severity and place."""
        return (
            not self.fails,
            list(Status).index(self.status),
            list(Severity).index(self.severity),
            self.stack,
            self.path or self.resource,
            self.rule,
        )
