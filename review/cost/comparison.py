"""What gets more expensive, and what cheaper, against the estimate of another assembly."""

from collections.abc import Mapping
from dataclasses import dataclass

from review.assembly import Resource
from review.cost.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource whose month changes. A side without it costs nothing there."""

    resource: Resource
    before: float
    after: float

    @property
    def usd(self) -> float:
        """More is positive."""
        return self.after - self.before


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two estimates by the same prices and assumptions."""

    before: Estimate
    after: Estimate
    changes: tuple[Change, ...]
    """The largest rise first."""

    @property
    def usd(self) -> float:
        """Of the whole month; more is positive."""
        return self.after.total.usd - self.before.total.usd


_CENT = 0.005


def compare(before: Estimate, after: Estimate) -> Comparison:
    """By stack and logical id: a resource that gets another one is a fall and a rise."""
    old, new = _by_resource(before), _by_resource(after)
    changes = [
        Change(resource=(new.get(key) or old[key])[0], before=_usd(old, key), after=_usd(new, key))
        for key in dict.fromkeys([*new, *old])
    ]
    changed = sorted((c for c in changes if abs(c.usd) >= _CENT), key=lambda c: (-c.usd, c.resource.name))
    return Comparison(before=before, after=after, changes=tuple(changed))


_Key = tuple[str, str]


def _by_resource(estimate: Estimate) -> Mapping[_Key, tuple[Resource, float]]:
    found: dict[_Key, tuple[Resource, float]] = {}
    for line in estimate.lines:
        key = (line.stack, line.resource.id)
        found[key] = (line.resource, found.get(key, (line.resource, 0.0))[1] + (line.usd or 0))
    return found


def _usd(known: Mapping[_Key, tuple[Resource, float]], key: _Key) -> float:
    return known[key][1] if key in known else 0
