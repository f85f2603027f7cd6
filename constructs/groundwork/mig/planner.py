"""The fewest GPUs that offer what teams ask for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from groundwork.mig.geometry import MEMORY_SLICES, Gpu, Profile
from groundwork.mig.placement import Layout, pack, used_slices


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What each GPU is cut into."""

    layouts: tuple[dict[str, int], ...]
    """One a GPU, fullest kind first."""

    @property
    def gpus(self) -> int:
        return len(self.layouts)


def total(demands: Iterable[Layout]) -> dict[str, int]:
    """What several teams ask for together."""
    summed: Counter[str] = Counter()
    for demand in demands:
        summed.update(demand)
    return dict(sorted(summed.items()))


def lower_bound(gpu: Gpu, demand: Layout) -> int:
    """GPUs that no plan does without.

    A GPU has 8 memory slices, and as many positions for each profile as that has. Every partition takes away at least
    so many of them, wherever it stands: a 3g two of the four positions of a 1g with double memory, or a 2g's one of
    three.
    """
    _, memory = used_slices(gpu, demand)
    bounds = [_up(memory, MEMORY_SLICES)]
    for profile, taken in _taken_positions(gpu).items():
        bounds.append(_up(sum(demand.get(name, 0) * count for name, count in taken), len(profile.starts)))
    return max(bounds)


@cache
def _taken_positions(gpu: Gpu) -> dict[Profile, tuple[tuple[str, int], ...]]:
    """For each profile, how many of its positions one partition of each profile that is as large takes at the least."""

    def taken(of: Profile, by: Profile, start: int) -> int:
        return sum(start < other + of.memory and other < start + by.memory for other in of.starts)

    return {
        of: tuple(
            (by.name, min(taken(of, by, start) for start in by.starts)) for by in gpu.profiles if by.memory >= of.memory
        )
        for of in gpu.profiles
    }


def _up(count: int, size: int) -> int:
    return -(-count // size)


def plan(gpu: Gpu, demand: Layout) -> Plan:
    """Cut the fewest GPUs. The same demand always gives the same plan.

    Args:
        demand: partitions by profile of this GPU, each at least 0.

    Raises:
        ValueError: the GPU has no such profile, or a count is negative.
    """
    if wrong := [name for name, count in demand.items() if not gpu.profile(name) or count < 0]:
        raise ValueError(f"{gpu.name} cannot offer {', '.join(wrong)}")
    # Whatever fits on fewer GPUs fits on more, and the bound is nearly always reached.
    gpus = lower_bound(gpu, demand)
    while (packing := pack(gpu, demand, gpus=gpus)).left_over:
        gpus += 1
    layouts = sorted(packing.layouts(), key=lambda layout: [-layout.get(name, 0) for name in reversed(gpu.names)])
    return Plan(layouts=tuple(layouts))
