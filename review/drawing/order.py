"""The order of boxes within their columns in which the fewest arrows cross.

By barycenters, then by exchanging neighbours: P. Eades, N. Wormald: Edge crossings in drawings of bipartite graphs
(1994); E. Gansner et al.: A technique for drawing directed graphs (1993).
"""

from collections.abc import Iterable, Mapping, Sequence

from review.drawing.graph import Adjacency, adjacency

_SWEEPS = 12
Columns = list[list[str]]
Steps = Sequence[tuple[str, str]]
"""Pairs of ids in neighbouring columns, the left one first."""


def fewest_crossings(columns: Columns, steps: Steps) -> Columns:
    """The best order that was found; the given one where none is better."""
    neighbours = adjacency((id_ for column in columns for id_ in column), steps)
    walked = _walked(columns, neighbours)
    starts = (columns, walked, [column[::-1] for column in walked])
    return min((_improved(start, steps, neighbours) for start in starts), key=lambda found: crossings(found, steps))


def _walked(columns: Columns, neighbours: Adjacency) -> Columns:
    """Each column in the order in which a walk along the arrows, in both directions, comes by."""
    seen: dict[str, None] = {}
    for start in (id_ for column in columns for id_ in column):
        waiting = [start]
        while waiting:
            id_ = waiting.pop()
            if id_ not in seen:
                seen[id_] = None
                # What leads nowhere else first: it keeps to its only neighbour.
                around = [*neighbours.after[id_], *neighbours.before[id_]]
                degree = {o: len(neighbours.after[o]) + len(neighbours.before[o]) for o in around}
                waiting += sorted(around, key=lambda other, degree=degree: -degree[other])
    place = {id_: number for number, id_ in enumerate(seen)}
    return [sorted(column, key=lambda id_: place[id_]) for column in columns]


def _improved(columns: Columns, steps: Steps, neighbours: Adjacency) -> Columns:
    best, fewest = columns, crossings(columns, steps)
    current = [list(column) for column in columns]
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        sides = neighbours.before if forward else neighbours.after
        for index in range(1, len(current)) if forward else range(len(current) - 2, -1, -1):
            fixed = current[index - 1] if forward else current[index + 1]
            position = {id_: place for place, id_ in enumerate(fixed)}
            current[index] = _by_barycenter(current[index], sides, position)
        exchanged = _exchanged(current, neighbours)
        now = crossings(exchanged, steps)
        if now < fewest:
            best, fewest = exchanged, now
    return best


def crossings(columns: Columns, steps: Iterable[tuple[str, str]]) -> int:
    """How many pairs of steps cross."""
    place = {id_: (index, row) for index, column in enumerate(columns) for row, id_ in enumerate(column)}
    by_column: dict[int, list[tuple[int, int]]] = {}
    for first, second in steps:
        by_column.setdefault(place[first][0], []).append((place[first][1], place[second][1]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for lines in by_column.values()
        for number, a in enumerate(lines)
        for b in lines[number + 1 :]
    )


def _by_barycenter(column: list[str], sides: Mapping[str, list[str]], position: Mapping[str, int]) -> list[str]:
    def barycenter(place: int) -> float:
        known = [position[id_] for id_ in sides[column[place]] if id_ in position]
        return sum(known) / len(known) if known else place

    return [column[place] for place in sorted(range(len(column)), key=barycenter)]


def _exchanged(columns: Columns, neighbours: Adjacency) -> Columns:
    """With neighbours in the other order wherever that alone makes fewer crossings."""
    found = [list(column) for column in columns]
    for _ in range(_SWEEPS):
        position = {id_: row for column in found for row, id_ in enumerate(column)}
        better = False
        for column in found:
            for row in range(len(column) - 1):
                upper, lower = column[row], column[row + 1]
                if _crossed(upper, lower, neighbours, position) > _crossed(lower, upper, neighbours, position):
                    column[row], column[row + 1] = lower, upper
                    position[lower], position[upper] = row, row + 1
                    better = True
        if not better:
            break
    return found


def _crossed(upper: str, lower: str, neighbours: Adjacency, position: Mapping[str, int]) -> int:
    return sum(
        position[a] > position[b]
        for sides in (neighbours.before, neighbours.after)
        for a in sides[upper]
        for b in sides[lower]
    )
