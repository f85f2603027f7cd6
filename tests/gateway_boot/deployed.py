"""What the template gives the gateway's container: command, environment, names of secrets, configuration."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from operations.local.assembly import read_environment

Template = Mapping[str, Any]
AT_DEPLOYMENT = "known-at-deployment-"
"""What a value begins with that the template has no value for."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The container as it would be started. What is known at deployment only has a name that says so."""

    account: str
    region: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    secrets: tuple[str, ...]
    """The variables that are filled from secrets."""
    configuration: str
    """The text of the file that the environment names in S3."""
    task_policy: Mapping[str, Any]
    """The policy document of the task's role."""
    cache_user: str
    """The cache's one user: its name, and its rights as the cache's own rules."""


def read_deployed(assembly: Path, *, environment: str) -> Deployed:
    """Read one environment of a cloud assembly.

    Raises:
        OperationError: the assembly has no such environment.
    """
    stage = read_environment(assembly=assembly, name=environment)
    stacks = {stack.name.rpartition("-")[2]: stack for stack in stage.stacks}
    gateway, data = (json.loads(stacks[name].template.read_text()) for name in ("Gateway", "GatewayData"))
    definition = _service_task(gateway)
    container = next(each for each in definition["ContainerDefinitions"] if each["Name"] == "Gateway")
    variables = {entry["Name"]: _text(entry["Value"]) for entry in container["Environment"]}
    return Deployed(
        account=stage.account,
        region=stacks["Gateway"].region,
        command=tuple(container["Command"]),
        environment=variables,
        secrets=tuple(secret["Name"] for secret in container["Secrets"]),
        configuration=_asset(
            stacks["Gateway"].template.with_name(stacks["Gateway"].template.name.replace(".template.", ".assets.")),
            variables["LITELLM_CONFIG_BUCKET_OBJECT_KEY"],
        ),
        task_policy=_task_policy(gateway, definition["TaskRoleArn"]["Fn::GetAtt"][0]),
        cache_user=_cache_user(_one(data, "AWS::ElastiCache::User")),
    )


def _one(template: Template, kind: str) -> Mapping[str, Any]:
    (found,) = (each["Properties"] for each in template["Resources"].values() if each["Type"] == kind)
    return found


def _service_task(gateway: Template) -> Mapping[str, Any]:
    tasks = (r["Properties"] for r in gateway["Resources"].values() if r["Type"] == "AWS::ECS::TaskDefinition")
    return next(t for t in tasks if "Gateway" in {c["Name"] for c in t["ContainerDefinitions"]})


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, parts]}:
            return separator.join(_text(part) for part in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Fn::GetStackOutput": {"OutputName": name}}:
            return f"{AT_DEPLOYMENT}{name.lower()}"
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            return f"{AT_DEPLOYMENT}{name.lower()}"
        case _:
            raise ValueError(f"Not a value that a container's definition has so far: {value}")


def _resolved(value: Any) -> Any:
    if isinstance(value, list):
        return [_resolved(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    mapping = cast("dict[str, Any]", value)
    if any(key == "Ref" or key.startswith("Fn::") for key in mapping):
        return _text(mapping)
    return {key: _resolved(each) for key, each in mapping.items()}


def _asset(manifest: Path, key: str) -> str:
    for file in json.loads(manifest.read_text())["files"].values():
        if any(destination["objectKey"] == key for destination in file["destinations"].values()):
            return (manifest.parent / file["source"]["path"]).read_text()
    raise LookupError(f"{manifest}: no asset {key}")


def _task_policy(template: Template, role: str) -> Mapping[str, Any]:
    policies = [
        each["Properties"]["PolicyDocument"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Policy" and {"Ref": role} in each["Properties"]["Roles"]
    ]
    statements = [statement for policy in policies for statement in policy["Statement"]]
    return {"Version": "2012-10-17", "Statement": _resolved(statements)}


def _cache_user(user: Mapping[str, Any]) -> str:
    return f"{user['UserName']} {user['AccessString']}"
