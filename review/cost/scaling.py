"""Between how many copies something scales, as its stack's scalable targets say."""

from collections.abc import Iterator
from dataclasses import dataclass

from review.assembly import Resource
from review.cost.charge import Place
from rules.intrinsics import mapping, sequence


@dataclass(frozen=True, kw_only=True)
class Range:
    """The least and the most."""

    least: float
    most: float

    @classmethod
    def of(cls, count: float) -> "Range":
        """One that does not scale."""
        return cls(least=count, most=count)

    def __str__(self) -> str:
        return f"{self.least:g}" if self.least == self.most else f"{self.least:g} to {self.most:g}"


def range_of(place: Place, namespace: str, *, started: float | None) -> Range:
    """The range of a service or variant; what it starts with, where nothing scales it.

    The targets of the stack are taken, as a stack has one service or one endpoint. One that counts copies of a model
    and not instances is passed by.
    """
    counted = [
        target
        for target in _targets(place)
        if place.rendered(target.properties.get("ServiceNamespace")) == namespace
        and "inference-component" not in place.rendered(target.properties.get("ScalableDimension"))
    ]
    if not counted:
        return Range.of(1 if started is None else started)
    least = [place.as_number(target.properties.get("MinCapacity")) or 0 for target in counted]
    most = [bound for target in counted for bound in _most(place, target)]
    return Range(least=min(least), most=max(most))


def _targets(place: Place) -> Iterator[Resource]:
    kind = "AWS::ApplicationAutoScaling::ScalableTarget"
    return (resource for resource in place.stack.resources.values() if resource.type == kind)


def _most(place: Place, target: Resource) -> Iterator[float]:
    yield place.as_number(target.properties.get("MaxCapacity")) or 0
    for action in sequence(target.properties.get("ScheduledActions")):
        bounds = mapping(mapping(action).get("ScalableTargetAction"))
        yield place.as_number(bounds.get("MaxCapacity")) or 0
