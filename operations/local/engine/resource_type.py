"""CloudFormation resource types, read from the resource schemas that cfn-lint bundles per Region."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from cfnlint.schema import ResourceNotFoundError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

# AWS releases types here first, so its list is the longest; a Region that lacks a type refuses it on use.
LONGEST_LIST_REGION = "us-east-1"

OUT_OF_REACH = frozenset(
    {
        "Custom::AWSCDK-EKS-HelmChart",
        "Custom::AWSCDK-EKS-KubernetesResource",
        "Custom::ClaimRelease",
        "Custom::ComputeQuota",
        "Custom::HyperPodNodes",
        "Custom::ImageMirror",
        "Custom::MigLayouts",
        "Custom::SpaceRemoval",
    }
)
"""Custom resources whose function calls what a machine on its own does not have: the internet, a Kubernetes API, or
HyperPod's. No schema describes them, and nothing may read an attribute of theirs."""

Pointer = tuple[str, ...]
"""A path into a resource's properties, e.g. ("Orchestrator", "Eks"); "*" stands for every list item."""


class UnknownResourceTypeError(ValueError):
    """The type does not exist in the Region, as CloudFormation would say."""


@dataclass(frozen=True)
class ResourceType:
    """What a life cycle needs to know of one type in one Region."""

    name: str
    schema: dict[str, Any]
    primary_identifier: tuple[Pointer, ...]
    read_only: tuple[Pointer, ...]
    create_only: tuple[Pointer, ...]
    attributes: tuple[Pointer, ...]
    """What Fn::GetAtt may ask for, e.g. ("Endpoint", "Address") for `Endpoint.Address`."""

    @property
    def service(self) -> str:
        """The service's part of an ARN, by convention the lower-case second part of the type name."""
        return self.name.split("::")[1].lower()

    @property
    def kind(self) -> str:
        """What the service calls the resource, lower case: "cluster" of AWS::EKS::Cluster."""
        return self.name.split("::")[2].lower()

    @property
    def replacing_properties(self) -> tuple[str, ...]:
        """Top-level properties of which every change replaces the resource."""
        return tuple(pointer[0] for pointer in self.create_only if len(pointer) == 1)

    def definition(self, pointer: Pointer) -> dict[str, Any]:
        """The schema of the property at `pointer`, or {} where the schema says nothing about it."""
        node = self.schema
        for step in pointer:
            node = self._resolved(node)
            child = node.get("items") if step == "*" else node.get("properties", {}).get(step)
            node = cast("dict[str, Any]", child if isinstance(child, dict) else {})
        return self._resolved(node)

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while reference := node.get("$ref"):
            target: Any = self.schema
            for step in str(reference).removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


def _pointer(text: str) -> Pointer:
    return tuple(text.removeprefix("/properties/").split("/"))


def resource_type_names() -> frozenset[str]:
    """Every resource type that can be walked through."""
    return OUT_OF_REACH | frozenset(PROVIDER_SCHEMA_MANAGER.get_resource_types(LONGEST_LIST_REGION))


@cache
def resource_type(*, name: str, region: str) -> ResourceType:
    """Read one type.

    Raises:
        UnknownResourceTypeError: the Region does not offer the type, or is no Region.
    """
    if name in OUT_OF_REACH:
        return ResourceType(
            name=name, schema={}, primary_identifier=(("Id",),), read_only=(), create_only=(), attributes=()
        )
    try:
        provider = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, name)
    except (ResourceNotFoundError, KeyError) as error:
        raise UnknownResourceTypeError(f"{name} is not available in {region}") from error
    schema = cast("dict[str, Any]", provider.schema)

    def pointers(key: str) -> tuple[Pointer, ...]:
        return tuple(_pointer(text) for text in schema.get(key) or ())

    # cfn-lint knows the types whose Fn::GetAtt answers more than their read-only properties.
    named = (tuple(str(name).split(".")) for name in provider.get_atts.data)
    read_only = pointers("readOnlyProperties")
    return ResourceType(
        name=name,
        schema=schema,
        primary_identifier=pointers("primaryIdentifier"),
        read_only=read_only,
        create_only=pointers("createOnlyProperties"),
        attributes=tuple(dict.fromkeys(pointer for pointer in named if "*" not in pointer)),
    )


def values_at(properties: Any, pointer: Pointer) -> Iterator[Any]:
    """Every value that `pointer` reaches in `properties`; nothing where a step is absent."""
    if not pointer:
        yield properties
        return
    step, rest = pointer[0], pointer[1:]
    if step == "*" and isinstance(properties, list):
        for item in cast("list[Any]", properties):
            yield from values_at(item, rest)
    elif isinstance(properties, Mapping) and step in properties:
        yield from values_at(properties[step], rest)
