"""Custom resources: a function that fails without an answer would hold its stack for an hour, as on AWS."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import (
    CLOUDFORMATION,
    SCRATCH_ACCOUNT,
    SCRATCH_REGION,
    SCRATCH_STACK,
    expect,
)


def apply() -> None:
    """Answer for the function when it has failed."""
    functions: Any = import_module("ministack.services.lambda_svc")
    custom_resource: Any = import_module(f"{CLOUDFORMATION}.custom_resource")
    execute: Callable[..., dict[str, Any]] = functions._execute_function_with_config_scope

    def patched(function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        result = execute(function, event)
        url = event.get("ResponseURL", "")
        if result.get("error") and url:
            reason = str(result.get("body", {}).get("errorMessage") or "the function failed")
            custom_resource.deliver_response(url.rpartition("/")[2], {"Status": "FAILED", "Reason": reason})
        return result

    functions._execute_function_with_config_scope = patched


def _fail(_function: dict[str, Any], _event: dict[str, Any]) -> dict[str, Any]:
    return {"error": True, "body": {"errorMessage": "no such module"}}


def check() -> None:
    """A failed function answers its custom resource."""
    functions: Any = import_module("ministack.services.lambda_svc")
    custom_resource: Any = import_module(f"{CLOUDFORMATION}.custom_resource")
    answered, execute = custom_resource.register_token(SCRATCH_STACK), functions._execute_function
    functions._execute_function = _fail
    arn = f"arn:aws:lambda:{SCRATCH_REGION}:{SCRATCH_ACCOUNT}:function:failing"
    event = {"ResponseURL": custom_resource._response_url(SCRATCH_STACK)}
    try:
        functions._execute_function_with_config_scope({"config": {"FunctionArn": arn}}, event)
    finally:
        functions._execute_function = execute
        custom_resource.reset()
    expect(answered.is_set(), "a function that failed leaves its custom resource waiting")
