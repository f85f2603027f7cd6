"""Whether an identity can get more rights than it was given, and what stands in the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from review.escalation_paths import EVERYTHING, PASSING, PATHS, EscalationPath
from review.roles import Role
from review.statement import ANYTHING, Statement

_PASSED_TO = "iam:passedtoservice"
_ANY_MEMBER = re.compile(r"^(?:\*+|arn:(?:[^:]*:){4}(?:[\w-]+[:/])?\*+)$")


class Reach(StrEnum):
    """How far a path leads."""

    OPEN = "open"
    LIMITED = "limited"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """A path that an identity's own policies open.

    `reach` is open where one of its actions meets every resource, limited where each is held to named resources or
    conditions (`limits` names them), and stopped where the permissions boundary forbids an action that it needs.
    """

    path: EscalationPath
    reach: Reach
    limits: tuple[str, ...] = ()


def escalations(role: Role) -> tuple[Escalation, ...]:
    """Every known path that the identity's own policies open, open ones first.

    Where they allow everything, that alone: it opens all paths.
    """
    if any(s.allows and s.is_about_everything and ANYTHING in s.actions for s in role.statements):
        return (Escalation(path=EVERYTHING, reach=Reach.OPEN),)
    found = (_escalation(role, path) for path in PATHS)
    return tuple(sorted((e for e in found if e), key=lambda e: list(Reach).index(e.reach)))


def _escalation(role: Role, path: EscalationPath) -> Escalation | None:
    grants = {action: tuple(_grants(role.statements, action, path)) for action in path.actions}
    if not all(grants.values()):
        return None
    if role.boundary is not None and not all(_permits(role.boundary, action) for action in path.actions):
        return Escalation(path=path, reach=Reach.STOPPED, limits=(role.boundary_name,))
    limits = [limit for statements in grants.values() for limit in _limits(statements)]
    reach = Reach.OPEN if all(_is_unlimited(statements) for statements in grants.values()) else Reach.LIMITED
    return Escalation(path=path, reach=reach, limits=tuple(dict.fromkeys(limits)) if reach == Reach.LIMITED else ())


def _grants(statements: tuple[Statement, ...], action: str, path: EscalationPath) -> Iterator[Statement]:
    """The statements that allow an action, unless one denies it everywhere."""
    if any(not s.allows and s.covers(action) and s.is_about_everything for s in statements):
        return
    for statement in statements:
        if statement.allows and statement.covers(action) and _passes_to(statement, action, path):
            yield statement


def _passes_to(statement: Statement, action: str, path: EscalationPath) -> bool:
    """False for the passing of roles to another service than the path's."""
    service = path.actions[-1].partition(":")[0]
    return action != PASSING or all(
        any(service in value.split(".") or value.startswith(f"{service}-") for value in values)
        for _, key, values in statement.conditions
        if key.lower() == _PASSED_TO
    )


def _permits(boundary: tuple[Statement, ...], action: str) -> bool:
    """What a boundary denies under conditions, such as writing roles without that boundary, counts as permitted."""
    if any(not s.allows and s.covers(action) and s.is_about_everything for s in boundary):
        return False
    return any(s.allows and s.covers(action) for s in boundary)


def _is_unlimited(statements: tuple[Statement, ...]) -> bool:
    return any(
        any(_is_anything(resource) for resource in statement.resources or ("*",))
        and all(key.lower() == _PASSED_TO for _, key, _ in statement.conditions)
        for statement in statements
    )


def _is_anything(resource: str) -> bool:
    """`*`, and ARNs that name a kind of resource but none of its members: `arn:aws:iam::111122223333:role/*`."""
    return bool(_ANY_MEMBER.match(resource))


def _limits(statements: tuple[Statement, ...]) -> Iterator[str]:
    for statement in statements:
        yield from (resource for resource in statement.resources if not _is_anything(resource))
        yield from (f"{key} {operator} {', '.join(values)}" for operator, key, values in statement.conditions)
