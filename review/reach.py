"""Who reaches whom, as a graph: outside, ways in, what wears security groups, and where connections may leave to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from review.assembly import Resource
from review.drawing.graph import Edge, Graph, Look, Node, Pin
from review.members import Member, member_node, read_members
from review.ports import EVERY_PORT, common, overlaps
from review.security_groups import EVERYBODY, Group
from review.uses import Place
from review.ways_in import INTERNET, WayIn

_FEW = 4
_BOX = 158.0
_THROUGH = "AWS::CloudFront::VpcOrigin"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Who may connect to whom, on which ports; names are those of the boxes."""

    source: str
    target: str
    ports: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A graph and its arrows in words."""

    graph: Graph
    connections: tuple[Connection, ...]


def read_reach(
    *,
    name: str,
    groups: Sequence[Group],
    ways_in: Sequence[WayIn],
    used: Mapping[Place, Sequence[Resource]],
    own_ranges: frozenset[str],
    is_closed: bool,
) -> Reach:
    """The network of one environment, whose own `groups` and `ways_in` are.

    `own_ranges` are the addresses of its VPC; `is_closed` says that no route of it leads to the internet.
    """
    anywhere = "wherever the VPC leads: not to the internet" if is_closed else "anywhere"
    members = read_members(groups, ways_in)
    ports: dict[tuple[str, str], list[str]] = {}
    nodes: dict[str, Node] = {member.id: member_node(member) for member in members}
    for member in members:
        for outside, target, port in _from_outside(member, ways_in, own_ranges):
            nodes.setdefault(outside.id, outside)
            ports.setdefault((outside.id, target), []).append(port)
        for other in members:
            for port in filter(None, _between(member, other, own_ranges)):
                ports.setdefault((member.id, other.id), []).append(port)
        for outside, port in _to_outside(member, own_ranges, anywhere):
            nodes.setdefault(outside.id, outside)
            ports.setdefault((member.id, outside.id), []).append(port)
    for source, target in _origins(members, used):
        ports.setdefault((source, target), [])
    inner = {pair: _distinct(listed) for pair, listed in ports.items()}
    graph = Graph(
        title=f"{name}: who reaches whom",
        description="An arrow leads from who may open a connection to who accepts it; ports stand at its point. "
        "The table below says the same.",
        nodes=tuple(_with_itself(node, inner.get((node.id, node.id))) for node in nodes.values()),
        edges=tuple(_edges(inner)),
        box=_BOX,
    )
    return Reach(
        graph=graph,
        connections=tuple(
            Connection(source=_said(nodes[a]), target=_said(nodes[b]), ports=listed) for (a, b), listed in inner.items()
        ),
    )


def _from_outside(member: Member, ways_in: Iterable[WayIn], own: frozenset[str]) -> Iterator[tuple[Node, str, str]]:
    public = {way.resource.name: way.is_public for way in ways_in}
    known = [public.get(resource.name) for resource in member.resources]
    if not member.groups and any(known):
        yield _outside(INTERNET, Pin.FIRST), member.id, ""
    # What is not known to have private addresses alone is taken to have a public one.
    everybody = "what reaches the VPC" if all(is_public is False for is_public in known) else INTERNET
    for rule in member.rules:
        if rule.direction == "from" and not rule.peer.startswith("["):
            yield _outside(_named(rule.peer, own, everybody), Pin.FIRST), member.id, rule.ports


def _to_outside(member: Member, own: frozenset[str], anywhere: str) -> Iterator[tuple[Node, str]]:
    rules = [rule for rule in member.rules if rule.direction == "to" and not rule.peer.startswith("[")]
    by_port: dict[str, list[str]] = {}
    for rule in rules:
        by_port.setdefault(rule.ports, []).append(_named(rule.peer, own, anywhere))
    for port, peers in by_port.items():
        named = list(dict.fromkeys(peers))
        if anywhere in named:
            named = [anywhere]
        elif len(named) > _FEW:
            named = [f"{len(named)} address ranges"]
        for peer in named:
            yield _outside(peer, Pin.LAST), port


def _between(source: Member, target: Member, own: frozenset[str]) -> Iterator[str]:
    """The ports on which the target lets the source in, by its groups or the VPC's addresses, and the source may go."""
    if not source.groups or not target.groups:
        return
    as_source = {f"[{group.resource.name}]" for group in source.groups}
    as_target = {f"[{group.resource.name}]" for group in target.groups}
    leaving = [rule for rule in source.rules if rule.direction == "to"]
    for rule in target.rules:
        if rule.direction == "from":
            named, inside = rule.peer in as_source, _is_inside(rule.peer, own)
            for way in leaving:
                aimed = way.peer in as_target
                if (named and (aimed or _is_inside(way.peer, own))) or (inside and aimed):
                    yield common(rule.ports, way.ports)


def _is_inside(peer: str, own: frozenset[str]) -> bool:
    return peer == EVERYBODY or overlaps(peer, own)


def _origins(members: Iterable[Member], used: Mapping[Place, Sequence[Resource]]) -> Iterator[tuple[str, str]]:
    """From a distribution to what it asks."""
    listed = tuple(members)
    holder = {(resource.stack, resource.id): member.id for member in listed for resource in member.resources}
    for member in listed:
        for resource in member.resources:
            if resource.type == "AWS::CloudFront::Distribution":
                for found in used.get((resource.stack, resource.id), ()):
                    beyond = used.get((found.stack, found.id), ()) if found.type == _THROUGH else (found,)
                    for other in beyond:
                        if (other.stack, other.id) in holder:
                            yield member.id, holder[other.stack, other.id]


def _edges(ports: Mapping[tuple[str, str], tuple[str, ...]]) -> Iterator[Edge]:
    drawn: set[tuple[str, str]] = set()
    for (source, target), listed in ports.items():
        if source == target or (target, source) in drawn:
            continue
        drawn.add((source, target))
        back = ports.get((target, source))
        yield Edge(source=source, target=target, label=_label(listed), back=_label(back) if back else "")


def _distinct(ports: Iterable[str]) -> tuple[str, ...]:
    said = tuple(dict.fromkeys(port for port in ports if port))
    return (EVERY_PORT,) if EVERY_PORT in said else said


def _label(ports: Sequence[str]) -> str:
    short = [port.replace(" to ", "-").replace(EVERY_PORT, "all") for port in ports]
    return ", ".join(short) if len(short) <= 2 else f"{len(short)} ports"


def _with_itself(node: Node, ports: Sequence[str] | None) -> Node:
    if ports is None:
        return node
    told = f"among themselves: {_label(ports).replace('all', EVERY_PORT)}"
    return replace(node, lines=(*node.lines, told))


def _outside(name: str, pin: Pin) -> Node:
    way = "in" if pin == Pin.FIRST else "out"
    title, _, id_ = name.partition(" pl-")
    lines = (f"pl-{id_}",) if id_ else ()
    return Node(
        id=f"{way}:{name}", title=title[:1].upper() + title[1:], lines=lines, look=Look.OUTSIDE, faint=True, pin=pin
    )


def _named(peer: str, own: frozenset[str], everybody: str) -> str:
    if peer == EVERYBODY:
        return everybody
    if peer in own:
        return "the VPC's own addresses"
    return f"prefix list {peer}" if peer.startswith("pl-") else peer


def _said(node: Node) -> str:
    return f"{node.title} ({node.lines[0]})" if node.lines else node.title
