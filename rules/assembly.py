"""Read the templates of a cloud assembly, and where its manifests say that each is deployed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .finding import Finding
from .intrinsics import NOTHING, mapping
from .template import Template

_ENVIRONMENT = re.compile(r"^aws://([^/]+)/([^/]+)$")
_UNKNOWN = "unknown-"


def read_templates(paths: Sequence[Path]) -> tuple[list[Template], list[tuple[Template, Finding]]]:
    """The templates at `paths`, and a finding for each file that is not a JSON object."""
    templates: list[Template] = []
    unreadable: list[tuple[Template, Finding]] = []
    for path in paths:
        body, problem = _read(path)
        template = _deployed(path, body)
        if problem:
            unreadable.append((template, _unreadable(problem)))
        else:
            templates.append(template)
    return templates, unreadable


def _deployed(path: Path, body: Mapping[str, object]) -> Template:
    """The template with its stack's name, account and Region; each is None where the assembly does not tell."""
    for artifact in _artifacts(path.with_name("manifest.json")):
        properties = mapping(artifact.get("properties"))
        if properties.get("templateFile") == path.name:
            known = _ENVIRONMENT.match(str(artifact.get("environment")))
            account, region = known.groups() if known else (None, None)
            return Template(
                str(path),
                body,
                stack=str(properties["stackName"]) if "stackName" in properties else None,
                account=None if account and account.startswith(_UNKNOWN) else account,
                region=None if region and region.startswith(_UNKNOWN) else region,
            )
    return Template(str(path), body)


def _artifacts(manifest: Path) -> Iterator[Mapping[str, object]]:
    body, _ = _read(manifest)
    return (mapping(artifact) for artifact in mapping(body.get("artifacts")).values())


def _read(path: Path) -> tuple[Mapping[str, object], str]:
    try:
        body: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        return NOTHING, str(error)
    return mapping(body), "" if mapping(body) else "it is not a JSON object"


def _unreadable(problem: str) -> Finding:
    return Finding(
        rule="TemplateIsReadable",
        message=f"The template cannot be checked: {problem}.",
        fix="Synthesize the assembly again.",
    )
