"""AWS::SecretsManager::Secret: the engine's Ref is the secret's name, CloudFormation's is its ARN."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import CLOUDFORMATION, SCRATCH_STACK, Created, expect, handlers


def apply() -> None:
    """Make the ARN the physical id, in the life cycle and in drift detection."""
    handler = handlers()["AWS::SecretsManager::Secret"]
    create: Callable[..., Created] = handler["create"]
    update: Callable[..., Created] = handler["update"]
    delete: Callable[..., None] = handler["delete"]
    readers: dict[str, Any] = import_module(f"{CLOUDFORMATION}.drift")._DRIFT_READERS
    read, compared = readers["AWS::SecretsManager::Secret"]

    def name(arn: str) -> str:
        return arn.partition(":secret:")[2][: -len("-123456")]

    def by_arn(result: Created) -> Created:
        return result[1]["Id"], result[1]

    def patched_create(logical_id: str, properties: dict[str, Any], stack: str) -> Created:
        return by_arn(create(logical_id, properties, stack))

    def patched_update(
        arn: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Created:
        return by_arn(update(name(arn), old, new, stack, logical_id))

    def patched_delete(arn: str, properties: dict[str, Any]) -> None:
        delete(name(arn), properties)

    def patched_read(arn: str, properties: dict[str, Any]) -> Any:
        return read(name(arn), properties)

    handler.update(create=patched_create, update=patched_update, delete=patched_delete)
    readers["AWS::SecretsManager::Secret"] = (patched_read, compared)


def check() -> None:
    """Ref is the ARN and stays it, and a delete by ARN deletes."""
    handler = handlers()["AWS::SecretsManager::Secret"]
    secrets: Any = import_module("ministack.services.secretsmanager")._secrets
    properties: dict[str, Any] = {"GenerateSecretString": {}}
    arn, _ = handler["create"]("Secret", properties, SCRATCH_STACK)
    same, _ = handler["update"](arn, properties, {**properties, "Description": "new"}, SCRATCH_STACK, "Secret")
    held = list(secrets)
    handler["delete"](arn, properties)
    expect(arn.startswith("arn:aws:secretsmanager:"), f"Ref is {arn}")
    expect(same == arn, "an update changes the identity")
    expect(bool(held) and not list(secrets), "a delete by ARN leaves the secret")
