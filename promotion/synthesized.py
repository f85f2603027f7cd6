"""One environment of the assembly, as a promotion takes it: its stacks in the order in which they are deployed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.local.assembly import AssemblyStack, Environment, read_environment
from promotion.errors import PromotionError


@dataclass(frozen=True, kw_only=True)
class Wave:
    """Stacks of one Region that are deployed with one command."""

    region: str
    stacks: tuple[AssemblyStack, ...]


def read_synthesized(assembly: Path, *, environment: str, qualifier: str) -> Environment:
    """Raises PromotionError where the assembly was synthesized for another bootstrap."""
    found = read_environment(assembly=assembly, name=environment)
    for stack in found.stacks:
        if stack.qualifier != qualifier:
            raise PromotionError(
                f"{stack.name} is deployed by {stack.qualifier}, but the pipeline's qualifier is {qualifier}: "
                "set @aws-cdk/core:bootstrapQualifier in cdk.json and qualifier in the pipeline's file to the same."
            )
    return found


def environment_names(assembly: Path) -> list[str]:
    """The environments of an assembly, as the tags of their stacks call them."""
    manifests = sorted(assembly.glob("assembly-*/manifest.json"))
    if not manifests:
        raise PromotionError(f"{assembly} holds no environment: name a folder that `cdk synth` wrote.")
    artifacts = (a for m in manifests for a in json.loads(m.read_text("utf-8"))["artifacts"].values())
    tags = (artifact.get("properties", {}).get("tags", {}) for artifact in artifacts)
    return sorted({tag["environment"] for tag in tags if "environment" in tag})


def waves(environment: Environment) -> list[Wave]:
    """The stacks after what they depend on, as few commands as the Regions allow.

    CloudFormation watches only alarms of the stack's own Region, so a command is of one Region.
    """
    needs = {stack.name: _needs(stack, environment) for stack in environment.stacks}
    waiting, done, found = list(environment.stacks), set[str](), list[Wave]()
    while waiting:
        region, taken = "", list[AssemblyStack]()
        while ready := [s for s in waiting if needs[s.name] <= done and s.region == (region or s.region)]:
            region = ready[0].region
            now = [stack for stack in ready if stack.region == region]
            taken += now
            done |= {stack.name for stack in now}
            waiting = [stack for stack in waiting if stack.name not in done]
        if not taken:
            raise PromotionError(f"The stacks {', '.join(s.name for s in waiting)} depend on each other in a circle.")
        found.append(Wave(region=region, stacks=tuple(taken)))
    return found


def _needs(stack: AssemblyStack, environment: Environment) -> set[str]:
    names = {_artifact(other): other.name for other in environment.stacks}
    return {names[need] for need in _manifest(stack)[_artifact(stack)].get("dependencies", ()) if need in names}


def _artifact(stack: AssemblyStack) -> str:
    return stack.template.name.removesuffix(".template.json")


def _manifest(stack: AssemblyStack) -> dict[str, Any]:
    return json.loads((stack.template.parent / "manifest.json").read_text("utf-8"))["artifacts"]
