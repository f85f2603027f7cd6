"""How charges become a month: sums, prices of other Regions, what has no price, and what costs nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from review.cost.all_rules import RULES
from review.cost.comparison import compare
from review.cost.estimate import estimate
from review.cost.free import FREE
from review.cost.month import month
from review.cost.notes import notes
from review.cost.price_list import Item, Price, Prices, read_prices, write_prices
from review.cost.usage import Usage
from review.errors import ReviewError
from tests.review.assembly_on_disk import resource
from tests.review.cost.month_of import PRICES, assembly_of, month_of

KEY = resource("AWS::KMS::Key")
NAT = resource("AWS::EC2::NatGateway")


def test_a_type_that_nobody_knows_is_listed_and_not_counted_as_nothing(tmp_path: Path) -> None:
    found = month_of(tmp_path, {"Key": KEY, "It": resource("AWS::Bedrock::Guardrail")})
    assert [(u.type, u.count) for u in found.unpriced] == [("AWS::Bedrock::Guardrail", 1)]
    assert "No price here, and so in no sum: 1 (they are listed)." in notes(found)


def test_what_has_no_price_comes_before_the_dearest(tmp_path: Path) -> None:
    group = {"InstanceGroupName": "a", "InstanceType": "ml.p6-b300.48xlarge", "InstanceCount": 1}
    nodes = resource("AWS::SageMaker::Cluster", InstanceGroups=[group])
    found = month_of(tmp_path, {"Key": KEY, "Nat": NAT, "Nodes": nodes})
    assert [line.resource.id for line in found.by_usd] == ["Nodes", "Nat", "Nat", "Key", "Key"]


def test_a_price_is_written_without_powers_of_ten() -> None:
    (calls,) = [price for price in PRICES.prices if (price.service, price.usage) == ("AWSLambda", "Request")]
    assert calls.decimals == "0.0000002"


def test_an_instance_type_without_a_price_is_listed_with_its_item(tmp_path: Path) -> None:
    group = {"InstanceGroupName": "a", "InstanceType": "ml.p6-b300.48xlarge", "InstanceCount": 1}
    found = month_of(tmp_path, {"It": resource("AWS::SageMaker::Cluster", InstanceGroups=[group])})
    assert [u.what for u in found.unpriced] == ["AmazonSageMaker Cluster:ml.p6-b300.48xlarge"]
    assert (found.total.usd, found.total.gpu_hours) == (0, 8 * 730)


def test_a_type_that_costs_nothing_is_listed_with_who_says_so(tmp_path: Path) -> None:
    found = month_of(tmp_path, {"Role": resource("AWS::IAM::Role"), "Job": resource("Custom::GroupSizes")})
    assert found.free["AWS::IAM::Role"] == "https://aws.amazon.com/iam/"
    assert found.free["Custom::GroupSizes"].startswith("https://")
    assert found.unpriced == ()


def test_no_type_is_both_free_and_charged() -> None:
    assert set(FREE) & set(RULES) == set()


def test_sections_add_up_the_stacks_that_stand_for_them(tmp_path: Path) -> None:
    assembly = assembly_of(
        tmp_path, Gateway={"A": KEY}, GatewayData={"B": KEY}, Inference_chat={"C": KEY}, Edge={"D": KEY}
    )
    found = estimate(assembly, PRICES, Usage())
    assert {name: cost.fixed for name, cost in found.by_section.items()} == {"gateway": 3, "inference": 1}
    assert set(found.by_stack) == {"Bad-Gateway", "Bad-GatewayData", "Bad-Inference-chat", "Bad-Edge"}
    assert found.total.usd == pytest.approx(sum(cost.usd for cost in found.by_section.values()))


def test_a_region_without_a_price_of_its_own_says_whose_it_takes(tmp_path: Path) -> None:
    found = month_of(tmp_path, {"Nat": NAT})
    assert found.stand_ins == ("eu-central-1",)
    assert any("Prices of us-east-1 stand in for those of eu-central-1" in note for note in notes(found))


def test_a_region_with_a_price_of_its_own_takes_it(tmp_path: Path) -> None:
    own = [replace_region(price) for price in PRICES.prices if price.service == "AmazonEC2"]
    found = month_of(tmp_path, {"Nat": NAT}, prices=Prices(prices=(*PRICES.prices, *own)))
    assert found.total.fixed == pytest.approx(2 * 32.85)
    assert found.stand_ins == ()


def replace_region(price: Price) -> Price:
    return price.model_copy(update={"region": "eu-central-1", "usd": price.usd * 2})


def test_the_notes_tell_the_age_and_the_origin_of_the_prices(tmp_path: Path) -> None:
    found = month_of(tmp_path, {"Key": KEY, "Nat": NAT})
    assert any("read from 2024-07-01 to 2025-10-28" in note for note in notes(found))
    assert any("4 prices were not read from the AWS Price List" in note for note in notes(found))


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ({"utilization": 1.5}, "--utilization 1.5: allowed is a share from 0 to 1"),
        ({"replaced": {"weather": 1.0}}, "--usage weather: no such assumption; allowed: acu, "),
        ({"replaced": {"nat-gb": -1.0}}, "--usage nat-gb=-1: allowed is a number from 0"),
        ({"replaced": {"nat-gb": float("nan")}}, "--usage nat-gb=nan"),
    ],
)
def test_an_assumption_that_cannot_be_is_refused(usage: dict[str, object], words: str) -> None:
    with pytest.raises(ReviewError, match=words):
        Usage(**usage)  # type: ignore[arg-type]


def test_what_gets_more_expensive_comes_first(tmp_path: Path) -> None:
    before = assembly_of(tmp_path / "a", Network={"Gone": NAT, "Same": KEY})
    after = assembly_of(tmp_path / "b", Network={"Same": KEY, "New": KEY})
    found = month(after, before, prices=PRICES, usage=Usage()).comparison
    assert found
    assert [(change.resource.id, round(change.usd, 2)) for change in found.changes] == [("New", 1.3), ("Gone", -37.35)]
    assert found.usd == pytest.approx(1.3 - 37.35)


def test_another_environment_of_the_base_is_not_compared(tmp_path: Path) -> None:
    part = assembly_of(tmp_path, Network={"Key": KEY})
    other = replace(part, stacks=tuple(replace(s, path="Other/Network", name="Other-Network") for s in part.stacks))
    both = replace(part, stacks=(*part.stacks, *other.stacks))
    found = month(part, both, prices=PRICES, usage=Usage()).comparison
    assert found
    assert found.changes == compare(found.before, found.before).changes == ()


def test_every_price_of_the_file_says_where_it_is_from() -> None:
    prices = read_prices().prices
    assert prices
    assert all(price.usd > 0 and price.source.startswith("https://") and price.basis for price in prices)
    keys = [(price.item, price.region) for price in prices]
    assert len(keys) == len(set(keys))


def test_a_file_is_written_as_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    write_prices(Prices(prices=PRICES.prices[::-1], file=file))
    assert file.read_text() == PRICES.file.read_text()
    assert read_prices(file) == Prices(prices=PRICES.prices, file=file)


def test_a_file_that_is_none_names_the_field(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text('{"prices": [{"service": "AmazonEC2"}]}')
    with pytest.raises(ReviewError, match=r"prices\.0\.usage: Field required"):
        read_prices(file)


def test_a_global_price_holds_in_every_region() -> None:
    zone = Item(service="AmazonRoute53", usage="HostedZone", is_global=True)
    found = PRICES.of(zone, "eu-central-1")
    assert found
    assert (found.usd, found.region, found.read) == (0.5, "global", date(2026, 10, 6))
