"""What CloudFormation does to the resources of one stack when another template takes the place of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from review.assembly import Resource, Stack
from review.difference import differences, references, shown
from review.renaming import renamed
from review.resource_schema import create_only
from review.stateful import STATEFUL, when_deleted, when_replaced


class Kind(StrEnum):
    """What happens to a resource, the gravest first."""

    REFUSED = "refused"
    REPLACED = "replaced"
    DELETED = "deleted"
    MAY_BE_REPLACED = "may be replaced"
    MODIFIED = "modified"
    CREATED = "created"


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """One changed property. `because` names the replaced resource that it refers to, where only that changes."""

    path: str
    before: str = ""
    after: str = ""
    replaces: bool = False
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """What happens to one resource. `fate` tells of an old one: kept, protected, snapshot or lost."""

    kind: Kind
    resource: Resource
    properties: tuple[PropertyChange, ...] = ()
    fate: str = ""
    renamed: str = ""

    @property
    def endangers(self) -> bool:
        """True when a resource with state would be replaced or deleted, whatever becomes of its data."""
        return self.resource.type in STATEFUL and self.kind in (Kind.REPLACED, Kind.DELETED)


@dataclass(kw_only=True)
class _Comparison:
    before: Stack
    after: Stack
    found: dict[str, list[PropertyChange]] = field(default_factory=dict[str, list[PropertyChange]])
    kinds: dict[str, Kind] = field(default_factory=dict[str, Kind])


def compare(before: Stack | None, after: Stack) -> Iterator[ResourceChange]:
    """Every resource that changes; all of them are made where there was no stack before."""
    old: Mapping[str, Resource] = before.resources if before else {}
    new = after.resources
    gone = [old[id_] for id_ in old if id_ not in new]
    made = [new[id_] for id_ in new if id_ not in old]
    names = renamed(gone, made)
    other_names = {new_id: old_id for old_id, new_id in names.items()}
    for resource in gone:
        yield ResourceChange(
            kind=Kind.DELETED, resource=resource, fate=when_deleted(resource), renamed=names.get(resource.id, "")
        )
    for resource in made:
        yield ResourceChange(kind=Kind.CREATED, resource=resource, renamed=other_names.get(resource.id, ""))
    if before:
        yield from _changed(before, after)


def _changed(before: Stack, after: Stack) -> Iterator[ResourceChange]:
    comparison = _Comparison(before=before, after=after)
    for id_ in (id_ for id_ in before.resources if id_ in after.resources):
        _compare(comparison, id_)
    _follow(comparison)
    for id_, kind in comparison.kinds.items():
        old, new = before.resources[id_], after.resources[id_]
        fate = when_replaced(old, new) if kind in (Kind.REPLACED, Kind.MAY_BE_REPLACED) else ""
        yield ResourceChange(kind=kind, resource=new, properties=tuple(comparison.found[id_]), fate=fate)


def _compare(comparison: _Comparison, id_: str) -> None:
    old, new = comparison.before.resources[id_], comparison.after.resources[id_]
    changes: list[PropertyChange] = []
    if old.type != new.type:
        comparison.kinds[id_] = Kind.REFUSED
        changes.append(PropertyChange(path="Type", before=old.type, after=new.type))
    else:
        for found in differences(old.properties, new.properties):
            kind = _kind(comparison, new, found.path)
            comparison.kinds[id_] = _graver(comparison.kinds.get(id_, kind), kind)
            texts = shown(found, comparison.before.template, comparison.after.template)
            path = ".".join(found.path)
            changes.append(PropertyChange(path=path, before=texts[0], after=texts[1], replaces=kind == Kind.REPLACED))
    for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
        if old.body.get(attribute) != new.body.get(attribute):
            comparison.kinds.setdefault(id_, Kind.MODIFIED)
            texts = [str(resource.body.get(attribute, "")) for resource in (old, new)]
            changes.append(PropertyChange(path=attribute, before=texts[0], after=texts[1]))
    if changes:
        comparison.found[id_] = changes


def _follow(comparison: _Comparison) -> None:
    """A replaced resource has another physical id, and so has every property that refers to it."""
    waiting = [id_ for id_, kind in comparison.kinds.items() if kind == Kind.REPLACED]
    while waiting:
        source = waiting.pop()
        for id_, new in comparison.after.resources.items():
            if id_ not in comparison.before.resources or id_ == source:
                continue
            for name in _referring(new.properties, source):
                kind = _kind(comparison, new, (name,))
                known = comparison.kinds.get(id_, Kind.MODIFIED)
                if kind == Kind.REPLACED and known != Kind.REPLACED:
                    waiting.append(id_)
                comparison.kinds[id_] = _graver(known, kind)
                change = PropertyChange(path=name, replaces=kind == Kind.REPLACED, because=source)
                comparison.found.setdefault(id_, []).append(change)


def _kind(comparison: _Comparison, resource: Resource, path: tuple[str, ...]) -> Kind:
    rules = create_only(resource.type, comparison.after.template.region)
    if rules is None:
        return Kind.MODIFIED
    if rules.replaces(path):
        return Kind.REPLACED
    return Kind.MAY_BE_REPLACED if rules.may_replace(path) else Kind.MODIFIED


def _graver(one: Kind, other: Kind) -> Kind:
    return min(one, other, key=list(Kind).index)


def _referring(properties: Mapping[str, object], source: str) -> list[str]:
    return [name for name, value in properties.items() if source in references(value)]


def in_order(changes: Iterator[ResourceChange]) -> tuple[ResourceChange, ...]:
    """The gravest first, those with state before others."""
    ranked = sorted(changes, key=lambda c: (not c.endangers, list(Kind).index(c.kind), c.resource.name))
    return tuple(ranked)
