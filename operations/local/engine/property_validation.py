"""Refuses what CloudFormation would refuse in a resource's properties, by the type's own schema."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cfnlint.jsonschema import StandardValidator
from cfnlint.jsonschema.exceptions import ValidationError

from operations.local.engine.resource_type import ResourceType, values_at

_COERCIBLE = {"boolean", "integer", "number", "string"}


class InvalidPropertiesError(ValueError):
    """Properties that the type's schema does not allow; the text names each path and reason."""


def _fits(value: Any, wanted: str) -> bool:
    """Whether CloudFormation would convert the scalar `value`: it takes "5" for 5, "true" for true, 5 for "5"."""
    if wanted == "string":
        return isinstance(value, (bool, int, float))
    if not isinstance(value, str):
        return False
    if wanted == "boolean":
        return value.lower() in ("true", "false")
    try:
        number = float(value)
    except ValueError:
        return False
    return wanted == "number" or number.is_integer()


def _type(validator: Any, types: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    wanted: list[str] = [types] if isinstance(types, str) else list(types)
    if any(validator.is_type(instance, name) for name in wanted):
        return
    if any(name in _COERCIBLE and _fits(instance, name) for name in wanted):
        return
    yield ValidationError(f"expected type: {' or '.join(wanted)}, found: {type(instance).__name__} {instance!r}")


@cache
def _validator_class() -> Any:
    return StandardValidator({}).extend(validators={"type": _type})


def check_properties(resource_type: ResourceType, properties: Mapping[str, Any]) -> None:
    """Check names, required properties, types, enumerations, lengths, ranges and patterns, at every depth.

    Raises:
        InvalidPropertiesError: names the type and, for each finding, the path and the reason.
    """
    findings = [
        f"{'/'.join(pointer)}: read-only property, a template cannot set it"
        for pointer in resource_type.read_only
        if any(True for _ in values_at(properties, pointer))
    ]
    for error in _validator_class()(resource_type.schema).iter_errors(dict(properties)):
        place = "/".join(str(step) for step in error.path) or "#"
        findings.append(f"{place}: {error.message}")
    if findings:
        raise InvalidPropertiesError(
            f"Properties validation failed for resource type {resource_type.name}: {'; '.join(sorted(set(findings)))}"
        )
