"""Where the routes of a network's subnets lead, as a graph: tiers of subnets, gateways, the internet."""

from collections.abc import Iterable, Iterator, Sequence

from review.assembly import Assembly, Resource
from review.drawing.graph import Edge, Graph, Look, Node, Pin
from review.subnets import NO_WAY_OUT, Endpoint, Subnet

_BOX = 214.0
_INTERNET = "internet"
_INTERNET_GATEWAY = "AWS::EC2::InternetGateway"
_NAT_GATEWAY = "AWS::EC2::NatGateway"


def ways_out(*, name: str, assembly: Assembly, subnets: Sequence[Subnet], endpoints: Sequence[Endpoint]) -> Graph:
    """Subnets of one tier and one way out are one box; `assembly` is the environment alone."""
    tiers: dict[tuple[str, str, str], list[Subnet]] = {}
    for subnet in subnets:
        tiers.setdefault((subnet.resource.stack, subnet.tier, subnet.way_out), []).append(subnet)
    nodes = [_tier(key, listed) for key, listed in tiers.items()]
    gateways = {way: list(_of(assembly, type_)) for way, type_ in _TYPES.items()}
    edges: list[Edge] = []
    for key, listed in tiers.items():
        stack, tier, way = key
        if way != NO_WAY_OUT:
            nodes += _gateway(way, gateways.get(way, []), nodes)
            edges.append(Edge(source=f"{stack}/{tier}/{way}", target=f"way:{way}"))
        for service in dict.fromkeys(service for subnet in listed for service in subnet.endpoints):
            nodes += _gateway_endpoint(service, endpoints, nodes)
            edges.append(Edge(source=f"{stack}/{tier}/{way}", target=f"endpoint:{service}"))
    found = {node.id for node in nodes}
    beyond = [way for way in gateways if f"way:{way}" in found]
    if beyond:
        nodes.append(Node(id=_INTERNET, title="The internet", look=Look.OUTSIDE, faint=True, pin=Pin.LAST))
    both, nat = _TYPES
    for way in beyond:
        onward = f"way:{both}" if way == nat and f"way:{both}" in found else _INTERNET
        edges.append(Edge(source=f"way:{way}", target=onward, back=" " if way == both else ""))
    return Graph(
        title=f"{name}: subnets and their ways out",
        description="An arrow leads to where a default route or an endpoint takes packets. The table of subnets below "
        "says the same.",
        nodes=tuple(nodes),
        edges=tuple(edges),
        box=_BOX,
    )


_TYPES = {"internet gateway, both ways": _INTERNET_GATEWAY, "NAT gateway": _NAT_GATEWAY}


def _tier(key: tuple[str, str, str], subnets: Sequence[Subnet]) -> Node:
    stack, tier, way = key
    first = subnets[0]
    lines = [f"{subnet.cidr or 'a range of EC2'}{_zone(subnet.zone)}" for subnet in subnets]
    if way == NO_WAY_OUT:
        lines.append("no way to the internet")
    return Node(
        id=f"{stack}/{tier}/{way}",
        title=f"{tier} subnet{'s' if len(subnets) > 1 else ''}",
        lines=tuple(lines),
        look=Look.NETWORK,
        href=f"#resource-{first.resource.stack}-{first.resource.id}",
    )


def _zone(zone: str) -> str:
    return f" in {zone}" if zone and "${" not in zone else ""


def _gateway(way: str, resources: Sequence[Resource], nodes: Iterable[Node]) -> Iterator[Node]:
    if any(node.id == f"way:{way}" for node in nodes):
        return
    name = way.partition(",")[0]
    title = f"{len(resources)} {name}s" if len(resources) > 1 else name[:1].upper() + name[1:]
    href = f"#resource-{resources[0].stack}-{resources[0].id}" if resources else ""
    yield Node(id=f"way:{way}", title=title, look=Look.NETWORK, href=href)


def _gateway_endpoint(service: str, endpoints: Iterable[Endpoint], nodes: Iterable[Node]) -> Iterator[Node]:
    if any(node.id == f"endpoint:{service}" for node in nodes):
        return
    found = next((endpoint for endpoint in endpoints if endpoint.service == service), None)
    if found:
        policy = "with a policy of its own" if found.limited else "open to everything"
        href = f"#resource-{found.resource.stack}-{found.resource.id}"
        lines = ("gateway endpoint", policy)
        yield Node(id=f"endpoint:{service}", title=service, lines=lines, look=Look.NETWORK, href=href)


def _of(assembly: Assembly, type_: str) -> Iterator[Resource]:
    return (resource for resource in assembly.resources if resource.type == type_)
