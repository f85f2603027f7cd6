"""Who takes part in a network: resources that wear the same security groups, and ways in that wear none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review.assembly import Resource
from review.drawing import kinds
from review.drawing.graph import Node
from review.security_groups import Group, Rule
from review.ways_in import WayIn

_FEW = 4


@dataclass(frozen=True, kw_only=True)
class Member:
    """Resources that wear the same security groups, or one that wears none."""

    id: str
    resources: tuple[Resource, ...]
    groups: tuple[Group, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Those of all its groups: a connection needs one that allows it."""
        return tuple(rule for group in self.groups for rule in group.rules)


def read_members(groups: Sequence[Group], ways_in: Iterable[WayIn]) -> tuple[Member, ...]:
    """Every member once: first the public ways in without a group, then whatever wears groups."""
    worn: dict[tuple[str, ...], list[Group]] = {}
    for group in groups:
        wearers = tuple(resource.name for resource in group.worn_by) or (group.resource.name,)
        worn.setdefault(wearers, []).append(group)
    listed = [
        Member(id=names[0], resources=tuple(found[0].worn_by) or (found[0].resource,), groups=tuple(found))
        for names, found in worn.items()
    ]
    listed = _alike(listed)
    dressed = {resource.name for member in listed for resource in member.resources}
    alone = [way for way in ways_in if way.resource.name not in dressed and way.is_public]
    return (*(Member(id=way.resource.name, resources=(way.resource,), groups=()) for way in alone), *listed)


def _alike(members: Iterable[Member]) -> list[Member]:
    """Members of the same kind that name no group and reach the same are one: the models of all endpoints."""
    found: dict[object, list[Member]] = {}
    for member in members:
        texts = frozenset(rule.text for rule in member.rules)
        alone = any(rule.peer.startswith("[") for rule in member.rules)
        kind = tuple(sorted({resource.type for resource in member.resources}))
        found.setdefault(member.id if alone else (kind, texts), []).append(member)
    return [
        Member(
            id=listed[0].id,
            resources=tuple(resource for member in listed for resource in member.resources),
            groups=tuple(group for member in listed for group in member.groups),
        )
        for listed in found.values()
    ]


def member_node(member: Member) -> Node:
    """Its box: what it is, and where in the construct tree."""
    first = member.resources[0]
    types = [resource.type for resource in member.resources]
    what = kinds.headline(types)
    title = ", ".join(what[:2]) + (" ..." if len(what) > 2 else "")
    unworn = first.type == "AWS::EC2::SecurityGroup"
    return Node(
        id=member.id,
        title=title[:1].upper() + title[1:],
        lines=(_place(member), *(["for what is started later"] if unworn else [])),
        look=kinds.look(types),
        href=f"#resource-{first.stack}-{first.id}",
    )


def _place(member: Member) -> str:
    """The stack and the construct in it, or the stacks where there are several."""
    paths = [resource.name.split("/")[1:] or [resource.name] for resource in member.resources]
    stacks = list(dict.fromkeys(path[0] for path in paths))
    if len(stacks) == 1:
        return "/".join(paths[0][:2])
    return ", ".join(stacks[:_FEW]) + (f" and {len(stacks) - _FEW} more" if len(stacks) > _FEW else "")
