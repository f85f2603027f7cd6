"""Writes small cloud assemblies by hand, as `cdk synth` lays them out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAGE = "Bad"
ACCOUNT, REGION = "111122223333", "eu-central-1"
Body = dict[str, Any]


@dataclass(kw_only=True)
class StackOnDisk:
    """`resources` by logical id; `acknowledged` is construct path -> id -> reason, below the stack's own path."""

    resources: Mapping[str, Body]
    acknowledged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    outputs: Mapping[str, Body] = field(default_factory=dict)
    protected: bool = False


def resource(type_: str, *, body: Mapping[str, Any] | None = None, **properties: Any) -> Body:
    """A resource; `body` holds what stands beside its properties."""
    return {"Type": type_, "Properties": properties, **(body or {})}


def violation(rule: str, path: str, *, severity: str = "error", stage: str = STAGE, **acknowledged: str) -> Body:
    """A violation of the validation report, suppressed where it is acknowledged."""
    places = [{"constructPath": f"{stage}/{path}"}]
    return {
        "ruleName": rule,
        "description": f"{rule}.",
        "severity": severity,
        "violatingConstructs": places,
    } | acknowledged


def plugin(name: str, *violations: Body, suppressed: tuple[Body, ...] = (), **more: Any) -> Body:
    """A pack's part of the report."""
    report = {"pluginName": name, "conclusion": "success", "violations": list(violations)}
    return report | {"suppressedViolations": list(suppressed)} | more


def write(folder: Path, stacks: Mapping[str, StackOnDisk], *, report: list[Body] | None, stage: str = STAGE) -> Path:
    """An assembly with one stage, or one stage more of it; without a report it was never checked."""
    inner = folder / f"assembly-{stage}"
    inner.mkdir(parents=True)
    nested = {
        path.name: {"type": "cdk:cloud-assembly", "properties": {"directoryName": path.name}}
        for path in folder.glob("assembly-*")
    }
    artifacts = {name: _artifact(stage, name, stack) for name, stack in stacks.items()}
    _dump(folder / "manifest.json", {"artifacts": nested})
    _dump(inner / "manifest.json", {"artifacts": artifacts})
    for name, stack in stacks.items():
        _dump(inner / f"{name}.template.json", {"Resources": stack.resources, "Outputs": stack.outputs})
        _dump(inner / f"{name}.metadata.json", _metadata(stage, name, stack))
    if report is not None:
        _dump(folder / "validation-report.json", {"version": "1", "pluginReports": report})
    return folder


def _artifact(stage: str, name: str, stack: StackOnDisk) -> Body:
    return {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/{REGION}",
        "displayName": f"{stage}/{name} ({stage}-{name})",
        "properties": {
            "templateFile": f"{name}.template.json",
            "stackName": f"{stage}-{name}",
            "terminationProtection": stack.protected,
            "tags": {"owner": "platform@example.com", "environment": stage.lower()},
        },
    }


def _metadata(stage: str, name: str, stack: StackOnDisk) -> Body:
    metadata: dict[str, list[Body]] = {
        f"/{stage}/{name}/{id_}/Resource": [{"type": "aws:cdk:logicalId", "data": id_}] for id_ in stack.resources
    }
    for path, ids in stack.acknowledged.items():
        entry = {"type": "aws:cdk:acknowledged-rules", "data": dict(ids)}
        metadata.setdefault(f"/{stage}/{name}/{path}".rstrip("/"), []).append(entry)
    return metadata


def _dump(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=1))
