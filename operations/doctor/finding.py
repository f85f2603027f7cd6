"""What one look at one thing gave."""

from dataclasses import asdict, dataclass
from typing import Literal

Verdict = Literal["ok", "warn", "fail", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at, and what to do about it."""

    subject: str
    """The field of the environment file, or what it stands for."""
    verdict: Verdict
    """`fail`: a deployment, or the first use, will fail. `unknown`: it could not be looked at; never a pass."""
    reason: str
    """What was seen, in one sentence."""
    remedy: str = ""
    """What to do: a command, an action to grant, a value to change."""
    check: str = ""
    """The name of the check; its runner sets it."""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def ok(subject: str, reason: str) -> Finding:
    return Finding(subject=subject, verdict="ok", reason=reason)


def warn(subject: str, reason: str, remedy: str = "") -> Finding:
    return Finding(subject=subject, verdict="warn", reason=reason, remedy=remedy)


def fail(subject: str, reason: str, remedy: str = "") -> Finding:
    return Finding(subject=subject, verdict="fail", reason=reason, remedy=remedy)


def unknown(subject: str, reason: str, remedy: str = "") -> Finding:
    return Finding(subject=subject, verdict="unknown", reason=reason, remedy=remedy)
