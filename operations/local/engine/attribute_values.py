"""Deterministic values for what AWS would have chosen: identifiers, ARNs, states, addresses."""

import re
from typing import Any

from operations.local.engine.aws_spellings import (
    ARN_SERVICES,
    GLOBAL_SERVICES,
    HYPHENATED_ARN_SERVICES,
    ID_PREFIXES,
    ID_SERVICES,
    OTHERS_ARNS,
    PORTS,
)
from operations.local.engine.fitting import fitting
from operations.local.engine.identity import Identity
from operations.local.engine.resource_type import Pointer, ResourceType

# The state that a finished resource is in, in the spellings that AWS services use, most telling first.
_SETTLED_STATES = ("inservice", "active", "available", "enabled", "ready", "completed", "created", "ok")
# Between a small letter and a capital, and before the last capital of several: HumanTaskUi, VPCEndpoint.
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MOMENT = "2000-01-01T00:00:00Z"


def generated_name(resource_type: ResourceType, identity: Identity, pointer: Pointer) -> str:
    """`<stack>-<logical id>-<suffix>` as CloudFormation names a resource, as long and as spelled as is allowed."""
    definition, suffix = resource_type.definition(pointer), identity.digest(resource_type.name, *pointer)
    longest = int(definition.get("maxLength") or 128)
    prefix = f"{identity.stack}-{identity.logical_id}"[: max(longest - len(suffix) - 1, 0)].rstrip("-")
    name = f"{prefix}-{suffix}"[-longest:] if prefix else suffix[:longest]
    return fitting(definition, identity, name, [name.lower()])


def attribute_value(resource_type: ResourceType, identity: Identity, pointer: Pointer) -> Any:
    """A value of the attribute's own type and shape.

    Names decide where a schema only says "string": AWS spells `...Arn`, `...Time` and `...Ip` the same way everywhere.
    """
    definition = resource_type.definition(pointer)
    kind = definition.get("type", "string")
    kind = kind if isinstance(kind, str) else kind[0]
    if kind in ("integer", "number"):
        if pointer[-1].lower() == "port":
            return int(PORTS.get(resource_type.service, "443"))
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
    if allowed := definition.get("enum"):
        settled = [value for state in _SETTLED_STATES for value in allowed if str(value).lower() == state]
        return str((settled or allowed)[0])
    preferred, *others = _texts(resource_type, identity, pointer, definition)
    return fitting(definition, identity, preferred, others)


def _texts(
    resource_type: ResourceType, identity: Identity, pointer: Pointer, definition: dict[str, Any]
) -> tuple[str, ...]:
    """What AWS would most likely write there, the likeliest first."""
    name = next(step for step in reversed(pointer) if step != "*")
    lower = name.lower()
    if lower.endswith("arn"):
        return (_arn(resource_type, identity, lower),)
    if lower in ("accountid", "awsaccountid", "ownerid"):
        return (identity.scope.account,)
    if lower == "port":  # some services answer it as text
        return (PORTS.get(resource_type.service, "443"),)
    if lower == "version":  # a resource starts as its draft, and a type that is named for its versions with the first
        return ("1",) if resource_type.kind.endswith("version") else ("DRAFT", "1") if definition else ("1",)
    if definition.get("format") == "date-time" or name.endswith(("Time", "Date", "Timestamp", "edAt")):
        return (_MOMENT,)
    if name.endswith(("Ip", "IP", "IpAddress")):
        # RFC 5737: 203.0.113.0/24 is for documentation and belongs to nobody.
        return (f"203.0.113.{int(identity.digest(*pointer), 16) % 254 + 1}",)
    generated = generated_name(resource_type, identity, pointer)
    if lower in ("address", "dnsname", "domainname", "endpoint"):
        # RFC 2606: example.com belongs to nobody who would answer.
        return (f"{identity.digest(*pointer)}.{resource_type.service}.{identity.scope.region}.example.com", generated)
    if prefix := _id_prefix(resource_type, pointer, lower):
        return (f"{prefix}-0{identity.digest(resource_type.name, *pointer, digits=16)}", generated)
    return (generated,)


def _id_prefix(resource_type: ResourceType, pointer: Pointer, lower: str) -> str | None:
    if resource_type.service not in ID_SERVICES:
        return None
    if lower == "id":
        lower = (pointer[-2].lower() if len(pointer) > 1 else resource_type.kind) + lower
    return ID_PREFIXES.get(lower.removesuffix("s"))


def _arn(resource_type: ResourceType, identity: Identity, attribute: str) -> str:
    scope = identity.scope
    service = ARN_SERVICES.get(resource_type.service, resource_type.service)
    kind = resource_type.name.split("::")[2]
    hyphenated = resource_type.service in HYPHENATED_ARN_SERVICES
    start = f"{_WORD_START.sub('-', kind).lower() if hyphenated else kind.lower()}/"
    for end, (other, resource) in OTHERS_ARNS.items():
        if attribute.endswith(end):
            service, start = other, resource
    region = "" if service in GLOBAL_SERVICES else scope.region
    own = generated_name(resource_type, identity, ("Arn",))
    return f"arn:{scope.partition}:{service}:{region}:{scope.account}:{start}{own}"
