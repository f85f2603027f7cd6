"""Fn::GetStackOutput: the engine looks in the consumer's Region only, the reference may name another."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import CLOUDFORMATION, SCRATCH_STACK, expect, scratch

_RESOLVE = "_resolve_refs"


def apply() -> None:
    """Resolve a reference in the Region that it names."""
    engine = import_module(f"{CLOUDFORMATION}.engine")
    responses = import_module("ministack.core.responses")
    resolve: Callable[..., Any] = getattr(engine, _RESOLVE)

    def patched(value: Any, *context: Any) -> Any:
        reference: Any = value.get("Fn::GetStackOutput") if isinstance(value, dict) else None
        region = resolve(reference.get("Region", ""), *context) if isinstance(reference, dict) else ""
        if not region or region == responses.get_region():
            return resolve(value, *context)
        with responses.request_scope(responses.get_account_id(), region):
            return resolve(value, *context)

    # The other modules of the engine hold the function under its own name.
    for module_name, module in list(sys.modules.items()):
        if module_name.startswith(CLOUDFORMATION) and getattr(module, _RESOLVE, None) is resolve:
            setattr(module, _RESOLVE, patched)


def check() -> None:
    """An output of another Region is found, also inside another function."""
    stacks: Any = import_module(CLOUDFORMATION)._stacks
    resolve: Callable[..., Any] = import_module(f"{CLOUDFORMATION}.stacks")._resolve_refs
    reference = {"StackName": SCRATCH_STACK, "OutputName": "Key", "Region": "eu-west-1"}
    with scratch("eu-west-1"):
        stacks[SCRATCH_STACK] = {"Outputs": [{"OutputKey": "Key", "OutputValue": "found"}]}
    try:
        nested = {"Fn::Join": ["", [{"Fn::GetStackOutput": reference}]]}
        expect(resolve(nested, {}, {}, {}, {}, "consumer", "id") == "found", "another Region's output is not found")
    finally:
        with scratch("eu-west-1"):
            stacks.pop(SCRATCH_STACK)
