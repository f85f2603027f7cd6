"""Which properties CloudFormation cannot change without another resource, from the schemas that cfn-lint carries.

A resource provider's schema lists them as `createOnlyProperties`, and as `conditionalCreateOnlyProperties` those where
it depends on the values: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from review.errors import ReviewError

_ANY_REGION = "us-east-1"
_ANY_ITEM = "*"
PropertyPath = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CreateOnly:
    """Property paths whose change replaces the resource, always or sometimes."""

    always: frozenset[PropertyPath] = frozenset()
    sometimes: frozenset[PropertyPath] = frozenset()

    def replaces(self, path: PropertyPath) -> bool:
        """True when a change at `path` makes another resource."""
        return any(_meet(path, listed) for listed in self.always)

    def may_replace(self, path: PropertyPath) -> bool:
        """True when a change at `path` makes another resource for some values."""
        return any(_meet(path, listed) for listed in self.sometimes)


@cache
def create_only(resource_type: str, region: str | None) -> CreateOnly | None:
    """The create-only properties of a type; None for one without a schema, such as a custom resource.

    Raises ReviewError when cfn-lint is not installed.
    """
    folder = _schemas()
    hashed = _index(folder, region or _ANY_REGION).get(resource_type) or _index(folder, _ANY_REGION).get(resource_type)
    if hashed is None:
        return None
    schema = json.loads((folder / "resources" / f"{hashed}.json").read_text("utf-8"))
    return CreateOnly(
        always=_paths(schema.get("createOnlyProperties", [])),
        sometimes=_paths(schema.get("conditionalCreateOnlyProperties", [])),
    )


def _meet(changed: PropertyPath, listed: PropertyPath) -> bool:
    """True when one lies within the other: `/A` changes with `/A/B`, and `/A/B` with the whole of `/A`."""
    return all(a == b or b == _ANY_ITEM for a, b in zip(changed, listed, strict=False))


def _paths(pointers: Iterable[str]) -> frozenset[PropertyPath]:
    return frozenset(tuple(pointer.removeprefix("/properties/").split("/")) for pointer in pointers)


@cache
def _index(folder: Path, region: str) -> dict[str, str]:
    file = folder / "providers" / f"{region}.json"
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


@cache
def _schemas() -> Path:
    # Found without an import, which would take half a second.
    package = find_spec("cfnlint")
    if package is None or not package.submodule_search_locations:
        raise ReviewError("A comparison with --base needs the resource schemas of cfn-lint: `pip install cfn-lint`.")
    return Path(package.submodule_search_locations[0]) / "data" / "schemas"
