"""Who may connect to whom, by the security groups of an assembly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from review.assembly import Assembly, Resource, Stack
from review.ports import EVERY_PORT
from rules.intrinsics import items, mapping

_GROUP = "AWS::EC2::SecurityGroup"
_RULES = {"AWS::EC2::SecurityGroupIngress": "from", "AWS::EC2::SecurityGroupEgress": "to"}
_WORLD = ("0.0.0.0/0", "::/0")
EVERYBODY = "everybody"
_NOWHERE = "255.255.255.255/32"
_PEERS = (
    "CidrIp",
    "CidrIpv6",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourcePrefixListId",
    "DestinationPrefixListId",
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`direction` is from or to; `peer` is everybody, an address range, a prefix list or the name of a group."""

    direction: str
    peer: str
    ports: str

    @property
    def text(self) -> str:
        """`from everybody on 443`."""
        return f"{self.direction} {self.peer} on {self.ports}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """A security group with its rules, wherever they are written, and the resources that wear it."""

    resource: Resource
    rules: tuple[Rule, ...]
    worn_by: tuple[Resource, ...]

    @property
    def is_open(self) -> bool:
        """True where everybody may connect."""
        return any(rule.direction == "from" and rule.peer == EVERYBODY for rule in self.rules)


def read_groups(assembly: Assembly) -> tuple[Group, ...]:
    """Every security group of the assembly."""
    rules: dict[tuple[str, str], list[Rule]] = {}
    worn: dict[tuple[str, str], dict[str, Resource]] = {}
    for stack in assembly.stacks:
        for resource in stack.resources.values():
            if resource.type == _GROUP:
                listed = rules.setdefault((stack.name, resource.id), [])
                listed += _inline(assembly, stack, resource)
            elif resource.type in _RULES:
                group = _of(assembly, stack, resource.properties.get("GroupId"))
                rule = _rule(assembly, stack, resource.properties, _RULES[resource.type])
                if group:
                    rules.setdefault((group.stack, group.id), []).append(rule)
            elif not resource.type.startswith("AWS::IAM::"):  # a policy names groups and wears none
                for _, _, text in stack.template.strings(resource.properties):
                    group = assembly.referred(text, stack=stack.name) if "${" in text else None
                    if group and group.type == _GROUP:
                        worn.setdefault((group.stack, group.id), {})[resource.name] = resource
    return tuple(
        Group(
            resource=assembly.by_name[stack].resources[id_],
            rules=tuple(_effective(listed)),
            worn_by=tuple(worn.get((stack, id_), {}).values()),
        )
        for (stack, id_), listed in rules.items()
    )


def _inline(assembly: Assembly, stack: Stack, group: Resource) -> Iterator[Rule]:
    for key, direction in (("SecurityGroupIngress", "from"), ("SecurityGroupEgress", "to")):
        for body in items(group.properties.get(key)):
            yield _rule(assembly, stack, mapping(body), direction)


def _effective(rules: list[Rule]) -> Iterator[Rule]:
    """Without the CDK's placeholder for "nothing", and with EC2's own rule where no other leads outwards.

    Any egress rule, inline or not, takes the place of EC2's (aws/aws-cdk#987).
    """
    yield from dict.fromkeys(rule for rule in rules if rule.peer != _NOWHERE)
    if not any(rule.direction == "to" for rule in rules):
        yield Rule(direction="to", peer=EVERYBODY, ports=EVERY_PORT)


def _rule(assembly: Assembly, stack: Stack, body: Mapping[str, object], direction: str) -> Rule:
    peers = [text for key in _PEERS for text in stack.template.texts(body.get(key))]
    peer = peers[0] if peers else "nobody"
    return Rule(
        direction=direction,
        peer=EVERYBODY if peer in _WORLD else assembly.named(peer, stack=stack.name),
        ports=_ports(stack, body),
    )


def _ports(stack: Stack, body: Mapping[str, object]) -> str:
    protocol, first, last = (
        next(iter(stack.template.texts(body.get(key))), "") for key in ("IpProtocol", "FromPort", "ToPort")
    )
    if protocol in ("-1", "all", ""):
        return EVERY_PORT
    ports = first if first in ("", last) else f"{first} to {last}"
    named = ports if protocol in ("tcp", "6") else f"{protocol} {ports}".strip()
    return named or EVERY_PORT


def _of(assembly: Assembly, stack: Stack, value: object) -> Resource | None:
    return next((assembly.referred(text, stack=stack.name) for text in stack.template.texts(value)), None)
