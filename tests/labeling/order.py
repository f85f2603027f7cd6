"""In which order CloudFormation makes the resources of a template; it deletes them in the opposite one."""

import json
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from typing import Any


def before(template: dict[str, Any]) -> dict[str, set[str]]:
    """What is there before each resource, directly or by way of others, by logical id.

    Raises:
        CycleError: nothing could be made.
    """
    resources = template["Resources"]
    direct = {name: set(_named(resource, set(resources))) for name, resource in resources.items()}
    found: dict[str, set[str]] = {}
    for name in TopologicalSorter(direct).static_order():
        found[name] = direct[name].union(*(found[each] for each in direct[name]))
    return found


def _named(resource: dict[str, Any], known: set[str]) -> Iterator[str]:
    depends = resource.get("DependsOn", [])
    yield from [depends] if isinstance(depends, str) else depends
    yield from _in(resource.get("Properties", {}), known)


def _in(value: Any, known: set[str]) -> Iterator[str]:
    match value:
        case {"Ref": str() as name}:
            if name in known:
                yield name
        case {"Fn::GetAtt": [name, *_]}:
            yield name
        case {"Fn::Sub": _}:
            yield from (name for name in re.findall(r"\$\{(\w+)", json.dumps(value)) if name in known)
        case dict():
            for each in value.values():
                yield from _in(each, known)
        case list():
            for each in value:
                yield from _in(each, known)
        case _:
            return
