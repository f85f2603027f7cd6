"""How fast the MIG planner is, and how close to the optimum: `make bench`.

1,000 random demands of three kinds. A plan is proven to be optimal where it takes as many GPUs as the lower bound says:
that one counts memory slices and positions, so no plan takes fewer.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[2] / "constructs"))

from groundwork.mig.geometry import H100
from groundwork.mig.placement import Layout, full_layouts
from groundwork.mig.planner import lower_bound, plan, total

DEMANDS = 1000
SEED = 20261123


def any_demand(chance: random.Random) -> dict[str, int]:
    """Up to 16 partitions of each profile."""
    return {profile: chance.randint(0, 16) for profile in H100.names}


def filling(gpus: int) -> Callable[[random.Random], dict[str, int]]:
    """What so many GPUs offer with random layouts that nothing can be added to, less up to a tenth of each profile."""

    def demand(chance: random.Random) -> dict[str, int]:
        offered = total(chance.choices(full_layouts(H100), k=gpus))
        return {profile: count - chance.randint(0, count // 10) for profile, count in offered.items()}

    return demand


KINDS = {"0 to 16 of each profile": any_demand, "fills 8 GPUs": filling(8), "fills 64 GPUs": filling(64)}


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One demand."""

    milliseconds: float
    gpus: int
    bound: int
    """GPUs that no plan does without."""


def main() -> None:
    """Print a table: the time of a plan, its GPUs, and how many plans are proven to be optimal."""
    table = Table("demand", "demands", "p50 ms", "p95 ms", "max ms", "GPUs (mean)", "proven optimal")
    for name, demand in KINDS.items():
        chance = random.Random(SEED)  # noqa: S311 - the same demands each time
        measure(demand(chance))  # fills the caches
        results = [measure(demand(chance)) for _ in range(DEMANDS)]
        times = [each.milliseconds for each in results]
        cuts = statistics.quantiles(times, n=20)
        figures = (cuts[9], cuts[18], max(times))
        optimal = sum(each.gpus == each.bound for each in results)
        gpus = statistics.mean(each.gpus for each in results)
        table.add_row(name, str(DEMANDS), *(f"{figure:.2f}" for figure in figures), f"{gpus:.1f}", str(optimal))
    Console(width=120).print(table)


def measure(demand: Layout) -> Planned:
    """Plan one demand."""
    started = time.perf_counter()
    planned = plan(H100, demand)
    milliseconds = 1000 * (time.perf_counter() - started)
    return Planned(milliseconds=milliseconds, gpus=planned.gpus, bound=lower_bound(H100, demand))


if __name__ == "__main__":
    main()
