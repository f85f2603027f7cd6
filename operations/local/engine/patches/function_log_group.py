"""Lambda: a log group that somebody else made, and deletes, is made again by the lines that still arrive."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_STACK, expect


def apply() -> None:
    """Make the group of a function's own name only; on AWS the role must be allowed to make any other."""
    functions: Any = import_module("ministack.services.lambda_svc")
    logs: Any = import_module("ministack.services.cloudwatch_logs")
    emit: Callable[..., None] = functions._emit_lambda_logs

    def patched(function: dict[str, Any], *arguments: Any, **options: Any) -> None:
        given = (function.get("config") or function).get("LoggingConfig", {}).get("LogGroup")
        if given is None or given in logs._log_groups:
            emit(function, *arguments, **options)

    functions._emit_lambda_logs = patched


def check() -> None:
    """A group that is gone stays gone; a function's own is made."""
    functions: Any = import_module("ministack.services.lambda_svc")
    logs: Any = import_module("ministack.services.cloudwatch_logs")
    configurations: tuple[dict[str, str], ...] = ({"LogGroup": "gone"}, {})
    try:
        for configuration in configurations:
            function = {"FunctionName": SCRATCH_STACK, "LoggingConfig": configuration}
            functions._emit_lambda_logs(function, "1", "a line", False, 1)
        expect(list(logs._log_groups) == [f"/aws/lambda/{SCRATCH_STACK}"], f"there is {list(logs._log_groups)}")
    finally:
        logs._log_groups.pop(f"/aws/lambda/{SCRATCH_STACK}", None)
