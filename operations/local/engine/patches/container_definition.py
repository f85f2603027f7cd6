"""AWS::ECS::TaskDefinition: the engine keeps nested names (`Secrets`, `DependsOn`) as templates spell them, so that
DescribeTaskDefinition shows a container without them.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

from operations.local.engine.patches.support import CLOUDFORMATION, expect

# Below these the names are the user's own.
_FREE_NAMES = frozenset({"options", "dockerLabels", "driverOpts", "labels"})


def apply() -> None:
    """Spell the names as the API does, at every depth."""
    provisioners: Any = import_module(f"{CLOUDFORMATION}.provisioners")
    normalize: Callable[[list[Any]], list[Any]] = provisioners._normalize_container_defs

    def patched(definitions: list[Any]) -> list[Any]:
        return [_spelled(definition) for definition in normalize(definitions)]

    provisioners._normalize_container_defs = patched


def _spelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(item) for item in cast("list[Any]", value)]
    if not isinstance(value, Mapping):
        return value
    spelled: dict[str, Any] = {}
    for name, content in cast("Mapping[str, Any]", value).items():
        name = name[:1].lower() + name[1:]
        spelled[name] = content if name in _FREE_NAMES else _spelled(content)
    return spelled


def check() -> None:
    """Secrets and dependencies are spelled as in the API, a label as the user does."""
    definition: dict[str, Any] = {
        "Name": "a",
        "Secrets": [{"Name": "KEY", "ValueFrom": "arn"}],
        "DependsOn": [{"ContainerName": "b", "Condition": "SUCCESS"}],
        "DockerLabels": {"Mine": "kept"},
    }
    (spelled,) = import_module(f"{CLOUDFORMATION}.provisioners")._normalize_container_defs([definition])
    expect(spelled["secrets"] == [{"name": "KEY", "valueFrom": "arn"}], f"secrets are {spelled['secrets']}")
    expect(spelled["dependsOn"][0]["containerName"] == "b", f"dependencies are {spelled['dependsOn']}")
    expect(spelled["dockerLabels"] == {"Mine": "kept"}, "a label has changed")
