"""A cloud assembly as the sections read it: its stacks with their resources, acknowledgments and validation report."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from review.errors import ReviewError
from review.linking import REFERENCE, link
from rules.intrinsics import NOTHING, mapping, sequence
from rules.template import Template

_MANIFEST, _REPORT = "manifest.json", "validation-report.json"
_ACKNOWLEDGED, _LOGICAL_ID = "aws:cdk:acknowledged-rules", "aws:cdk:logicalId"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a stack. `path` is its construct's, empty where the template does not tell."""

    stack: str
    id: str
    type: str
    path: str
    properties: Mapping[str, object]
    body: Mapping[str, object]

    @property
    def name(self) -> str:
        """The construct path without what every resource of the CDK ends with."""
        return self.path.removesuffix("/Resource") or f"{self.stack}/{self.id}"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One template and where it is deployed. `path` is the construct path, `name` CloudFormation's.

    `raw` is the template as it is deployed, `template` the same with references to other stacks followed.
    """

    name: str
    path: str
    file: Path
    raw: Template
    template: Template
    tags: Mapping[str, str]
    protected: bool
    metadata: Mapping[str, object]
    """What the constructs of the stack say of themselves, by their path with a slash in front."""

    @property
    def stage(self) -> str:
        """The first part of the construct path when the stack stands in a stage, else empty."""
        return self.path.rpartition("/")[0].partition("/")[0]

    def said(self, kind: str) -> Iterator[tuple[str, object]]:
        """(construct path, data) of every metadata entry of a kind."""
        for path, entries in self.metadata.items():
            for entry in map(mapping, sequence(entries)):
                if entry.get("type") == kind:
                    yield path.lstrip("/"), entry.get("data")

    @cached_property
    def acknowledged(self) -> tuple[tuple[str, str, str], ...]:
        """(construct path, id, reason) of every acknowledgment of the stack."""
        return tuple(
            (path, id_, str(reason)) for path, data in self.said(_ACKNOWLEDGED) for id_, reason in mapping(data).items()
        )

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """By logical id."""
        paths = {str(data): path for path, data in self.said(_LOGICAL_ID)}
        declared = mapping(self.template.body.get("Resources"))
        return {
            found.id: Resource(
                stack=self.name,
                id=found.id,
                type=found.type,
                path=paths.get(found.id) or str(found.metadata.get("aws:cdk:path", "")),
                properties=found.properties,
                body=mapping(declared[found.id]),
            )
            for found in self.template.resources
        }


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """The stacks under review. `report` is None where no check ran at synthesis."""

    folder: Path
    stacks: tuple[Stack, ...]
    report: Mapping[str, object] | None

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Those of all stacks, in order."""
        return tuple(resource for stack in self.stacks for resource in stack.resources.values())

    @cached_property
    def by_path(self) -> Mapping[str, Resource]:
        """Every resource by its construct path, and by the path of the construct that it is the `Resource` of."""
        found = {resource.path: resource for resource in self.resources if resource.path}
        return {path.removesuffix("/Resource"): resource for path, resource in found.items()} | found

    @cached_property
    def by_name(self) -> Mapping[str, Stack]:
        """The stacks by CloudFormation's name."""
        return {stack.name: stack for stack in self.stacks}

    def referred(self, text: str, *, stack: str) -> Resource | None:
        """The resource that a rendered text refers to, from inside of a stack."""
        found = REFERENCE.search(text)
        holder = self.by_name.get(found["stack"] or stack) if found else None
        return holder.resources.get(found["id"]) if found and holder else None

    def named(self, text: str, *, stack: str) -> str:
        """A rendered text with the names of constructs in place of its references."""

        def name(found: re.Match[str]) -> str:
            resource = self.referred(found[0], stack=stack)
            return f"[{resource.name}]" if resource else found[0]

        return REFERENCE.sub(name, text)

    def stack_of(self, path: str) -> Stack | None:
        """The stack that holds a construct."""
        around = (stack for stack in self.stacks if path == stack.path or path.startswith(stack.path + "/"))
        return max(around, key=lambda stack: len(stack.path), default=None)


def read_assembly(folder: Path) -> Assembly:
    """Read an assembly and the assemblies of the stages in it. Raises ReviewError where there is none."""
    if not (folder / _MANIFEST).is_file():
        raise ReviewError(f"{folder} holds no {_MANIFEST}: name a folder that `cdk synth` wrote, for example cdk.out.")
    stacks = sorted(_stacks(folder), key=lambda stack: stack.path)
    linked = link(stack.raw for stack in stacks)
    report = _read(folder / _REPORT) if (folder / _REPORT).is_file() else None
    whole = tuple(replace(stack, template=linked[stack.name]) for stack in stacks)
    return Assembly(folder=folder, stacks=whole, report=report)


def _stacks(folder: Path) -> Iterator[Stack]:
    for artifact in mapping(_read(folder / _MANIFEST).get("artifacts")).values():
        body = mapping(artifact)
        properties = mapping(body.get("properties"))
        if body.get("type") == "cdk:cloud-assembly":
            yield from _stacks(folder / str(properties["directoryName"]))
        elif body.get("type") == "aws:cloudformation:stack":
            file = folder / str(properties["templateFile"])
            name = str(properties.get("stackName") or file.name.partition(".")[0])
            account, _, region = str(body.get("environment", "")).removeprefix("aws://").partition("/")
            path = str(body.get("displayName", name)).partition(" ")[0]
            raw = Template(str(file), _read(file), stack=name, account=_known(account), region=_known(region))
            yield Stack(
                name=name,
                path=path,
                file=file,
                raw=raw,
                template=raw,
                tags={str(key): str(value) for key, value in mapping(properties.get("tags")).items()},
                protected=properties.get("terminationProtection") is True,
                metadata=_metadata(file),
            )


def _metadata(template: Path) -> Mapping[str, object]:
    file = template.with_name(template.name.removesuffix(".template.json") + ".metadata.json")
    return _read(file) if file.is_file() else NOTHING


def _known(place: str) -> str | None:
    return None if not place or place.startswith("unknown-") else place


def _read(file: Path) -> Mapping[str, object]:
    try:
        return mapping(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise ReviewError(f"{file} cannot be read as JSON: {error}. Synthesize the assembly again.") from None
