"""Places what stands in one column: as near as can be to where it is wanted, in order and without overlap."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

_HEAVY = 8.0


@dataclass
class _Block:
    """Neighbours that touch; `offset` is where the first of them wants to stand."""

    offset: float
    weight: float
    count: int


def settle(
    ids: Sequence[str],
    heights: Mapping[str, float],
    wanted: Mapping[str, float],
    *,
    between: float,
    heavy: Collection[str] = (),
) -> dict[str, float]:
    """The middle of every id, with the least sum of squared distances to where it is wanted (0 if nowhere).

    By pooling neighbours that would overlap (R. Barlow et al.: Statistical Inference under Order Restrictions, 1972).
    What is `heavy` gives way last.
    """
    shifts: list[float] = []
    total = 0.0
    for number, id_ in enumerate(ids):
        if number:
            total += (heights[ids[number - 1]] + heights[id_]) / 2 + between
        shifts.append(total)
    blocks: list[_Block] = []
    for id_, shift in zip(ids, shifts, strict=True):
        weight = _HEAVY if id_ in heavy else 1.0
        blocks.append(_Block(wanted.get(id_, 0.0) - shift, weight, 1))
        while len(blocks) > 1 and blocks[-2].offset > blocks[-1].offset:
            last, before = blocks.pop(), blocks[-1]
            both = before.weight + last.weight
            before.offset = (before.offset * before.weight + last.offset * last.weight) / both
            before.weight, before.count = both, before.count + last.count
    offsets = [block.offset for block in blocks for _ in range(block.count)]
    return {id_: offset + shift for id_, offset, shift in zip(ids, offsets, shifts, strict=True)}
