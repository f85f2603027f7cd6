"""A parsed CloudFormation template and the few questions that rules ask it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .intrinsics import Renderer, function, is_list, items, mapping, sequence

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource; `properties` is empty where the template has none or something that is not a mapping."""

    id: str
    type: str
    properties: Mapping[str, object]
    metadata: Mapping[str, object]


@dataclass(frozen=True)
class Template:
    """`name` is the file's path as the reader knows it; `body` has intrinsic functions in their long form.

    `stack`, `account` and `region` say where it is deployed, as far as the assembly knows.
    """

    name: str
    body: Mapping[str, object]
    stack: str | None = None
    account: str | None = None
    region: str | None = None

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource that has a type. CloudFormation Validate refuses what is not a mapping (F-rules)."""
        return tuple(
            Resource(
                logical_id,
                str(mapping(declared)["Type"]),
                mapping(mapping(declared).get("Properties")),
                mapping(mapping(declared).get("Metadata")),
            )
            for logical_id, declared in mapping(self.body.get("Resources")).items()
            if "Type" in mapping(declared)
        )

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in the template's order."""
        return (resource for resource in self.resources if resource.type in types)

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.body)

    def texts(self, value: object) -> tuple[str, ...]:
        """Every text that `value` can have; see `intrinsics.Renderer.texts`."""
        return self._renderer.texts(value)

    def references(self, value: object) -> frozenset[str]:
        """Logical ids that the text or the list `value` refers to."""
        return frozenset(
            found for item in items(value) for text in self.texts(item) for found in _REFERENCE.findall(text)
        )

    def strings(self, value: object, path: str = "", name: str = "") -> Iterator[tuple[str, str, str]]:
        """Every text below `value` as (path, name, text).

        The name is the key that holds the text; for a list of name-value pairs (an environment variable,
        a tag, a header) it is the name of the pair.
        """
        call = function(value)
        if call and call[0] == "Fn::If":
            for branch in sequence(call[1])[1:]:
                yield from self.strings(branch, path, name)
        elif isinstance(value, str) or call:
            for text in self.texts(value):
                yield path, name, text
        elif is_list(value):
            for index, item in enumerate(sequence(value)):
                yield from self.strings(item, f"{path}.{index}", name)
        else:
            body = mapping(value)
            pair = self._pair_name(body)
            for key, item in body.items():
                below = pair if pair and key in _PAIR_VALUES else str(key)
                yield from self.strings(item, f"{path}.{key}".lstrip("."), below)

    def _pair_name(self, body: Mapping[str, object]) -> str | None:
        texts = next((self.texts(body[key]) for key in _PAIR_NAMES if key in body), ())
        return texts[0] if texts else None


_PAIR_NAMES = ("Name", "name", "Key", "HeaderName", "ParameterKey", "ParameterName")
_PAIR_VALUES = ("Value", "value", "HeaderValue", "ParameterValue")
