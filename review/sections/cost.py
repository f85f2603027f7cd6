"""What a month costs, by list prices and stated assumptions."""

from dataclasses import dataclass

from review.assembly import Assembly
from review.cost.comparison import Comparison
from review.cost.estimate import Estimate
from review.cost.month import month
from review.cost.notes import notes
from review.cost.price_list import read_prices
from review.cost.usage import Usage
from review.finding import Finding


@dataclass(frozen=True, kw_only=True)
class CostSection:
    """The same numbers as `python -m operations cost`."""

    estimate: Estimate
    comparison: Comparison | None
    notes: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def cost_section(assembly: Assembly, base: Assembly | None) -> CostSection:
    """Estimate an assembly by the prices of the file and the default assumptions."""
    found = month(assembly, base, prices=read_prices(), usage=Usage())
    return CostSection(estimate=found.estimate, comparison=found.comparison, notes=notes(found.estimate))
