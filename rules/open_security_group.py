"""No security group is open to the world, except an internet-facing load balancer's on ports 80 and 443.

The exception ends where something else than such a load balancer wears the same group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from .finding import Finding
from .intrinsics import items, mapping, may_be_absent
from .template import Resource, Template

RULE = "NoOpenSecurityGroup"
FIX = (
    "Name the source: another security group, a prefix list, or the CIDR blocks of the people who connect. "
    "A group that only internet-facing load balancers of the same template wear may be open on 80 and 443."
)
# These name other groups as the source of a rule; they do not wear them.
_RULES_ONLY = ("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")
# SecurityGroups, SecurityGroupIds, VpcSecurityGroupIds, GroupSet of a network interface.
_WEARS = re.compile(r"(?<!Source)(?<!Destination)(?:Security_?Group|GroupSet|Groups(?:\.\d+)?$)", re.IGNORECASE)
WEB_PORTS = ("80", "443")
# A public block wider than these is nobody's own network.
WIDEST_PREFIX = {4: 8, 6: 16}


def check(template: Template) -> Iterator[Finding]:
    """Findings for ingress from everywhere, inline in a group or as a resource of its own."""
    public = _groups_of_public_load_balancers(template)
    for resource in template.of_type("AWS::EC2::SecurityGroup"):
        for index, rule in enumerate(items(resource.properties.get("SecurityGroupIngress"))):
            path = f"Properties.SecurityGroupIngress.{index}"
            yield from _check(template, mapping(rule), resource.id, path, allowed=resource.id in public)
    for resource in template.of_type("AWS::EC2::SecurityGroupIngress"):
        groups = template.references(resource.properties.get("GroupId"))
        allowed = bool(groups) and groups <= public
        yield from _check(template, resource.properties, resource.id, "Properties", allowed=allowed)


def _check(
    template: Template, rule: Mapping[str, object], resource: str, path: str, *, allowed: bool
) -> Iterator[Finding]:
    ports = _ports(template, rule)
    if allowed and ports in WEB_PORTS:
        return
    for key in ("CidrIp", "CidrIpv6"):
        for cidr in template.texts(rule.get(key)):
            if _is_world(cidr):
                yield Finding(
                    rule=RULE,
                    detail=f"{cidr}:{ports}",
                    resource=resource,
                    path=f"{path}.{key}",
                    message=f"Anybody on the internet ({cidr}) may connect on port {ports}.",
                    fix=FIX,
                )


def _ports(template: Template, rule: Mapping[str, object]) -> str:
    """`443`, `8000-9000`, or `all`; with the protocol in front where it is not TCP."""
    protocol = next(iter(template.texts(rule.get("IpProtocol"))), "-1").lower()
    first = next(iter(template.texts(rule.get("FromPort"))), "")
    last = next(iter(template.texts(rule.get("ToPort"))), first)
    if protocol in ("-1", "all") or not first:
        return "all"
    ports = first if first == last else f"{first}-{last}"
    return ports if protocol in ("tcp", "6") else f"{protocol}/{ports}"


def _is_world(cidr: str) -> bool:
    try:
        network = ip_network(cidr.strip(), strict=False)
    except ValueError:
        return False  # a token, or a malformed block that CloudFormation Validate and cfn-lint report
    return network.prefixlen < WIDEST_PREFIX[network.version]


def _groups_of_public_load_balancers(template: Template) -> frozenset[str]:
    if not any(_is_public_load_balancer(template, resource) for resource in template.resources):
        return frozenset()
    public: set[str] = set()
    others: set[str] = set()
    for resource in template.resources:
        if resource.type in _RULES_ONLY:
            continue
        groups = public if _is_public_load_balancer(template, resource) else others
        for path, _, text in template.strings(resource.properties):
            if _WEARS.search(path):
                groups |= template.references(text)
    return frozenset(public - others)


def _is_public_load_balancer(template: Template, resource: Resource) -> bool:
    """Without a scheme a load balancer is internet-facing."""
    scheme = resource.properties.get("Scheme")
    return resource.type == "AWS::ElasticLoadBalancingV2::LoadBalancer" and (
        may_be_absent(scheme) or "internet-facing" in template.texts(scheme)
    )
