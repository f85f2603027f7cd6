"""Deterministic values for what AWS would have chosen: identifiers, ARNs, states, addresses."""

import hashlib
from dataclasses import dataclass
from typing import Any

from operations.local.engine.resource_type import Pointer, ResourceType

# The state that a finished resource is in, in the spellings that AWS services use, most telling first.
_SETTLED_STATES = ("inservice", "active", "available", "enabled", "ready", "completed", "created", "ok")
_MOMENT = "2000-01-01T00:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a request lands."""

    account: str
    region: str
    partition: str = "aws"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a resource is: the same identity gives the same values, in every run.

    `generation` tells a replacement from the resource that it replaces.
    """

    scope: Scope
    stack: str
    logical_id: str
    generation: int

    def digest(self, *salt: str) -> str:
        """Twelve hexadecimal digits."""
        parts = (self.scope.account, self.scope.region, self.stack, self.logical_id, str(self.generation), *salt)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def generated_name(resource_type: ResourceType, identity: Identity, pointer: Pointer) -> str:
    """`<stack>-<logical id>-<suffix>` as CloudFormation names a resource, cut to the length that is allowed."""
    suffix = identity.digest(resource_type.name, *pointer)
    longest = int(resource_type.definition(pointer).get("maxLength") or 128)
    prefix = f"{identity.stack}-{identity.logical_id}"[: max(longest - len(suffix) - 1, 0)].rstrip("-")
    return f"{prefix}-{suffix}"[-longest:] if prefix else suffix[:longest]


def attribute_value(resource_type: ResourceType, identity: Identity, pointer: Pointer) -> Any:
    """A value of the attribute's own type and shape.

    Names decide where a schema only says "string": AWS spells `...Arn`, `...Time` and `...Ip` the same way everywhere.
    """
    definition = resource_type.definition(pointer)
    kind = definition.get("type", "string")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind in ("integer", "number"):
        return max(definition.get("minimum", 1), 1)
    if kind == "boolean":
        return False
    if kind == "array":
        return [attribute_value(resource_type, identity, (*pointer, "*"))]
    if kind == "object":
        return {
            name: attribute_value(resource_type, identity, (*pointer, name))
            for name in definition.get("properties", {})
        }
    return _text(resource_type, identity, pointer, definition)


def _text(resource_type: ResourceType, identity: Identity, pointer: Pointer, definition: dict[str, Any]) -> str:
    scope, name = identity.scope, next(step for step in reversed(pointer) if step != "*")
    if allowed := definition.get("enum"):
        settled = [value for state in _SETTLED_STATES for value in allowed if str(value).lower() == state]
        return str((settled or allowed)[0])
    lower = name.lower()
    if lower.endswith("arn"):
        own = generated_name(resource_type, identity, ("Arn",))
        kind = resource_type.name.split("::")[2].lower()
        return f"arn:{scope.partition}:{resource_type.service}:{scope.region}:{scope.account}:{kind}/{own}"
    if lower in ("accountid", "awsaccountid", "ownerid"):
        return scope.account
    if lower == "port":  # some services answer it as text
        return "443"
    if definition.get("format") == "date-time" or name.endswith(("Time", "Date", "Timestamp", "CreatedAt")):
        return _MOMENT
    if name.endswith(("Ip", "IP", "IpAddress")):
        # RFC 5737: 203.0.113.0/24 is for documentation and belongs to nobody.
        return f"203.0.113.{int(identity.digest(*pointer), 16) % 254 + 1}"
    return generated_name(resource_type, identity, pointer)
