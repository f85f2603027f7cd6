"""What an assembly costs a month: every charge with its price, and what has none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from review.assembly import Assembly, Resource, Stack
from review.cost.all_rules import RULES
from review.cost.charge import Charge, Kind, Place
from review.cost.free import free_by
from review.cost.partitions import Partition, partitions
from review.cost.price_list import PRICE_LIST, Item, Price, Prices
from review.cost.section_of import section_of
from review.cost.usage import Usage


@dataclass(frozen=True, kw_only=True)
class Line:
    """One charge of one resource with its price."""

    stack: str
    section: str
    region: str
    resource: Resource
    charge: Charge
    price: Price | None
    """None: the file has none. It is then listed, and in no sum."""

    @property
    def usd(self) -> float | None:
        """In a month."""
        return None if self.price is None else self.price.usd * self.charge.quantity


@dataclass(frozen=True, kw_only=True)
class Cost:
    """USD a month, and the hours of GPUs in it."""

    fixed: float
    usage: float
    gpu: float
    """The part of both that instances with GPUs cost."""
    gpu_hours: float

    @property
    def usd(self) -> float:
        """Both parts."""
        return self.fixed + self.usage


@dataclass(frozen=True, kw_only=True)
class Unpriced:
    """Something that is charged, or may be, and that has no price here: never counted as nothing."""

    type: str
    what: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A month of an assembly."""

    lines: tuple[Line, ...]
    unknown: Mapping[str, int]
    """How many resources of types that no rule and no list knows."""
    free: Mapping[str, str]
    """The source by type."""
    partitions: tuple[Partition, ...]
    usage: Usage

    @cached_property
    def total(self) -> Cost:
        """Of all lines with a price."""
        return _cost(self.lines)

    @cached_property
    def by_stack(self) -> Mapping[str, Cost]:
        """Stacks with a charge, in the order of the assembly."""
        return {name: _cost(self._of("stack", name)) for name in dict.fromkeys(line.stack for line in self.lines)}

    @cached_property
    def by_section(self) -> Mapping[str, Cost]:
        """By section of the environment file; `foundation` is in every environment."""
        return {name: _cost(self._of("section", name)) for name in dict.fromkeys(line.section for line in self.lines)}

    @cached_property
    def by_usd(self) -> tuple[Line, ...]:
        """What has no price, and then the dearest first."""
        return tuple(sorted(self.lines, key=lambda line: (line.usd is not None, -(line.usd or 0))))

    @cached_property
    def unpriced(self) -> tuple[Unpriced, ...]:
        """Types without any rule, and charges whose item has no price in the file."""
        items = [(line.resource.type, line.charge.item.name) for line in self.lines if line.price is None]
        missing = [Unpriced(type=t, what=what, count=items.count((t, what))) for t, what in dict.fromkeys(items)]
        whole = [Unpriced(type=t, what="no rule for the type", count=count) for t, count in self.unknown.items()]
        return (*missing, *whole)

    @cached_property
    def wanted(self) -> tuple[tuple[Item, str], ...]:
        """Every item with the Region that it is charged in."""
        return tuple(dict.fromkeys((line.charge.item, line.region) for line in self.lines))

    @cached_property
    def _prices(self) -> tuple[Price, ...]:
        """Those in the sums, each once."""
        return tuple({(line.price.item, line.price.region): line.price for line in self.lines if line.price}.values())

    @cached_property
    def _dates(self) -> tuple[date, ...]:
        return tuple(price.read for price in self._prices if price.read)

    @property
    def oldest(self) -> date | None:
        """The day of the oldest price that is in a sum."""
        return min(self._dates, default=None)

    @property
    def newest(self) -> date | None:
        """The day of the newest."""
        return max(self._dates, default=None)

    @cached_property
    def stand_ins(self) -> tuple[str, ...]:
        """Regions for which prices of us-east-1 stand in."""
        found = {
            line.region
            for line in self.lines
            if line.price and not line.charge.item.is_global and line.price.region != line.region
        }
        return tuple(sorted(found))

    @cached_property
    def second_hand(self) -> int:
        """How many of the prices in the sums nobody here read from AWS's price list."""
        return sum(price.basis != PRICE_LIST for price in self._prices)

    @cached_property
    def undated(self) -> int:
        """How many of the prices in the sums tell no day."""
        return sum(price.read is None for price in self._prices)

    def _of(self, field: str, name: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if getattr(line, field) == name)


def estimate(assembly: Assembly, prices: Prices, usage: Usage) -> Estimate:
    """The month of an assembly."""
    lines = tuple(line for stack in assembly.stacks for line in _lines(stack, prices, usage))
    charged = {(line.stack, line.resource.id) for line in lines}
    unknown: dict[str, int] = {}
    free: dict[str, str] = {}
    for resource in assembly.resources:
        if (resource.stack, resource.id) in charged:
            continue
        if source := free_by(resource.type):
            free[resource.type] = source
        elif resource.type not in RULES:
            unknown[resource.type] = unknown.get(resource.type, 0) + 1
    nodes = {
        (line.stack, line.charge.pods): (
            line.charge.item.usage.partition(":")[2],
            line.price.usd if line.price else None,
        )
        for line in lines
        if line.charge.pods
    }
    return Estimate(
        lines=lines,
        unknown=dict(sorted(unknown.items())),
        free=dict(sorted(free.items())),
        partitions=tuple(partitions(assembly, nodes)),
        usage=usage,
    )


def _lines(stack: Stack, prices: Prices, usage: Usage) -> Iterator[Line]:
    region = stack.template.region or ""
    for resource in stack.resources.values():
        rule = RULES.get(resource.type)
        for charge in rule(Place(resource=resource, stack=stack, usage=usage)) if rule else ():
            if charge.quantity:
                yield Line(
                    stack=stack.name,
                    section=section_of(stack),
                    region=region,
                    resource=resource,
                    charge=charge,
                    price=prices.of(charge.item, region),
                )


def _cost(lines: tuple[Line, ...]) -> Cost:
    return Cost(
        fixed=sum(line.usd or 0 for line in lines if line.charge.kind == Kind.FIXED),
        usage=sum(line.usd or 0 for line in lines if line.charge.kind == Kind.USAGE),
        gpu=sum(line.usd or 0 for line in lines if line.charge.gpu_hours),
        gpu_hours=sum(line.charge.gpu_hours for line in lines),
    )
