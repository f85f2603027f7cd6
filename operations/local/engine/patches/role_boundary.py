"""AWS::IAM::Role: the engine drops PermissionsBoundary, so that a role could do more here than in AWS."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_STACK, Created, expect, handlers


def apply() -> None:
    """Set the boundary, or take it away, after every create and update."""
    roles: Any = import_module("ministack.services.iam")._roles
    handler = handlers()["AWS::IAM::Role"]
    create: Callable[..., Created] = handler["create"]
    update: Callable[..., Created] = handler["update"]

    def bounded(result: Created, properties: dict[str, Any]) -> Created:
        roles[result[0]]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
        return result

    def patched_create(logical_id: str, properties: dict[str, Any], stack: str) -> Created:
        return bounded(create(logical_id, properties, stack), properties)

    def patched_update(
        role: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Created:
        return bounded(update(role, old, new, stack, logical_id), new)

    handler.update(create=patched_create, update=patched_update)


def check() -> None:
    """A role shows its boundary through the service's own view."""
    iam: Any = import_module("ministack.services.iam")
    trust = {
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "a.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    }
    boundary = "arn:aws:iam::000000000001:policy/boundary"
    properties: dict[str, Any] = {"AssumeRolePolicyDocument": trust, "PermissionsBoundary": boundary}
    handler = handlers()["AWS::IAM::Role"]
    name, _ = handler["create"]("Role", properties, SCRATCH_STACK)
    _, _, body = iam._get_role({"RoleName": [name]})
    handler["delete"](name, properties)
    expect(boundary in str(body), "GetRole does not show the boundary")
