"""The estimate of the part of an assembly that is looked at, and of the same part of another one."""

from dataclasses import dataclass, replace

from review.assembly import Assembly
from review.cost.comparison import Comparison, compare
from review.cost.estimate import Estimate, estimate
from review.cost.price_list import Prices
from review.cost.usage import Usage


@dataclass(frozen=True, kw_only=True)
class Month:
    """What both the page and the command show."""

    estimate: Estimate
    comparison: Comparison | None


def month(part: Assembly, base: Assembly | None, *, prices: Prices, usage: Usage) -> Month:
    """Estimate both by the same prices and assumptions: a change of a price is no change of the environment."""
    now = estimate(part, prices, usage)
    if base is None:
        return Month(estimate=now, comparison=None)
    stages = {stack.stage for stack in part.stacks}
    same = replace(base, stacks=tuple(stack for stack in base.stacks if stack.stage in stages))
    return Month(estimate=now, comparison=compare(estimate(same, prices, usage), now))
