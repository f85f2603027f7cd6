"""The templates of one environment, and what their values are once the deployment's own are known."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from operations.local.assembly import read_environment

Template = Mapping[str, Any]
Known = Mapping[tuple[str, str], str]
"""What a deployment makes known, by a resource's type and what is asked of it: an attribute, or `Ref`."""


@dataclass(frozen=True, kw_only=True)
class Templates:
    """What the stacks of an environment consist of. A stack is named without its environment."""

    account: str
    region: str
    files: Mapping[str, Path]
    by_stack: Mapping[str, Template]

    def one(self, stack: str, kind: str) -> Mapping[str, Any]:
        """The properties of a stack's only resource of a type."""
        (found,) = self.all(stack, kind).values()
        return found

    def all(self, stack: str, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """The properties of a stack's resources of a type, by logical id."""
        resources = self.by_stack[stack]["Resources"].items()
        return {name: each["Properties"] for name, each in resources if each["Type"] == kind}

    def asset(self, stack: str, key: str) -> str:
        """The text of a file that a deployment stores under this key.

        Raises:
            LookupError: there is no such file.
        """
        manifest = self.files[stack].with_name(self.files[stack].name.replace(".template.", ".assets."))
        for file in json.loads(manifest.read_text())["files"].values():
            if any(destination["objectKey"] == key for destination in file["destinations"].values()):
                return (manifest.parent / file["source"]["path"]).read_text()
        raise LookupError(f"{manifest}: no asset {key}")

    def resolved(self, stack: str, value: Any, known: Known) -> Any:
        """A value of a stack's template as the deployment enters it.

        Raises:
            LookupError: it refers to something that is not known.
        """
        if isinstance(value, list):
            return [self.resolved(stack, each, known) for each in cast("list[Any]", value)]
        match value:
            case {"Fn::Join": [separator, parts]}:
                return separator.join(self.resolved(stack, part, known) for part in parts)
            case {"Ref": "AWS::Partition"}:
                return "aws"
            case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::GetStackOutput": _} | {"Fn::ImportValue": _}:
                owner, name, attribute = self.target(stack, value)
                kind = self.by_stack[owner]["Resources"][name]["Type"]
                if (kind, attribute) not in known:
                    raise LookupError(f"Nobody has made {attribute} of {name}, {kind} of stack {owner}, known.")
                return known[kind, attribute]
            case {**mapping} if not any(key.startswith("Fn::") for key in mapping):
                return {key: self.resolved(stack, each, known) for key, each in mapping.items()}
            case {**function}:
                raise LookupError(f"Not a function that the gateway's templates have so far: {function}")
            case _:
                return value

    def target(self, stack: str, reference: Mapping[str, Any]) -> tuple[str, str, str]:
        """What a reference leads to, in whatever stack: the stack, the resource, and what is asked of it."""
        match reference:
            case {"Fn::GetAtt": [name, attribute]}:
                return stack, name, attribute
            case {"Ref": name}:
                return stack, name, "Ref"
            case {"Fn::GetStackOutput": {"StackName": producer, "OutputName": name}}:
                owner = producer.rpartition("-")[2]
                return self.target(owner, self.by_stack[owner]["Outputs"][name]["Value"])
            case {"Fn::ImportValue": export}:
                ((owner, value),) = [(owner, value) for owner, name, value in self._exports() if name == export]
                return self.target(owner, value)
            case _:
                raise LookupError(f"Not a reference: {reference}")

    def _exports(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        for owner, template in self.by_stack.items():
            for output in template.get("Outputs", {}).values():
                if "Export" in output:
                    yield owner, output["Export"]["Name"], output["Value"]


def read_templates(assembly: Path, *, environment: str) -> Templates:
    """Read one environment of a cloud assembly.

    Raises:
        OperationError: the assembly has no such environment.
    """
    stage = read_environment(assembly=assembly, name=environment)
    files = {stack.name.rpartition("-")[2]: stack.template for stack in stage.stacks}
    return Templates(
        account=stage.account,
        region=stage.stacks[0].region,
        files=files,
        by_stack={name: json.loads(file.read_text()) for name, file in files.items()},
    )
