"""An environment with a gateway as its templates have it, and an example's file with a change."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.conftest import Stack

EXAMPLES = Path(__file__).parents[3] / "environments" / "examples"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Platform:
    """The stacks of one environment, by name."""

    stacks: Mapping[str, Stack]

    @classmethod
    def of(cls, stacks: Iterable[Stack], environment: str) -> "Platform":
        """One environment among some stacks."""
        return cls({stack.name: stack for stack in stacks if stack.environment == environment})

    def resources(self, stack: str, resource_type: str) -> list[Resource]:
        return list(self.stacks[stack].resources(resource_type).values())

    def properties(self, stack: str, resource_type: str) -> list[Resource]:
        return self.stacks[stack].properties(resource_type)

    def one(self, stack: str, resource_type: str) -> Resource:
        (properties,) = self.properties(stack, resource_type)
        return properties

    def database(self) -> Resource:
        """The cluster of Aurora, or the instance of RDS."""
        clusters = self.resources("GatewayData", "AWS::RDS::DBCluster")
        (one,) = clusters or self.resources("GatewayData", "AWS::RDS::DBInstance")
        return one

    def container(self, name: str = "Gateway") -> Resource:
        return next(c for c in self.task()["ContainerDefinitions"] if c["Name"] == name)

    def task(self) -> Resource:
        """The definition that the service runs, and not the release."""
        tasks = self.properties("Gateway", "AWS::ECS::TaskDefinition")
        return next(t for t in tasks if "Gateway" in {c["Name"] for c in t["ContainerDefinitions"]})

    def environment(self) -> Resource:
        return {entry["Name"]: entry["Value"] for entry in self.container()["Environment"]}


def references(value: object) -> set[str]:
    """Logical ids that a value of a template, or a resource, depends on."""
    if isinstance(value, dict):
        if "Ref" in value:
            return {value["Ref"]}
        if "Fn::GetAtt" in value:
            return {value["Fn::GetAtt"][0]}
        found = {value["DependsOn"]} if isinstance(value.get("DependsOn"), str) else set(value.get("DependsOn", ()))
        return found.union(*(references(v) for k, v in value.items() if k != "DependsOn"))
    return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()


def needs(stack: Stack, resource_type: str, other_type: str) -> bool:
    """Whether CloudFormation makes a resource after another, and so deletes it before."""
    ids, others = set(stack.resources(resource_type)), set(stack.resources(other_type))
    reached: set[str] = set()
    while ids:
        reached |= ids
        ids = set().union(*(references(stack.template["Resources"].get(name, {})) for name in ids)) - reached
    return bool(others & reached)


def changed_text(example: str, change: str) -> str:
    """The file of an example with a change, which is YAML that is laid over it: lists are replaced."""
    yaml = YAML(typ="safe")
    return json.dumps(_laid_over(yaml.load(EXAMPLES / f"{example}.yaml"), yaml.load(change)))


def _laid_over(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    return {**base, **{key: _laid_over(base.get(key), value) for key, value in change.items()}}
