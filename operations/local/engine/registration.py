"""Gives the engine a life-cycle handler for every AWS type that it does not emulate."""

from importlib import import_module
from typing import Any

from operations.local.engine.identity import Scope
from operations.local.engine.lifecycle import Lifecycle
from operations.local.engine.outside import register_outside
from operations.local.engine.resource_type import resource_type, resource_type_names
from operations.local.engine.sagemaker_reads import register_sagemaker

# The engine refuses the internal types that it lacks on purpose: a macro or a hook cannot be walked through.
_ENGINE_INTERNAL = "AWS::CloudFormation::"


def request_scope() -> Scope:
    """The account and Region of the request that is being served."""
    responses = import_module("ministack.core.responses")
    return Scope(account=responses.get_account_id(), region=responses.get_region())


def register(lifecycle: Lifecycle) -> None:
    """Register; what the engine has a handler for stays as it is."""
    provisioners = import_module("ministack.services.cloudformation.provisioners")
    handlers: dict[str, dict[str, Any]] = provisioners._RESOURCE_HANDLERS
    for name in resource_type_names() - frozenset(handlers):
        if not name.startswith(_ENGINE_INTERNAL):
            handlers[name] = _handler(lifecycle, name, provisioners._REPLACING_PROPERTIES)
    register_outside(handlers, lifecycle)
    register_sagemaker(lifecycle)


def _handler(lifecycle: Lifecycle, name: str, replacing: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    def create(logical_id: str, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        created = lifecycle.create(name, logical_id, properties, stack)
        # Change sets, and with them `cdk diff`, say "replace" for these; a type's schema is read when it is first used.
        replacing[name] = resource_type(name=name, region=request_scope().region).replacing_properties
        return created

    def update(physical_id: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> tuple[str, dict[str, Any]]:
        return lifecycle.update(name, physical_id, new)

    def delete(physical_id: str, _properties: dict[str, Any]) -> None:
        lifecycle.delete(name, physical_id)

    return {"create": create, "update": update, "delete": delete}
