"""Subnets, where their routes lead, and the endpoints of a VPC."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from review.assembly import Assembly, Resource, Stack

_DESTINATIONS = {"DestinationCidrBlock", "DestinationIpv6CidrBlock"}
NO_WAY_OUT = "none"
_WAYS_OUT = {
    "GatewayId": "internet gateway, both ways",
    "NatGatewayId": "NAT gateway",
    "EgressOnlyInternetGatewayId": "egress-only gateway",
    "TransitGatewayId": "transit gateway",
}
_NUMBER = re.compile(r"Subnet\d*$|\d+$")


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet and where its default route leads; `cidr` is empty where EC2 chooses it. `tier` is that of its name.

    `zone` is a name or an id, empty where only the deployment knows. `gives_addresses` is True where whatever starts in
    it gets a public address.
    """

    resource: Resource
    cidr: str
    zone: str
    tier: str
    way_out: str
    endpoints: tuple[str, ...]
    gives_addresses: bool

    @property
    def is_public(self) -> bool:
        """True where the internet can answer, and call."""
        return self.way_out == _WAYS_OUT["GatewayId"]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint. `limited` is True where a policy of its own stands in place of "everything"."""

    resource: Resource
    service: str
    kind: str
    limited: bool


def read_subnets(assembly: Assembly) -> tuple[Subnet, ...]:
    """The subnets of every stack."""
    return tuple(subnet for stack in assembly.stacks for subnet in _subnets(assembly, stack))


def read_endpoints(assembly: Assembly) -> tuple[Endpoint, ...]:
    """The endpoints of every stack."""
    return tuple(
        Endpoint(
            resource=resource,
            service=_service(stack, resource),
            kind=_text(stack, resource.properties.get("VpcEndpointType")) or "Gateway",
            limited="PolicyDocument" in resource.properties,
        )
        for stack in assembly.stacks
        for resource in _of(stack, "AWS::EC2::VPCEndpoint")
    )


def _subnets(assembly: Assembly, stack: Stack) -> Iterator[Subnet]:
    tables = _tables(stack)
    ways: dict[str, str] = {}
    for route in _of(stack, "AWS::EC2::Route"):
        if _DESTINATIONS & set(route.properties):
            way = next((way for key, way in _WAYS_OUT.items() if key in route.properties), "another route")
            ways |= dict.fromkeys(stack.template.references(route.properties.get("RouteTableId")), way)
    gateways: dict[str, list[str]] = {}
    for endpoint in _of(stack, "AWS::EC2::VPCEndpoint"):
        for table in stack.template.references(endpoint.properties.get("RouteTableIds")):
            gateways.setdefault(table, []).append(_service(stack, endpoint))
    for resource in _of(stack, "AWS::EC2::Subnet"):
        properties, table = resource.properties, tables.get(resource.id, "")
        name = resource.name.removesuffix("/Subnet").rpartition("/")[2]
        yield Subnet(
            resource=resource,
            cidr=assembly.named(_text(stack, properties.get("CidrBlock")), stack=stack.name),
            zone=_text(stack, properties.get("AvailabilityZone")) or _text(stack, properties.get("AvailabilityZoneId")),
            tier=_NUMBER.sub("", name) or name,
            way_out=ways.get(table, NO_WAY_OUT),
            endpoints=tuple(gateways.get(table, ())),
            gives_addresses=_text(stack, properties.get("MapPublicIpOnLaunch")) == "true",
        )


def _tables(stack: Stack) -> Mapping[str, str]:
    """The route table of each subnet."""
    return {
        subnet: table
        for association in _of(stack, "AWS::EC2::SubnetRouteTableAssociation")
        for subnet in stack.template.references(association.properties.get("SubnetId"))
        for table in stack.template.references(association.properties.get("RouteTableId"))
    }


def _service(stack: Stack, endpoint: Resource) -> str:
    service = _text(stack, endpoint.properties.get("ServiceName"))
    return service.split(".", 3)[-1] if service.count(".") >= 3 else service


def _of(stack: Stack, type_: str) -> Iterator[Resource]:
    return (resource for resource in stack.resources.values() if resource.type == type_)


def _text(stack: Stack, value: object) -> str:
    return next(iter(stack.template.texts(value)), "")
