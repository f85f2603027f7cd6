"""Resources that need something which is not on this machine: they are walked through, and told so.

The template stays as it is; the engine answers for them without a call.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from operations.local.engine.lifecycle import Lifecycle

_RECORD = "AWS::Route53::RecordSet"


def register_outside(handlers: dict[str, dict[str, Any]], lifecycle: Lifecycle) -> None:
    """Walk records through whose hosted zone no stack has made here: a template may only name a zone."""
    handlers[_RECORD] = _walked_when_outside(handlers[_RECORD], lifecycle)


def _zone_is_outside(properties: Mapping[str, Any]) -> bool:
    zones: Any = import_module("ministack.services.route53")._zones
    if zone_id := str(properties.get("HostedZoneId") or ""):
        return zone_id.removeprefix("/hostedzone/") not in zones
    wanted = str(properties.get("HostedZoneName") or "").rstrip(".")
    return all(zone["name"].rstrip(".") != wanted for zone in zones.values())


def _walked_when_outside(own: dict[str, Any], lifecycle: Lifecycle) -> dict[str, Any]:
    def create(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        if _zone_is_outside(properties):
            return lifecycle.create(_RECORD, logical_id, properties, stack)
        return own["create"](logical_id, properties, stack)

    def update(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str
    ) -> tuple[str, dict[str, Any]]:
        walked = lifecycle.holds(_RECORD, physical_id)
        if walked != _zone_is_outside(new):
            return create(logical_id, new, stack)
        return lifecycle.update(_RECORD, physical_id, new) if walked else own["update"](physical_id, old, new, stack)

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        if lifecycle.holds(_RECORD, physical_id):
            lifecycle.delete(_RECORD, physical_id)
        else:
            own["delete"](physical_id, properties)

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}
