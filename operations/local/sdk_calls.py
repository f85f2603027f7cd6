"""CDK's AwsCustomResource calls a service with that service's SDK package; the engine has a few of them only."""

import json
import re
from collections.abc import Iterator
from typing import Any

from operations.errors import OperationError
from operations.local.assembly import AssemblyStack, Environment
from operations.local.workspace import PROJECT

_SERVICE = re.compile(r'\\*"service\\*":\s*\\*"(?:@aws-sdk/client-)?([A-Za-z0-9-]+)')


def check_sdk_calls(environment: Environment) -> None:
    """Refuse before anything is deployed what would fail in the middle of it.

    Raises:
        OperationError: names each resource, the service that it calls, and the services that it may call here.
    """
    packages = sorted((PROJECT / "node_modules" / "@aws-sdk").glob("client-*"))
    present = {package.name.removeprefix("client-") for package in packages}
    spelled = {name.replace("-", "") for name in present}
    problems = [
        f"{stack.name}: {stack.construct_path_of(logical_id) or logical_id} calls {service} with the AWS SDK"
        for stack in environment.stacks
        for logical_id, service in _calls(stack)
        if service.replace("-", "").lower() not in spelled
    ]
    if problems:
        raise OperationError(
            "\n".join([*problems, f"Functions on the embedded engine have the SDK for: {', '.join(sorted(present))}."])
        )


def _calls(stack: AssemblyStack) -> Iterator[tuple[str, str]]:
    resources: dict[str, Any] = json.loads(stack.template.read_text()).get("Resources", {})
    for logical_id, resource in resources.items():
        properties: dict[str, Any] = resource.get("Properties", {})
        # Every AwsCustomResource has it, whatever its type is called.
        if "InstallLatestAwsSdk" in properties:
            calls = [properties.get(name) for name in ("Create", "Update", "Delete")]
            # A call is JSON in a string, or such a string in pieces.
            for service in sorted(set(_SERVICE.findall(json.dumps(calls)))):
                yield logical_id, service
