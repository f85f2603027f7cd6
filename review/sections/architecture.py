"""What an environment consists of, drawn from its templates: its stacks by capability, and the parts of every stack."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from review.assembly import Assembly, Resource, Stack
from review.components import Part, capability_parts, links, stack_parts
from review.drawing.graph import Edge, Graph, Look, Node, Pin
from review.drawing.simplify import simplify
from review.finding import Finding
from review.uses import Place, uses
from review.ways_in import WayIn, read_ways_in

_INTERNET, _CROWD = "the internet", "other stacks"
_MOST_USERS = 6
Links = Mapping[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A box of a picture in words: what it holds, and what it uses with the number of references to it."""

    part: Part
    uses: tuple[str, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing and a table that says the same. `anchor` is its id in the page."""

    anchor: str
    title: str
    graph: Graph
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class EnvironmentPictures:
    """One environment as a whole, and stack by stack."""

    name: str
    whole: Picture
    stacks: tuple[Picture, ...]


@dataclass(frozen=True, kw_only=True)
class ArchitectureSection:
    """The pictures of every environment. They find nothing wrong."""

    environments: tuple[EnvironmentPictures, ...]
    findings: tuple[Finding, ...] = ()


def architecture_section(assembly: Assembly) -> ArchitectureSection:
    """Draw every environment of the assembly."""
    used = uses(assembly)
    ways_in = read_ways_in(assembly)
    stages = dict.fromkeys(stack.stage for stack in assembly.stacks)
    return ArchitectureSection(
        environments=tuple(
            _environment(stage, [s for s in assembly.stacks if s.stage == stage], used, ways_in) for stage in stages
        )
    )


def _environment(
    stage: str, stacks: Sequence[Stack], used: Mapping[Place, tuple[Resource, ...]], ways_in: Sequence[WayIn]
) -> EnvironmentPictures:
    parts = capability_parts(stacks)
    name = stage or "The assembly"
    whole = _whole(name, parts, used, ways_in)
    floor = frozenset(node.id for node in whole.graph.floor)
    drawn = tuple(_stack_picture(stack, parts, used, floor) for stack in stacks if stack.resources)
    return EnvironmentPictures(name=name, whole=whole, stacks=drawn)


def _whole(
    name: str, parts: Sequence[Part], used: Mapping[Place, tuple[Resource, ...]], ways_in: Sequence[WayIn]
) -> Picture:
    counted = links(parts, used)
    public = {(way.resource.stack, way.resource.id) for way in ways_in if way.is_public}
    entered = [part.id for part in parts if any((r.stack, r.id) in public for r in part.resources)]
    nodes = [_node(part, href=f"#{stack_anchor(part.id)}") for part in parts]
    edges = [Edge(source=source, target=target) for source, target in counted]
    if entered:
        nodes.insert(0, Node(id=_INTERNET, title="The internet", look=Look.OUTSIDE, faint=True, pin=Pin.FIRST))
        edges += [Edge(source=_INTERNET, target=id_) for id_ in entered]
    graph = Graph(
        title=f"{name} by capability",
        description="An arrow leads from what uses to what is used. The table below says the same, with every use.",
        nodes=tuple(nodes),
        edges=tuple(edges),
    )
    title = f"{name} as a whole"
    return Picture(anchor=f"architecture-{name}", title=title, graph=simplify(graph), rows=_rows(parts, parts, counted))


def _stack_picture(
    stack: Stack, capabilities: Sequence[Part], used: Mapping[Place, tuple[Resource, ...]], floor: Collection[str]
) -> Picture:
    own = stack_parts(stack)
    ids = {part.id for part in own}
    others = [part for part in capabilities if all(resource.stack != stack.name for resource in part.resources)]
    counted = {pair: count for pair, count in links([*own, *others], used).items() if ids & set(pair)}
    near = [part for part in others if any(part.id in pair for pair in counted)]
    users = [part for part in near if not any(b == part.id for _, b in counted)]
    crowd = {part.id: _CROWD for part in users} if len(users) > _MOST_USERS else {}
    nodes = [_node(part, href=f"#resource-{part.main.stack}-{part.main.id}") for part in own]
    nodes += [
        Node(id=p.id, title=p.title, lines=("another stack",), look=p.look, href=f"#{stack_anchor(p.id)}", faint=True)
        for p in near
        if p.id not in crowd
    ]
    if crowd:
        names = tuple(part.title for part in users)
        nodes.append(Node(id=_CROWD, title=f"{len(crowd)} other stacks", lines=names, look=Look.OUTSIDE, faint=True))
    pairs = dict.fromkeys((crowd.get(a, a), b) for a, b in counted)
    graph = Graph(
        title=f"{stack.name} by construct",
        description="An arrow leads from what uses to what is used. The table below says the same, with every use.",
        nodes=tuple(nodes),
        edges=tuple(Edge(source=source, target=target) for source, target in pairs),
    )
    rows = _rows(own, [*own, *near], counted)
    return Picture(anchor=stack_anchor(stack.name), title=stack.name, graph=simplify(graph, floor=floor), rows=rows)


def stack_anchor(stack: str) -> str:
    """The id of a stack's picture in the page."""
    return f"architecture-of-{stack}"


def _node(part: Part, *, href: str) -> Node:
    members = f"{len(part.members)} of them: {', '.join(part.members)}" if part.members else ""
    lines = (*([members] if members else []), *part.lines)
    return Node(id=part.id, title=part.title, lines=lines, look=part.look, href=href)


def _rows(parts: Iterable[Part], known: Iterable[Part], counted: Links) -> tuple[Row, ...]:
    titles = {part.id: part.title for part in known}
    return tuple(
        Row(
            part=part,
            uses=tuple(_times(titles[b], count) for (a, b), count in counted.items() if a == part.id),
            used_by=tuple(_times(titles[a], count) for (a, b), count in counted.items() if b == part.id),
        )
        for part in parts
    )


def _times(title: str, count: int) -> str:
    return title if count == 1 else f"{title} ({count} references)"
