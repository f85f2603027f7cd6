"""What a picture shows, before anything has a place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Look(StrEnum):
    """What a box is about; the page gives each a colour, and the legend its words."""

    OUTSIDE = "outside"
    NETWORK = "network"
    COMPUTE = "compute"
    MODELS = "models"
    DATA = "data"
    SECURITY = "security"
    OPERATIONS = "operations"


class Pin(StrEnum):
    """Where a box must stand: in the first column, in the last, or where its arrows put it."""

    FIRST = "first"
    LAST = "last"
    FREE = "free"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A box. `href` is an anchor of the page, with its `#`; `faint` marks what is not the picture's subject."""

    id: str
    title: str
    lines: tuple[str, ...] = ()
    look: Look = Look.OPERATIONS
    href: str = ""
    faint: bool = False
    pin: Pin = Pin.FREE


@dataclass(frozen=True, kw_only=True)
class Edge:
    """An arrow. `label` stands at its point; `back` is what stands at its other end, which then has a point too."""

    source: str
    target: str
    label: str = ""
    back: str = ""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Boxes and arrows. `floor` holds boxes that nearly all others use: they stand below, without their arrows."""

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    floor: tuple[Node, ...] = ()
    box: float = 172.0
    """The width of every box in pixels."""

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks that occur, in the order of the legend."""
        used = {node.look for node in (*self.nodes, *self.floor)}
        return tuple(look for look in Look if look in used)


@dataclass(frozen=True, kw_only=True)
class Adjacency:
    """Who leads to whom among ids, both ways."""

    after: Mapping[str, list[str]] = field(default_factory=dict)
    before: Mapping[str, list[str]] = field(default_factory=dict)


def adjacency(ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Adjacency:
    """The neighbours of every id."""
    listed = list(ids)
    after: dict[str, list[str]] = {id_: [] for id_ in listed}
    before: dict[str, list[str]] = {id_: [] for id_ in listed}
    for source, target in pairs:
        after[source].append(target)
        before[target].append(source)
    return Adjacency(after=after, before=before)
