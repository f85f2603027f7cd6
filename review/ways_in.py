"""What others than the platform's own resources can reach, and what stands before it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from review.assembly import Assembly, Resource, Stack
from review.security_groups import EVERYBODY, Group, read_groups
from review.stores import at
from rules.intrinsics import may_be_absent

_WORLD = ("0.0.0.0/0", "::/0")
_FIREWALL = "web application firewall"
INTERNET, INSIDE = "the internet", "the VPC and what reaches it"


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """Something that can be entered from `source`. `guards` are what stands before it in this assembly."""

    resource: Resource
    what: str
    source: str
    guards: tuple[str, ...]
    is_public: bool


def read_ways_in(assembly: Assembly, groups: Iterable[Group] | None = None) -> tuple[WayIn, ...]:
    """The ways in of every stack; `groups` are the assembly's security groups where they are read already."""
    known = read_groups(assembly) if groups is None else tuple(groups)
    return tuple(way for stack in assembly.stacks for way in _ways_in(assembly, stack, known))


def _ways_in(assembly: Assembly, stack: Stack, groups: tuple[Group, ...]) -> Iterator[WayIn]:
    for resource in stack.resources.values():
        properties = resource.properties
        match resource.type:
            case "AWS::CloudFront::Distribution":
                guards = (_FIREWALL,) if at(properties, "DistributionConfig.WebACLId") else ()
                yield _way(resource, "CloudFront distribution", guards)
            case "AWS::ElasticLoadBalancingV2::LoadBalancer":
                yield _balancer(assembly, resource, groups)
            case "AWS::Lambda::Url":
                signed = _text(stack, properties.get("AuthType")) == "AWS_IAM"
                yield _way(resource, "function URL", ("signed requests",) if signed else ())
            case "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api":
                private = _text(stack, at(properties, "EndpointConfiguration.Types.0")) == "PRIVATE"
                yield _way(resource, "API", (), source="VPC endpoints" if private else "")
            case "AWS::EKS::Cluster":
                yield _kubernetes(stack, resource)
            case "AWS::SageMaker::NotebookInstance":
                closed = _text(stack, properties.get("DirectInternetAccess")) == "Disabled"
                yield _way(resource, "notebook", ("IAM",), source="the VPC" if closed else "")
            case "AWS::EC2::Instance":
                if _text(stack, at(properties, "NetworkInterfaces.0.AssociatePublicIpAddress")) == "true":
                    yield _admitted(resource, "instance", (), groups)
            case "AWS::ECS::Service":
                address = at(properties, "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp")
                if _text(stack, address) == "ENABLED":
                    yield _admitted(resource, "container service", (), groups)
            case "AWS::Cognito::UserPoolDomain":
                yield _way(resource, "sign-in page", ("sign-in",))
            case _:
                continue


def _way(
    resource: Resource, what: str, guards: tuple[str, ...], *, source: str = "", is_public: bool | None = None
) -> WayIn:
    public = not source if is_public is None else is_public
    return WayIn(resource=resource, what=what, source=source or INTERNET, guards=guards, is_public=public)


def _balancer(assembly: Assembly, balancer: Resource, groups: tuple[Group, ...]) -> WayIn:
    guards = (_FIREWALL,) if _has_firewall(assembly, balancer) else ()
    scheme = balancer.properties.get("Scheme")
    if not may_be_absent(scheme) and scheme != "internet-facing":
        return _way(balancer, "load balancer", guards, source=INSIDE)
    return _admitted(balancer, "load balancer", guards, groups)


def _admitted(resource: Resource, what: str, guards: tuple[str, ...], groups: tuple[Group, ...]) -> WayIn:
    """What has a public address: open to whom its security groups let in, as far as they are known."""
    rules = [rule for group in groups if resource in group.worn_by for rule in group.rules]
    peers = list(dict.fromkeys(rule.peer for rule in rules if rule.direction == "from"))
    if not rules or EVERYBODY in peers:
        return _way(resource, what, guards)
    named = (*guards, "security groups that name who may")
    return _way(resource, what, named, source=", ".join(peers) or "nobody", is_public=True)


def _kubernetes(stack: Stack, cluster: Resource) -> WayIn:
    config = "ResourcesVpcConfig"
    public = _text(stack, at(cluster.properties, f"{config}.EndpointPublicAccess")) != "false"
    ranges = tuple(stack.template.texts(at(cluster.properties, f"{config}.PublicAccessCidrs.0"))) or _WORLD[:1]
    source = "" if public and ranges[0] in _WORLD else ", ".join(ranges) if public else INSIDE
    return _way(cluster, "Kubernetes API", ("IAM",), source=source)


def _has_firewall(assembly: Assembly, balancer: Resource) -> bool:
    return any(
        assembly.referred(text, stack=stack.name) == balancer
        for stack in assembly.stacks
        for association in stack.template.of_type("AWS::WAFv2::WebACLAssociation")
        for text in stack.template.texts(association.properties.get("ResourceArn"))
    )


def _text(stack: Stack, value: object) -> str:
    return next(iter(stack.template.texts(value)), "")
