"""What a template imports, another template of the same assembly exports.

CloudFormation finds a missing export only when the stack is deployed, and then rolls the whole stack back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .finding import Finding
from .intrinsics import is_list, mapping, sequence
from .template import Template

RULE = "NoImportWithoutExport"


def check(templates: Sequence[Template]) -> Iterator[tuple[Template, Finding]]:
    """Findings for imports that no template among `templates` exports."""
    exports = {
        name
        for template in templates
        for output in mapping(template.body.get("Outputs")).values()
        for name in template.texts(mapping(mapping(output).get("Export")).get("Name"))
    }
    for template in templates:
        for resource in template.resources:
            for path, argument in _imports(resource.properties, "Properties"):
                for name in template.texts(argument):
                    if name not in exports:
                        yield template, _finding(resource.id, path, name)
        for path, argument in _imports(template.body.get("Outputs"), "Outputs"):
            for name in template.texts(argument):
                if name not in exports:
                    yield template, _finding(None, path, name)


def _imports(value: object, path: str) -> Iterator[tuple[str, object]]:
    if is_list(value):
        for index, item in enumerate(sequence(value)):
            yield from _imports(item, f"{path}.{index}")
        return
    for key, item in mapping(value).items():
        if key == "Fn::ImportValue":
            yield path, item
        else:
            yield from _imports(item, f"{path}.{key}")


def _finding(resource: str | None, path: str, name: str) -> Finding:
    return Finding(
        rule=RULE,
        detail=name,
        resource=resource,
        path=path,
        message=f"The template imports '{name}', which no stack of this assembly exports.",
        fix="Pass the object between the stacks. Where another app exports it, acknowledge this id and name the app.",
    )
