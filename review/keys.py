"""Which key opens which stores, as a graph: stores by stack at the left, keys at the right."""

import re
from collections.abc import Iterable, Sequence

from review.drawing.graph import Edge, Graph, Look, Node, Pin
from review.drawing.kinds import plural
from review.store import Store
from review.stores import STORES
from review.ways_in import INTERNET

_BOX = 226.0
_KEY = re.compile(r"^key \[(?P<name>[^]]+)\]$")
_NOTHING = "nothing"


def keys_graph(name: str, stores: Sequence[Store]) -> Graph:
    """The stores of one environment. Its logs are one box, whichever stacks write them."""
    groups: dict[str, list[Store]] = {}
    for store in stores:
        groups.setdefault("logs" if store.kind == "log" else store.resource.stack, []).append(store)
    boxes = [_stores(id_, listed) for id_, listed in groups.items()]
    keys: dict[str, Node] = {}
    edges: dict[tuple[str, str], None] = {}
    for id_, listed in groups.items():
        for store in listed:
            if store.in_cluster:
                continue
            node = _key(store)
            keys.setdefault(node.id, node)
            edges[id_, node.id] = None
        if any(store.public for store in listed):
            keys.setdefault(INTERNET, Node(id=INTERNET, title="The internet", look=Look.OUTSIDE, pin=Pin.FIRST))
            edges[INTERNET, id_] = None
    return Graph(
        title=f"{name}: which key opens what",
        description="An arrow leads from stores to the key that encrypts them, and from the internet to what is "
        "open to it. The table of stores below says the same.",
        nodes=(*boxes, *keys.values()),
        edges=tuple(Edge(source=source, target=target) for source, target in edges),
        box=_BOX,
    )


def _stores(id_: str, stores: Sequence[Store]) -> Node:
    first = stores[0].resource
    stack = first.name.split("/")[1] if first.name.count("/") > 1 else first.stack
    return Node(
        id=id_,
        title=plural("log", len(stores)) if id_ == "logs" else stack,
        lines=_kept(stores) if id_ == "logs" else tuple(_lines(stores)),
        look=Look.OPERATIONS if id_ == "logs" else Look.DATA,
        href=f"#resource-{first.stack}-{first.id}",
    )


def _kept(logs: Iterable[Store]) -> tuple[str, ...]:
    terms = dict.fromkeys(log.retention for log in logs)
    return tuple(f"{sum(log.retention == term for log in logs)} kept {_term(term)}" for term in terms)


def _term(retention: str) -> str:
    return retention if retention == "for ever" else f"for {retention}"


def _lines(stores: Sequence[Store]) -> Iterable[str]:
    alike: dict[tuple[str, str], int] = {}
    for store in stores:
        kind = STORES[store.resource.type]
        can_be_backed_up = kind.backup or kind.backup_switch
        term = f"{store.backup} of backups" if store.backup.endswith(("day", "days")) else store.backup
        told = "" if store.in_cluster else term or ("no backups" if can_be_backed_up else "")
        alike[store.kind, told] = alike.get((store.kind, told), 0) + 1
    for (kind_name, told), count in alike.items():
        yield plural(kind_name, count) + (f": {told}" if told else "")


def _key(store: Store) -> Node:
    """The box of what encrypts a store: a key of the assembly, another one, or nothing at all."""
    found = _KEY.match(store.key)
    if not store.key:
        return Node(id=_NOTHING, title="Not encrypted", look=Look.OUTSIDE, faint=True, pin=Pin.LAST)
    if found:
        parts = found["name"].split("/")
        title = "/".join(parts[1:3]) if len(parts) > 2 else found["name"]
        return Node(id=store.key, title=title, lines=("customer managed key",), look=Look.SECURITY, pin=Pin.LAST)
    return Node(id=store.key, title=store.key[:1].upper() + store.key[1:], look=Look.SECURITY, faint=True, pin=Pin.LAST)
