"""All placements, tried one after the other, from NVIDIA's positions as `nvidia-smi mig -lgipp` prints them.

Nothing here comes from the code under test.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

# 1g, 1g with double memory, 2g, 3g, 4g, 7g: compute slices, memory slices, positions.
SHAPES = (
    (1, 1, (0, 1, 2, 3, 4, 5, 6)),
    (1, 2, (0, 2, 4, 6)),
    (2, 2, (0, 2, 4)),
    (3, 4, (0, 4)),
    (4, 4, (0,)),
    (7, 8, (0,)),
)
Counts = tuple[int, ...]
"""How many of each shape."""
_DIGIT, _MOST = 6, 63  # 8 GPUs have 56 partitions at the most


def fits(counts: Counts) -> bool:
    """Whether these partitions have room on one GPU, in any places."""
    wanted = [shape for shape, count in zip(SHAPES, counts, strict=True) for _ in range(count)]
    return sum(compute for compute, _, _ in wanted) <= 7 and _places(wanted, frozenset())


def _places(wanted: list[tuple[int, int, tuple[int, ...]]], taken: frozenset[int]) -> bool:
    if not wanted:
        return True
    (_, memory, starts), *others = wanted
    pieces = (frozenset(range(start, start + memory)) for start in starts)
    return any(not piece & taken and _places(others, taken | piece) for piece in pieces)


def every_count() -> Iterator[Counts]:
    """Every set of partitions with no more of a kind than its positions, and one more."""
    yield from product(*(range(len(starts) + 2) for _, _, starts in SHAPES))


@cache
def full() -> list[Counts]:
    """What fits on one GPU and takes nothing more."""
    found = {counts for counts in every_count() if fits(counts)}
    return sorted(c for c in found if not any(_one_more(c, kind) in found for kind in range(6)))


@cache
def full_on(gpus: int) -> frozenset[Counts]:
    """What so many GPUs can offer, each with a full layout. All that they can offer is this or less of it."""
    return frozenset(tuple(number >> (_DIGIT * kind) & _MOST for kind in range(6)) for number in _sums(gpus))


@cache
def _sums(gpus: int) -> frozenset[int]:
    """The same, each as one number with a digit a kind: millions are added up."""
    if gpus == 0:
        return frozenset({0})
    one = [sum(count << (_DIGIT * kind) for kind, count in enumerate(counts)) for counts in full()]
    return frozenset(offer + more for offer in _sums(gpus - 1) for more in one)


def offered_by(gpus: int, demand: Counts) -> bool:
    """Whether so many GPUs can offer a demand, by looking at all that they can offer."""
    a, b, c, d, e, f = demand  # spelled out: there are hundreds of thousands to compare with
    return any(a <= u and b <= v and c <= w and d <= x and e <= y and f <= z for u, v, w, x, y, z in full_on(gpus))


def is_fewest(gpus: int, demand: Counts) -> bool:
    """Whether a demand takes exactly so many GPUs: what fits on fewer would fit on one less."""
    return offered_by(gpus, demand) and (gpus == 0 or not offered_by(gpus - 1, demand))


def _one_more(counts: Counts, kind: int) -> Counts:
    return tuple(count + (index == kind) for index, count in enumerate(counts))
