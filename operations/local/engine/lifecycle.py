"""Walks resources of types that the engine does not emulate through their life cycle.

Nothing stands behind such a resource: its properties are checked against the type's schema, it gets an identity and
attributes, it is updated in place or replaced as the schema says, and it is listed until it is deleted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from operations.local.engine.attribute_values import attribute_value, generated_name
from operations.local.engine.identity import Identity, Scope
from operations.local.engine.property_validation import check_properties
from operations.local.engine.resource_type import Pointer, ResourceType, resource_type, values_at

# Types whose Ref is documented to answer one part of a composite primary identifier.
# Source: AWS CloudFormation Template Reference, "Return values" of each type.
_REF_POINTER: Mapping[str, Pointer] = {
    "AWS::EC2::EIP": ("PublicIp",),
}


class ResourceExistsError(ValueError):
    """A create with an identifier that is taken."""


class ResourceNotFoundError(ValueError):
    """An update of a resource that is not there."""


@dataclass(frozen=True, kw_only=True)
class HeldResource:
    """One resource as the life cycle holds it."""

    resource_type: str
    physical_id: str
    identity: Identity
    properties: Mapping[str, Any]
    attributes: Mapping[str, Any]


class Lifecycle:
    """Create, update, delete and list, in the account and Region that `scope` names at the time of the call."""

    def __init__(self, *, scope: Callable[[], Scope]) -> None:
        self._scope = scope
        self._held: dict[tuple[Scope, str, str], HeldResource] = {}

    def create(
        self, type_name: str, logical_id: str, properties: Mapping[str, Any], stack: str
    ) -> tuple[str, dict[str, Any]]:
        """Check, hold and answer (physical id, attributes).

        Raises:
            UnknownResourceTypeError, InvalidPropertiesError, ResourceExistsError: with CloudFormation's reason.
        """
        scope = self._scope()
        kind = resource_type(name=type_name, region=scope.region)
        check_properties(kind, properties)
        taken = ""
        for generation in count():
            identity = Identity(scope=scope, stack=stack, logical_id=logical_id, generation=generation)
            held = _resource(kind, identity, properties)
            key = (scope, type_name, held.physical_id)
            if key not in self._held:
                self._held[key] = held
                return held.physical_id, dict(held.attributes)
            if held.physical_id == taken:
                break
            taken = held.physical_id
        raise ResourceExistsError(f"{type_name} with identifier {taken} already exists")

    def update(self, type_name: str, physical_id: str, properties: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Change in place, or create the replacement when a create-only property changed.

        The caller deletes the replaced resource, as CloudFormation does after the update has succeeded.

        Raises:
            ResourceNotFoundError: nothing is held under that id; otherwise as `create`.
        """
        scope = self._scope()
        key = (scope, type_name, physical_id)
        held = self._held.get(key)
        if held is None:
            raise ResourceNotFoundError(f"{type_name} with identifier {physical_id} was not found")
        kind = resource_type(name=type_name, region=scope.region)
        if needs_replacement(kind, held.properties, properties):
            return self.create(type_name, held.identity.logical_id, properties, held.identity.stack)
        check_properties(kind, properties)
        updated = _resource(kind, held.identity, properties, physical_id=physical_id)
        self._held[key] = updated
        return physical_id, dict(updated.attributes)

    def delete(self, type_name: str, physical_id: str) -> None:
        """Let go of the resource; one that is already gone is no error."""
        self._held.pop((self._scope(), type_name, physical_id), None)

    def holds(self, type_name: str, physical_id: str) -> bool:
        """Whether it was created here and not deleted yet."""
        return (self._scope(), type_name, physical_id) in self._held

    def held(self, type_name: str) -> list[HeldResource]:
        """What is held of a type, in the order of creation."""
        scope = self._scope()
        return [held for (where, name, _), held in self._held.items() if (where, name) == (scope, type_name)]

    def listing(self) -> list[dict[str, Any]]:
        """Everything held, in every account and Region, in the order of creation."""
        return [
            {
                "ResourceType": held.resource_type,
                "PhysicalResourceId": held.physical_id,
                "LogicalResourceId": held.identity.logical_id,
                "StackName": held.identity.stack,
                "Account": held.identity.scope.account,
                "Region": held.identity.scope.region,
                "Properties": dict(held.properties),
                "Attributes": dict(held.attributes),
            }
            for held in self._held.values()
        ]


def needs_replacement(kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether any create-only property, at any depth, differs."""
    return any(list(values_at(old, path)) != list(values_at(new, path)) for path in kind.create_only)


def _resource(
    kind: ResourceType, identity: Identity, properties: Mapping[str, Any], physical_id: str | None = None
) -> HeldResource:
    attributes = {".".join(path): _attribute(kind, identity, properties, path) for path in kind.attributes}
    for name, value in list(attributes.items()):
        attributes.update(_leaves(name, value))
    if physical_id is None:
        pointers = (_REF_POINTER[kind.name],) if kind.name in _REF_POINTER else kind.primary_identifier
        physical_id = "|".join(str(_attribute(kind, identity, properties, path)) for path in pointers)
    return HeldResource(
        resource_type=kind.name,
        physical_id=physical_id,
        identity=identity,
        properties=dict(properties),
        attributes=attributes,
    )


def _attribute(kind: ResourceType, identity: Identity, properties: Mapping[str, Any], path: Pointer) -> Any:
    given = next(values_at(properties, path), None)
    if given is not None:
        return given
    if path in kind.read_only:
        return attribute_value(kind, identity, path)
    if path in kind.primary_identifier or path[-1].endswith("Name"):
        return generated_name(kind, identity, path)
    return attribute_value(kind, identity, path)


def _leaves(name: str, value: Any) -> dict[str, Any]:
    """`Endpoint` also answers `Endpoint.Address`: Fn::GetAtt may name a member of an object."""
    if not isinstance(value, dict):
        return {}
    found: dict[str, Any] = {}
    for member, content in value.items():
        found[f"{name}.{member}"] = content
        found.update(_leaves(f"{name}.{member}", content))
    return found
