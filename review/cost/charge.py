"""What one resource is charged for in a month, before prices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from review.assembly import Resource, Stack
from review.cost.price_list import HOURS_PER_MONTH, Item
from review.cost.usage import Usage
from review.stores import at


class Kind(StrEnum):
    """Whether it is charged without any traffic."""

    FIXED = "fixed"
    USAGE = "usage"


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A quantity of an item in a month, in the unit of its price."""

    what: str
    item: Item
    quantity: float
    kind: Kind = Kind.FIXED
    assumption: str = ""
    """The name of the assumption that the quantity rests on."""
    gpu_hours: float = 0
    pods: str = ""
    """The instance group, where pods run on it: partitions of its GPUs share the charge."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A resource with what its charges depend on."""

    resource: Resource
    stack: Stack
    usage: Usage

    def text(self, path: str, default: str = "") -> str:
        """The property at a dotted path as text; the first one, where a condition gives several."""
        return self.rendered(at(self.resource.properties, path)) or default

    def rendered(self, value: object) -> str:
        """A value as text."""
        return next(iter(self.stack.template.texts(value)), "") if value is not None else ""

    def number(self, path: str) -> float | None:
        """The property at a dotted path; None where there is none, or only a deployment knows it."""
        return self.as_number(at(self.resource.properties, path))

    def as_number(self, value: object) -> float | None:
        """A value as a number."""
        try:
            return float(self.rendered(value))
        except ValueError:
            return None

    def assumed(self, name: str, what: str, item: Item, *, times: float = 1) -> Charge:
        """A charge by use: an assumption of that name, so many times."""
        return Charge(what=what, item=item, quantity=self.usage.of(name) * times, kind=Kind.USAGE, assumption=name)


Rule = Callable[[Place], Iterator[Charge]]
"""The charges of one resource type."""


def hours(what: str, item: Item, count: float = 1) -> Charge:
    """Something that runs all month."""
    return Charge(what=what, item=item, quantity=count * HOURS_PER_MONTH)
