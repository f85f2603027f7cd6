"""Reads a synthesized cloud assembly (cdk.out): which stacks an environment has, and where they go."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.errors import OperationError
from operations.toolkit import QUALIFIER, qualifier_of


@dataclass(frozen=True, kw_only=True)
class AssemblyStack:
    """One stack of a Stage."""

    name: str
    """The CloudFormation stack name."""
    construct_path: str
    """What the CDK CLI selects by, e.g. "Dev/Network"."""
    template: Path
    metadata: Path | None
    """What the CDK knows of each construct, kept beside the template."""
    account: str
    region: str
    qualifier: str = QUALIFIER
    """Of the bootstrap that it is deployed by."""

    def construct_path_of(self, logical_id: str) -> str:
        """The construct behind a logical id, e.g. "Dev/Network/Vpc/Resource", or "" where nothing names it."""
        resources = json.loads(self.template.read_text()).get("Resources", {})
        path: str = resources.get(logical_id, {}).get("Metadata", {}).get("aws:cdk:path", "")
        # A template carries paths only when the CDK CLI synthesized it.
        return path or self._path_in_metadata(logical_id)

    def _path_in_metadata(self, logical_id: str) -> str:
        if self.metadata is None or not self.metadata.exists():
            return ""
        named = {"type": "aws:cdk:logicalId", "data": logical_id}
        for path, entries in json.loads(self.metadata.read_text()).items():
            if any(named.items() <= entry.items() for entry in entries):
                return path.removeprefix("/")
        return ""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment of an assembly: a Stage, in one account."""

    assembly: Path
    stage: str
    stacks: tuple[AssemblyStack, ...]

    @property
    def account(self) -> str:
        """The twelve-digit account that all stacks share."""
        return self.stacks[0].account

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region that a stack goes to, in the order of the stacks."""
        return tuple(dict.fromkeys(stack.region for stack in self.stacks))


def stage_id(environment: str) -> str:
    """The Stage's construct id: "dev" is "Dev", "us-prod" is "UsProd"."""
    return "".join(part.capitalize() for part in environment.replace("_", "-").split("-"))


def has_environment(*, assembly: Path, name: str) -> bool:
    """Whether the environment has a Stage in the assembly.

    Raises:
        OperationError: no assembly.
    """
    return stage_id(name) in _stages(assembly)


def read_environment(*, assembly: Path, name: str) -> Environment:
    """Find the environment's Stage in the assembly.

    Raises:
        OperationError: no assembly, no such environment, no stack in it, or stacks without one definite account.
    """
    stage = stage_id(name)
    stages = _stages(assembly)
    if stage not in stages:
        present = ", ".join(sorted(stages)) or "none"
        raise OperationError(f"Environment {name}: {assembly} has no Stage {stage}. Stages in it: {present}.")
    folder = assembly / stages[stage]
    stacks = tuple(
        _stack(folder, artifact)
        for artifact in _artifacts(folder).values()
        if artifact["type"] == "aws:cloudformation:stack"
    )
    if not stacks:
        raise OperationError(f"Environment {name}: Stage {stage} in {assembly} has no stacks.")
    accounts = sorted({stack.account for stack in stacks})
    if len(accounts) > 1:
        raise OperationError(
            f"Environment {name}: its stacks name the accounts {', '.join(accounts)}; the embedded engine deploys one."
        )
    return Environment(assembly=assembly, stage=stage, stacks=stacks)


def _stages(assembly: Path) -> dict[str, str]:
    """The folder of each."""
    return {
        artifact["properties"].get("displayName", artifact_id): artifact["properties"]["directoryName"]
        for artifact_id, artifact in _artifacts(assembly).items()
        if artifact["type"] == "cdk:cloud-assembly"
    }


def _artifacts(folder: Path) -> dict[str, Any]:
    manifest = folder / "manifest.json"
    try:
        return json.loads(manifest.read_text()).get("artifacts", {})
    except FileNotFoundError:
        raise OperationError(f"{manifest} does not exist: synthesize first (`make synth`).") from None
    except json.JSONDecodeError as error:
        raise OperationError(f"{manifest} is not JSON ({error}): synthesize again (`make synth`).") from None


def _stack(folder: Path, artifact: dict[str, Any]) -> AssemblyStack:
    name, metadata = artifact["properties"]["stackName"], artifact.get("additionalMetadataFile")
    account, _, region = artifact["environment"].removeprefix("aws://").partition("/")
    if not (account.isdigit() and len(account) == 12) or region.startswith("unknown"):
        raise OperationError(
            f"Stack {name}: its environment is {artifact['environment']}; twelve digits and a Region are needed."
        )
    return AssemblyStack(
        name=name,
        construct_path=artifact["displayName"].partition(" (")[0],
        template=folder / artifact["properties"]["templateFile"],
        metadata=folder / metadata if metadata else None,
        account=account,
        region=region,
        qualifier=qualifier_of(artifact["properties"].get("bootstrapStackVersionSsmParameter")),
    )
