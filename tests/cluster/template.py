"""A template, and in which order CloudFormation makes and deletes its resources."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Template:
    """One template."""

    content: dict[str, Any]

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        return self.content["Resources"]

    def ids(self, resource_type: str, **properties: Any) -> list[str]:
        """The resources of a type that have these properties."""
        return [
            name
            for name, resource in self.resources.items()
            if resource["Type"] == resource_type
            and all(resource.get("Properties", {}).get(key) == value for key, value in properties.items())
        ]

    def one(self, resource_type: str, **properties: Any) -> dict[str, Any]:
        """The properties of the one resource of a type that has these."""
        (name,) = self.ids(resource_type, **properties)
        return self.resources[name].get("Properties", {})

    def waits_for(self, later: str, earlier: str) -> bool:
        """Whether the first is made after the second, and so deleted before it."""
        return earlier in self._before(later)

    def addon(self, name: str) -> str:
        (found,) = self.ids("AWS::EKS::Addon", AddonName=name)
        return found

    def chart(self, name: str) -> str:
        (found,) = self.ids("Custom::AWSCDK-EKS-HelmChart", Release=name)
        return found

    def manifest(self, kind: str, name: str) -> str:
        """The resource that applies an object."""
        (found,) = [
            resource
            for resource in self.ids("Custom::AWSCDK-EKS-KubernetesResource")
            for each in self.objects(resource)
            if (each["kind"], each["metadata"]["name"]) == (kind, name)
        ]
        return found

    def objects(self, resource: str) -> list[dict[str, Any]]:
        """The objects that a resource applies; a value that is known later stands as text."""
        return json.loads(self._text(self.resources[resource]["Properties"]["Manifest"]))

    def all_objects(self) -> Iterator[dict[str, Any]]:
        for resource in self.ids("Custom::AWSCDK-EKS-KubernetesResource"):
            yield from self.objects(resource)

    def _text(self, value: Any) -> str:
        match value:
            case str():
                return value
            case {"Fn::Join": [_, parts]}:
                return "".join(self._text(part) for part in parts)
            case {"Ref": name}:
                return str(name).lower()
            case {"Fn::GetAtt": [name, attribute]}:
                return f"{name}.{attribute}".lower()
            case _:
                raise ValueError(value)

    @cached_property
    def _edges(self) -> dict[str, set[str]]:
        return {name: set(self._named(resource)) & self.resources.keys() for name, resource in self.resources.items()}

    def _named(self, value: Any) -> Iterator[str]:
        match value:
            case {"Ref": str(name)}:
                yield name
            case {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::Sub": str(text)}:
                yield from re.findall(r"\$\{([A-Za-z0-9]+)", text)
            case dict():
                for key, item in value.items():
                    yield from [item] if key == "DependsOn" and isinstance(item, str) else ()
                    yield from item if key == "DependsOn" and isinstance(item, list) else self._named(item)
            case list():
                for item in value:
                    yield from self._named(item)
            case _:
                return

    def _before(self, name: str) -> set[str]:
        seen: set[str] = set()
        rest = [name]
        while rest:
            for each in self._edges[rest.pop()] - seen:
                seen.add(each)
                rest.append(each)
        return seen
