"""What every patch needs: the engine's handlers, and a throw-away account to be tried in."""

from importlib import import_module
from typing import Any

CLOUDFORMATION = "ministack.services.cloudformation"
SCRATCH_ACCOUNT, SCRATCH_REGION, SCRATCH_STACK = "000000000001", "us-east-1", "start-check"

Created = tuple[str, dict[str, Any]]
"""A physical id (what Ref answers) and the attributes (what Fn::GetAtt answers)."""


def handlers() -> dict[str, dict[str, Any]]:
    """The engine's handlers by resource type."""
    return import_module(f"{CLOUDFORMATION}.provisioners")._RESOURCE_HANDLERS


def scratch(region: str = SCRATCH_REGION) -> Any:
    """A context in which the engine serves the throw-away account."""
    return import_module("ministack.core.responses").request_scope(SCRATCH_ACCOUNT, region)


def expect(condition: bool, message: str) -> None:
    """Raise ValueError with the message unless the condition holds; unlike assert, also under `python -O`."""
    if not condition:
        raise ValueError(message)
