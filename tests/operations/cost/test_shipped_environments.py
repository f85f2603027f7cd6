"""Every shipped environment has a month in which nothing is forgotten."""

from pathlib import Path

import pytest

from groundwork.environment import Environment
from review.assembly import read_assembly
from review.cost.estimate import Estimate, estimate
from review.cost.price_list import read_prices
from review.cost.usage import Usage
from review.review import only

# Charged by what is asked of it, at a price that is not in the file.
_UNPRICED = {"AWS::Bedrock::Guardrail"}


@pytest.fixture(scope="module")
def month(assembly: Path) -> Estimate:
    return estimate(read_assembly(assembly), read_prices(), Usage())


def test_every_type_has_a_rule_or_is_known_to_be_free(month: Estimate) -> None:
    assert set(month.unknown) <= _UNPRICED


def test_every_stack_stands_for_a_section(month: Estimate) -> None:
    assert set(month.by_section) <= set(Environment.model_fields)


def test_one_environment_is_a_part_of_all_of_them(assembly: Path, month: Estimate) -> None:
    found = estimate(only(read_assembly(assembly), "gateway-trial"), read_prices(), Usage())
    assert set(found.by_section) == {"foundation", "network", "gateway"}
    assert 0 < found.by_section["gateway"].fixed < month.by_section["gateway"].fixed
