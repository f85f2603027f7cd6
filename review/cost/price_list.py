"""List prices: one dated file, which `python -m operations cost --refresh-prices` renews from the AWS Price List."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from review.errors import ReviewError

FILE = Path(__file__).with_name("prices.json")
HOURS_PER_MONTH = 730
"""AWS's own convention for a month: https://docs.aws.amazon.com/pricing-calculator/latest/userguide/what-is-pricing-calculator.html"""
HOME_REGION = "us-east-1"
"""Whose prices stand in where a Region's own are not in the file."""
GLOBAL = "global"
"""The Region of services that have one price everywhere, or one for each edge."""
PRICE_LIST = "AWS Price List"


@dataclass(frozen=True, kw_only=True)
class Item:
    """What AWS charges for, as its price list names it."""

    service: str
    """The service code, such as AmazonEC2."""
    usage: str
    """The usage type without the prefix of a Region: NatGateway-Hours, and not CAN1-NatGateway-Hours."""
    where: tuple[tuple[str, str], ...] = ()
    """Attributes that tell products of one usage type apart."""
    is_global: bool = False

    @property
    def name(self) -> str:
        """For people."""
        more = "".join(f", {value}" for _, value in self.where)
        return f"{self.service} {self.usage}{more}"


class Price(BaseModel):
    """One price of the file: USD for one `unit` of an item in a Region."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    usage: str
    where: dict[str, str] = {}
    region: str
    unit: str
    usd: float
    read: date | None = None
    """When it was read from AWS, by whoever read it; None where that is not told."""
    basis: str
    """`AWS Price List`, or who else states it."""
    source: str
    """A URL."""

    @property
    def item(self) -> Item:
        """What it is the price of."""
        where = tuple(sorted(self.where.items()))
        return Item(service=self.service, usage=self.usage, where=where, is_global=self.region == GLOBAL)

    @property
    def decimals(self) -> str:
        """USD for people: a call costs 0.0000002, and not 2e-07."""
        return f"{self.usd:.12f}".rstrip("0").rstrip(".")


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    prices: tuple[Price, ...]


@dataclass(frozen=True, kw_only=True)
class Prices:
    """All prices of the file."""

    prices: tuple[Price, ...]
    file: Path = field(default=FILE)

    @cached_property
    def _known(self) -> Mapping[tuple[Item, str], Price]:
        return {(price.item, price.region): price for price in self.prices}

    def of(self, item: Item, region: str | None) -> Price | None:
        """The price in a Region, else that of us-east-1, else None: nothing is guessed."""
        wanted = GLOBAL if item.is_global else region or HOME_REGION
        return self._known.get((item, wanted)) or self._known.get((item, HOME_REGION))


def read_prices(file: Path = FILE) -> Prices:
    """Read a file of prices. Raises ReviewError where it cannot be read, with the field and what is wrong."""
    try:
        read = _File.model_validate_json(file.read_text("utf-8"))
    except OSError as error:
        raise ReviewError(f"{file} cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        wrong = (f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise ReviewError("\n".join([f"{file} is no file of prices:", *wrong])) from None
    return Prices(prices=read.prices, file=file)


def write_prices(prices: Prices) -> None:
    """Write the file, one price a line and in one order, in one step: a run that is broken off leaves the old file."""
    ordered = sorted(prices.prices, key=lambda p: (p.service, p.usage, sorted(p.where.items()), p.region))
    lines = ",\n".join("  " + json.dumps(price.model_dump(mode="json", exclude_defaults=True)) for price in ordered)
    fresh = prices.file.with_suffix(".new")
    fresh.write_text(f'{{"prices": [\n{lines}\n]}}\n', "utf-8")
    fresh.replace(prices.file)
