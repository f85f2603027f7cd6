"""The parts of an environment as its own construct tree names them: stacks, and what stands right below a stack."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from review.assembly import Resource, Stack
from review.drawing import kinds
from review.drawing.graph import Look
from review.uses import Place

_MOST_PARTS = 24


@dataclass(frozen=True, kw_only=True)
class Part:
    """Resources that a picture shows as one box. `members` names what was put together, if several were."""

    id: str
    title: str
    resources: tuple[Resource, ...]
    members: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What is in it, the telling things only."""
        return kinds.headline(resource.type for resource in self.resources)

    @property
    def look(self) -> Look:
        """What it is about."""
        return kinds.look(resource.type for resource in self.resources)

    @property
    def main(self) -> Resource:
        """The resource that stands for all."""
        told = [resource for resource in self.resources if kinds.word(resource.type) in self.lines]
        return (told or list(self.resources))[0]


def capability_parts(stacks: Sequence[Stack]) -> tuple[Part, ...]:
    """One part for each stack; those that differ by what follows a hyphen in their names are one."""
    named = {stack.name: stack.path.rpartition("/")[2] or stack.name for stack in stacks}
    together = _together(named.values())
    members: dict[str, list[Stack]] = {}
    for stack in stacks:
        members.setdefault(together[named[stack.name]], []).append(stack)
    return tuple(
        Part(
            id=listed[0].name,
            title=title,
            resources=tuple(resource for stack in listed for resource in stack.resources.values()),
            members=tuple(named[stack.name].removeprefix(f"{title}-") for stack in listed) if len(listed) > 1 else (),
        )
        for title, listed in members.items()
        if any(stack.resources for stack in listed)
    )


def stack_parts(stack: Stack) -> tuple[Part, ...]:
    """One part for each construct right below the stack; in a stack with very many, lone ones go by their kind."""
    first = {resource.id: _first(stack, resource) for resource in stack.resources.values()}
    if len(set(first.values())) > _MOST_PARTS:
        sizes = Counter(first.values())
        first = {
            id_: name if sizes[name] > 1 else f"every {kinds.word(stack.resources[id_].type)}"
            for id_, name in first.items()
        }
    together = _together(first.values())
    found: dict[str, list[Resource]] = {}
    members: dict[str, list[str]] = {}
    for resource in stack.resources.values():
        title = together[first[resource.id]]
        found.setdefault(title, []).append(resource)
        members.setdefault(title, []).append(first[resource.id])
    return tuple(
        Part(
            id=f"{stack.name}/{title}",
            title=title,
            resources=tuple(listed),
            members=tuple(names) if len(names := dict.fromkeys(members[title])) > 1 else (),
        )
        for title, listed in found.items()
    )


def links(parts: Iterable[Part], used: Mapping[Place, Iterable[Resource]]) -> Mapping[tuple[str, str], int]:
    """How many references lead from one part to another, by their ids."""
    listed = tuple(parts)
    holder = {(resource.stack, resource.id): part.id for part in listed for resource in part.resources}
    counted: Counter[tuple[str, str]] = Counter()
    for part in listed:
        for resource in part.resources:
            for other in used.get((resource.stack, resource.id), ()):
                target = holder.get((other.stack, other.id))
                if target and target != part.id:
                    counted[part.id, target] += 1
    return counted


def _first(stack: Stack, resource: Resource) -> str:
    below = resource.path.removeprefix(stack.path + "/") if resource.path.startswith(stack.path + "/") else ""
    return below.partition("/")[0] or f"every {kinds.word(resource.type)}"


def _together(names: Iterable[str]) -> Mapping[str, str]:
    """Each name by the one that stands for it: `Inference-chat` and `Inference-queue` are `Inference`."""
    listed = list(dict.fromkeys(names))
    short = {name: name.partition("-")[0].rstrip("0123456789") or name for name in listed}
    shared = Counter(short.values())
    return {name: short[name] if shared[short[name]] > 1 and short[name] not in listed else name for name in listed}
