"""What is reachable from where: ways in from the internet, subnets and their ways out, endpoints, security groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from review.assembly import Assembly, Resource
from review.drawing.graph import Graph
from review.finding import Finding
from review.network_faults import network_faults
from review.reach import Reach, read_reach
from review.security_groups import Group, read_groups
from review.subnets import NO_WAY_OUT, Endpoint, Subnet, read_endpoints, read_subnets
from review.uses import Place, uses
from review.ways_in import WayIn, read_ways_in
from review.ways_out import ways_out


@dataclass(frozen=True, kw_only=True)
class NetworkPictures:
    """One environment's network. `name` is its stage."""

    name: str
    reach: Reach
    routes: Graph


@dataclass(frozen=True, kw_only=True)
class NetworkSection:
    """All of it, stack by stack, and a picture for each environment that has any."""

    ways_in: tuple[WayIn, ...]
    subnets: tuple[Subnet, ...]
    endpoints: tuple[Endpoint, ...]
    groups: tuple[Group, ...]
    pictures: tuple[NetworkPictures, ...]
    findings: tuple[Finding, ...]


def network_section(assembly: Assembly) -> NetworkSection:
    """Read the network of every stack."""
    groups = read_groups(assembly)
    section = NetworkSection(
        ways_in=read_ways_in(assembly, groups),
        subnets=read_subnets(assembly),
        endpoints=read_endpoints(assembly),
        groups=groups,
        pictures=(),
        findings=(),
    )
    used = uses(assembly)
    stages = dict.fromkeys(stack.stage for stack in assembly.stacks)
    drawn = [_pictures(stage, assembly, section, used) for stage in stages]
    return replace(
        section,
        pictures=tuple(pictures for pictures in drawn if pictures.reach.graph.nodes or pictures.routes.nodes),
        findings=tuple(network_faults(assembly, section.ways_in, section.subnets, section.endpoints, used)),
    )


def _pictures(
    stage: str, assembly: Assembly, section: NetworkSection, used: Mapping[Place, Sequence[Resource]]
) -> NetworkPictures:
    part = replace(assembly, stacks=tuple(stack for stack in assembly.stacks if stack.stage == stage))
    stacks = {stack.name for stack in part.stacks}
    name = stage or "The assembly"
    ranges = frozenset(
        text
        for stack in part.stacks
        for resource in stack.template.of_type("AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock")
        for text in stack.template.texts(resource.properties.get("CidrBlock"))
    )
    subnets = [subnet for subnet in section.subnets if subnet.resource.stack in stacks]
    reach = read_reach(
        name=name,
        groups=[group for group in section.groups if group.resource.stack in stacks],
        ways_in=[way for way in section.ways_in if way.resource.stack in stacks],
        used=used,
        own_ranges=ranges,
        is_closed=bool(subnets) and all(subnet.way_out == NO_WAY_OUT for subnet in subnets),
    )
    routes = ways_out(
        name=name,
        assembly=part,
        subnets=subnets,
        endpoints=[endpoint for endpoint in section.endpoints if endpoint.resource.stack in stacks],
    )
    return NetworkPictures(name=name, reach=reach, routes=routes)
