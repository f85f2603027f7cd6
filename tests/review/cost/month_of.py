"""Estimates of small assemblies by prices that a test can reckon with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from review.assembly import Assembly, read_assembly
from review.cost.estimate import Estimate, estimate
from review.cost.price_list import Prices, read_prices
from review.cost.usage import Usage
from tests.review.assembly_on_disk import Body, StackOnDisk, write

PRICES = read_prices(Path(__file__).with_name("prices.json"))
"""A copy: those of the project change when they are read again."""


def assembly_of(folder: Path, **stacks: Mapping[str, Body]) -> Assembly:
    """An assembly of one stage; resources by logical id, by the name of their stack."""
    on_disk = {name.replace("_", "-"): StackOnDisk(resources=resources) for name, resources in stacks.items()}
    return read_assembly(write(folder / "cdk.out", on_disk, report=None))


def month_of(folder: Path, resources: Mapping[str, Body], *, prices: Prices = PRICES, **usage: Any) -> Estimate:
    """The month of one stack."""
    return estimate(assembly_of(folder, Network=resources), prices, Usage(**usage))


def usd(month: Estimate) -> dict[str, float | None]:
    """Rounded USD by what is charged."""
    return {line.charge.what: None if line.usd is None else round(line.usd, 2) for line in month.lines}
