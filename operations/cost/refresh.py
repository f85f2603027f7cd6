"""Renews the file of prices from the AWS Price List."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from operations.cost.price_search import NoPriceError, find_price
from review.cost.price_list import GLOBAL, PRICE_LIST, Item, Price, Prices, write_prices

_SOURCE = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/{}/current/index.json"
"""Where the same list can be read as a file."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A price that was not found: the old one stays, where there was one."""

    item: Item
    region: str
    reason: str
    had_one: bool


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a run did."""

    found: int
    changed: tuple[tuple[Price, Price], ...]
    """Each old price with the new one, where USD differ."""
    kept: tuple[Kept, ...]


def refresh(
    prices: Prices,
    wanted: Iterable[tuple[Item, str]],
    client: Any,
    *,
    today: date,
    wait: Any = None,
    tell: Callable[[int, int, str], None] = lambda *_: None,
) -> Refreshed:
    """Ask for every price of the file, and for what else is wanted; write the file when all were asked.

    Args:
        wanted: items with their Regions, such as those of an estimate.
        tell: is called before each question, with how many are done, of how many, and what it is about.

    Raises:
        OperationError: AWS could not be asked. The file is then as it was.
    """
    old = {(price.item, price.region): price for price in prices.prices}
    asked = dict.fromkeys([*old, *((item, GLOBAL if item.is_global else region) for item, region in wanted)])
    fresh = dict(old)
    kept: list[Kept] = []
    changed: list[tuple[Price, Price]] = []
    for done, (item, region) in enumerate(asked):
        tell(done, len(asked), f"{item.name} in {region}")
        before = old.get((item, region))
        try:
            unit, usd = find_price(item, region, client, wait=wait)
        except NoPriceError as error:
            kept.append(Kept(item=item, region=region, reason=str(error), had_one=before is not None))
            continue
        fresh[item, region] = now = Price(
            service=item.service,
            usage=item.usage,
            where=dict(item.where),
            region=region,
            unit=unit,
            usd=usd,
            read=today,
            basis=PRICE_LIST,
            source=_SOURCE.format(item.service),
        )
        if before and before.usd != usd:
            changed.append((before, now))
    write_prices(Prices(prices=tuple(fresh.values()), file=prices.file))
    return Refreshed(found=len(asked) - len(kept), changed=tuple(changed), kept=tuple(kept))
