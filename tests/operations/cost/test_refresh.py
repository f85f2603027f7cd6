"""Prices are read from the AWS Price List, and a failure leaves the file as it was."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_none

from operations.cost.refresh import Refreshed, refresh
from operations.errors import OperationError
from review.cost.price_list import GLOBAL, PRICE_LIST, Item, Price, Prices, read_prices, write_prices
from tests.operations.cost.price_list import asked_for, page, product
from tests.operations.doctor.aws import DENIED, Answer, FakeAws, Refused

TODAY = date(2026, 11, 23)
HOURS, BYTES = "NatGateway-Hours", "NatGateway-Bytes"
NODE = Item(service="AmazonElastiCache", usage="NodeUsage:cache.t4g.small", where=(("cacheEngine", "Valkey"),))


def old(usage: str, usd: float = 0.045) -> Price:
    return Price(
        service="AmazonEC2",
        usage=usage,
        region="us-east-1",
        unit="Hrs",
        usd=usd,
        read=date(2024, 7, 1),
        basis="public cost model",
        source="https://aws.amazon.com/vpc/pricing/",
    )


@pytest.fixture
def prices(tmp_path: Path) -> Prices:
    known = Prices(prices=(old(BYTES), old(HOURS)), file=tmp_path / "prices.json")
    write_prices(known)
    return known


def run(prices: Prices, answer: Any, *wanted: tuple[Item, str]) -> tuple[Refreshed, FakeAws]:
    aws = FakeAws({"pricing:GetProducts": answer})
    client = aws.client("pricing", "us-east-1")
    return refresh(prices, wanted, client, today=TODAY, wait=wait_none()), aws


def each(params: dict[str, Any]) -> Answer:
    """A product for whatever is asked for."""
    return page(product("USE1-" + asked_for(params)["usagetype"], "0.0500000000"))


def test_a_price_is_renewed_with_its_day_and_origin(prices: Prices) -> None:
    done, _ = run(prices, each)
    now = read_prices(prices.file).prices
    assert [(p.usd, p.read, p.basis) for p in now] == [(0.05, TODAY, PRICE_LIST)] * 2
    assert (done.found, len(done.changed), done.kept) == (2, 2, ())


def test_what_an_estimate_wants_is_read_too_in_its_region(prices: Prices) -> None:
    _, aws = run(prices, each, (NODE, "eu-west-1"))
    asked = asked_for(aws.calls[-1][1])
    assert asked == {"usagetype": NODE.usage, "cacheEngine": "Valkey", "regionCode": "eu-west-1"}
    assert read_prices(prices.file).of(NODE, "eu-west-1")


def test_a_service_with_one_price_everywhere_is_asked_without_a_region(prices: Prices) -> None:
    zone = Item(service="AmazonRoute53", usage="HostedZone", is_global=True)
    _, aws = run(prices, each, (zone, "eu-west-1"), (zone, "us-east-1"))
    assert [asked_for(p) for _, p, _ in aws.calls[2:]] == [{"usagetype": "HostedZone"}]
    found = read_prices(prices.file).of(zone, "ca-central-1")
    assert found
    assert found.region == GLOBAL


def test_another_product_whose_name_only_ends_alike_is_not_taken(prices: Prices) -> None:
    def answer(params: dict[str, Any]) -> Answer:
        usage = asked_for(params)["usagetype"]
        others = (f"USE1-Regional{usage}", f"{usage}-Trial", f"Lambda-Edge-{usage}")
        return page(*(product(other, "9") for other in others), product(usage, "0.045"))

    done, _ = run(prices, answer)
    assert done.changed == done.kept == ()


@pytest.mark.parametrize("prefix", ["", "USE1-", "EU-", "EUC1-", "us-east-1-"])
def test_the_prefix_of_a_region_is_passed_over(prices: Prices, prefix: str) -> None:
    done, _ = run(prices, lambda params: page(product(prefix + asked_for(params)["usagetype"], "0.05")))
    assert done.found == 2


def test_the_first_tier_is_the_price(prices: Prices) -> None:
    def tiered(params: dict[str, Any]) -> Answer:
        return page(product(asked_for(params)["usagetype"], "0.05", tiers=("0", "1024")))

    run(prices, tiered)
    assert {p.usd for p in read_prices(prices.file).prices} == {0.05}


def test_every_page_of_an_answer_is_read(prices: Prices) -> None:
    def paged(params: dict[str, Any]) -> Answer:
        usage = asked_for(params)["usagetype"]
        return page(product(usage, "0.05")) if "NextToken" in params else page(product("Other", "1"), token="2")

    done, aws = run(prices, paged)
    assert (done.found, len(aws.calls)) == (2, 4)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(), "the price list has none"),
        (page(product(HOURS, "0")), "the price list has none"),
        (page(product(HOURS, "0.05"), product(HOURS, "0.06", sku="B")), "several: 0.05 a Hrs, 0.06 a Hrs"),
    ],
)
def test_a_price_that_is_not_found_stays_and_is_told(prices: Prices, answer: Answer, reason: str) -> None:
    def some(params: dict[str, Any]) -> Answer:
        return answer if asked_for(params)["usagetype"] == HOURS else each(params)

    done, _ = run(prices, some)
    assert [(k.item.usage, k.had_one, reason in k.reason) for k in done.kept] == [(HOURS, True, True)]
    assert {p.usage: (p.usd, p.read) for p in read_prices(prices.file).prices} == {
        HOURS: (0.045, date(2024, 7, 1)),
        BYTES: (0.05, TODAY),
    }


def test_throttling_is_waited_for(prices: Prices) -> None:
    failures = [Refused("ThrottlingException"), Refused("InternalErrorException", status=500)]

    def sometimes(params: dict[str, Any]) -> Answer:
        if failures:
            raise failures.pop()
        return each(params)

    done, aws = run(prices, sometimes)
    assert (done.found, len(aws.calls)) == (2, 4)


@pytest.mark.parametrize(
    ("failure", "words", "calls"),
    [
        (DENIED, "It needs pricing:GetProducts", 2),
        (Refused("ThrottlingException"), "throttles, or fails, for too long", 7),
        (Refused("ExpiredTokenException", "ended"), "ended", 2),
    ],
)
def test_a_failure_on_the_way_leaves_the_file_as_it_was(
    prices: Prices, failure: Refused, words: str, calls: int
) -> None:
    before = prices.file.read_bytes()

    def first_only(params: dict[str, Any]) -> Answer:
        if asked_for(params)["usagetype"] == BYTES:
            return each(params)
        raise failure

    aws = FakeAws({"pricing:GetProducts": first_only})
    with pytest.raises(OperationError, match=words):
        refresh(prices, (), aws.client("pricing", "us-east-1"), today=TODAY, wait=wait_none())
    assert prices.file.read_bytes() == before
    assert [file.name for file in prices.file.parent.iterdir()] == [prices.file.name]
    assert len(aws.calls) == calls
