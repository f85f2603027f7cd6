"""Resources that only got another logical id: CloudFormation makes them anew and deletes the old ones."""

import json
from collections.abc import Sequence

from review.assembly import Resource

_SELF = "\0"


def renamed(deleted: Sequence[Resource], created: Sequence[Resource]) -> dict[str, str]:
    """New logical id by old one, for resources of one type with the same properties.

    Where a property refers to a renamed resource it counts as the same: a bucket's policy goes with its bucket.
    """
    found: dict[str, str] = {}
    while True:
        candidates: dict[str, list[Resource]] = {}
        for resource in created:
            if resource.id not in found.values():
                candidates.setdefault(_text(resource, {}), []).append(resource)
        before = len(found)
        for resource in deleted:
            same = candidates.get(_text(resource, found))
            if resource.id not in found and same:
                found[resource.id] = same.pop(0).id
        if len(found) == before:
            return found


def _text(resource: Resource, names: dict[str, str]) -> str:
    text = json.dumps([resource.type, resource.properties], sort_keys=True)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"{new}"').replace(f"${{{old}}}", f"${{{new}}}")
        text = text.replace(f"${{{old}.", f"${{{new}.")
    return text.replace(f'"{resource.id}"', f'"{_SELF}"')
