"""Custom resources: a function that fails without an answer would hold its stack for an hour, as on AWS."""

from collections.abc import Callable
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import (
    CLOUDFORMATION,
    SCRATCH_ACCOUNT,
    SCRATCH_REGION,
    SCRATCH_STACK,
    expect,
)

# The provider framework hands the event on to further functions, which fail when they only ask to be called again.
_CALLED_BY_CLOUDFORMATION: ContextVar[bool] = ContextVar("called_by_cloudformation", default=False)


def apply() -> None:
    """Answer for the function when CloudFormation has called it and it has failed."""
    functions: Any = import_module("ministack.services.lambda_svc")
    custom_resource: Any = import_module(f"{CLOUDFORMATION}.custom_resource")
    execute: Callable[..., dict[str, Any]] = functions._execute_function_with_config_scope
    invoke: Callable[..., tuple[str, dict[str, Any]]] = custom_resource.invoke_custom_resource

    def patched_invoke(*request: Any, **named: Any) -> tuple[str, dict[str, Any]]:
        token = _CALLED_BY_CLOUDFORMATION.set(True)
        try:
            return invoke(*request, **named)
        finally:
            _CALLED_BY_CLOUDFORMATION.reset(token)

    def patched(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        result = execute(function, event)
        if result.get("error") and _CALLED_BY_CLOUDFORMATION.get():
            reason = str(result.get("body", {}).get("errorMessage") or "the function failed")
            token = event["ResponseURL"].rpartition("/")[2]
            custom_resource.deliver_response(token, {"Status": "FAILED", "Reason": reason})
        return result

    custom_resource.invoke_custom_resource = patched_invoke
    functions._execute_function_with_config_scope = patched


def _fail(_function: dict[str, Any], _event: dict[str, Any]) -> dict[str, Any]:
    return {"error": True, "body": {"errorMessage": "no such module"}}


def check() -> None:
    """A failed function answers its custom resource if CloudFormation has called it, and only then."""
    functions: Any = import_module("ministack.services.lambda_svc")
    custom_resource: Any = import_module(f"{CLOUDFORMATION}.custom_resource")
    arn = f"arn:aws:lambda:{SCRATCH_REGION}:{SCRATCH_ACCOUNT}:function:failing"
    record: dict[str, Any] = {"config": {"FunctionArn": arn}}
    answered, run = custom_resource.register_token(SCRATCH_STACK), functions._execute_function
    functions._execute_function = _fail
    functions._functions["failing"] = record
    reason = ""
    try:
        event = {"ResponseURL": custom_resource._response_url(SCRATCH_STACK)}
        functions._execute_function_with_config_scope(record, event)
        expect(not answered.is_set(), "a function that another function called answers the custom resource")
        properties = {"ServiceToken": arn, "ServiceTimeout": 5}
        custom_resource.invoke_custom_resource("Create", "A", properties, SCRATCH_STACK, "id", "Custom::A")
    except RuntimeError as failed:
        reason = str(failed)
    finally:
        functions._execute_function = run
        functions._functions.pop("failing")
        custom_resource.reset()
    expect(reason == "no such module", f"a function that failed answers {reason!r}")
