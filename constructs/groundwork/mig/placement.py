"""Whether a set of partitions fits, where each one goes, and what fits instead."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from groundwork.mig.geometry import COMPUTE_SLICES, MEMORY_SLICES, Gpu, Profile

Layout = Mapping[str, int]
"""Partitions by profile."""


@dataclass(frozen=True, kw_only=True, order=True)
class Placed:
    """A partition in its place."""

    gpu: int
    """Which GPU, from 0."""
    start: int
    """Its first memory slice, from 0."""
    profile: str


@dataclass(frozen=True, kw_only=True)
class Packing:
    """Partitions on GPUs."""

    placed: tuple[Placed, ...]
    """By GPU and position."""
    left_over: dict[str, int]
    """What found no place."""

    def layouts(self) -> list[dict[str, int]]:
        """The partitions of each GPU that has any, in the order of the GPUs."""
        by_gpu: dict[int, Counter[str]] = {}
        for each in self.placed:
            by_gpu.setdefault(each.gpu, Counter())[each.profile] += 1
        return [dict(sorted(layout.items())) for _, layout in sorted(by_gpu.items())]


def pack(gpu: Gpu, layout: Layout, *, gpus: int = 1) -> Packing:
    """Place partitions on so many GPUs. Leaves something over only when nothing else would have helped.

    Positions are nested halves, so the largest partition goes first, each to the position that rules out the fewest
    others. The tests compare this with all possible placements.

    Args:
        layout: with names of this GPU's profiles.
    """
    taken = [0] * gpus
    placed: list[Placed] = []
    left_over: dict[str, int] = {}
    for profile, starts in _largest_first(gpu):
        wanted = layout.get(profile.name, 0)
        # Every GPU's least useful position is taken before any GPU's next one.
        for start, index in product(starts, range(gpus)) if wanted else ():
            piece = _piece(profile, start)
            if wanted and not taken[index] & piece:
                taken[index] |= piece
                placed.append(Placed(gpu=index, start=start, profile=profile.name))
                wanted -= 1
        if wanted:
            left_over[profile.name] = wanted
    return Packing(placed=tuple(sorted(placed)), left_over=left_over)


def used_slices(gpu: Gpu, layout: Layout) -> tuple[int, int]:
    """Compute slices and memory slices that partitions take together."""
    counts = [(profile, layout.get(profile.name, 0)) for profile in gpu.profiles]
    return sum(p.compute * count for p, count in counts), sum(p.memory * count for p, count in counts)


def reasons_against(gpu: Gpu, layout: Layout) -> list[str]:
    """Why partitions do not fit on one GPU; empty when they do."""
    if unknown := [name for name in layout if not gpu.profile(name)]:
        return [f"{gpu.name} has no profile {', '.join(unknown)}"]
    packing = pack(gpu, layout)
    if not packing.left_over:
        return []
    compute, memory = used_slices(gpu, layout)
    reasons = [
        f"needs {used} {kind} slices, and a GPU has {available}"
        for kind, used, available in (("compute", compute, COMPUTE_SLICES), ("memory", memory, MEMORY_SLICES))
        if used > available
    ]
    return [*reasons, _positions(gpu, packing)]


def nearest(gpu: Gpu, layout: Layout, *, count: int = 3) -> list[dict[str, int]]:
    """The layouts of one GPU that are the fewest partitions away from one that does not fit."""

    def distance(other: Layout) -> tuple[int, int, list[int]]:
        apart = sum(abs(layout.get(name, 0) - other.get(name, 0)) for name in gpu.names)
        # Of those that are as far, the one that leaves the fewest memory slices idle.
        return apart, -used_slices(gpu, other)[1], [-other.get(name, 0) for name in gpu.names]

    return sorted(all_layouts(gpu), key=distance)[:count]


@lru_cache(maxsize=16)
def _all_layouts(gpu: Gpu) -> tuple[tuple[tuple[str, int], ...], ...]:
    most = [min(COMPUTE_SLICES // p.compute, len(p.starts)) for p in gpu.profiles]
    layouts = (dict(zip(gpu.names, counts, strict=True)) for counts in product(*(range(m + 1) for m in most)))
    found = ({name: n for name, n in layout.items() if n} for layout in layouts)
    return tuple(tuple(layout.items()) for layout in found if layout and not pack(gpu, layout).left_over)


def all_layouts(gpu: Gpu) -> list[dict[str, int]]:
    """Every set of partitions that fits on one GPU."""
    return [dict(layout) for layout in _all_layouts(gpu)]


def full_layouts(gpu: Gpu) -> list[dict[str, int]]:
    """The layouts of one GPU that no partition can be added to."""
    layouts = all_layouts(gpu)
    return [
        layout
        for layout in layouts
        if all(pack(gpu, {**layout, name: layout.get(name, 0) + 1}).left_over for name in gpu.names)
    ]


def maximum(gpu: Gpu, profile: str) -> int:
    """How many partitions of one profile fit on a GPU."""
    return max(layout.get(profile, 0) for layout in all_layouts(gpu))


def by_size(layout: Layout) -> list[tuple[str, int]]:
    """Partitions and counts, the smallest partition first: `1g.5gb` before `1g.10gb`."""
    return sorted(layout.items(), key=lambda item: [int(number) for number in re.findall(r"\d+", item[0])])


def words(layout: Layout) -> str:
    """A layout as a person reads it: `3 x 1g.10gb, 1 x 4g.40gb`."""
    return ", ".join(f"{count} x {name}" for name, count in by_size(layout)) or "a whole GPU"


def _positions(gpu: Gpu, packing: Packing) -> str:
    placed = ", ".join(f"{each.profile} at {each.start}" for each in packing.placed)
    names = ", ".join(
        f"{count} x {name} (begins at {_or(profile.starts)})"
        for name, count in packing.left_over.items()
        if (profile := gpu.profile(name))
    )
    return f"with {placed}, no position is left for {names}"


def _or(starts: tuple[int, ...]) -> str:
    *first, last = map(str, starts)
    return f"{', '.join(first)} or {last}" if first else last


def _piece(profile: Profile, start: int) -> int:
    """The memory slices of a partition as bits."""
    return ((1 << profile.memory) - 1) << start


@cache
def _largest_first(gpu: Gpu) -> tuple[tuple[Profile, tuple[int, ...]], ...]:
    """The profiles, largest first, each with its positions, the one that rules out the fewest others first."""
    pieces = [_piece(profile, start) for profile in gpu.profiles for start in profile.starts]

    def ruled_out(profile: Profile) -> Iterator[tuple[int, int]]:
        for start in profile.starts:
            yield sum(bool(piece & _piece(profile, start)) for piece in pieces), start

    ordered = sorted(gpu.profiles, key=lambda profile: -profile.memory)
    return tuple((profile, tuple(start for _, start in sorted(ruled_out(profile)))) for profile in ordered)
