"""What a template takes from another stack, another template of the same assembly gives.

CloudFormation finds a missing export or output only when the stack is deployed, and then rolls the whole stack back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .finding import Finding
from .intrinsics import is_list, mapping, sequence
from .template import Template

RULE = "NoImportWithoutExport"
_IMPORT, _STACK_OUTPUT = "Fn::ImportValue", "Fn::GetStackOutput"

Place = tuple[str | None, str | None]


@dataclass(frozen=True)
class _Given:
    """What an assembly gives: exports by account and Region, and the outputs of each stack."""

    exports: frozenset[tuple[Place, str]]
    outputs: frozenset[tuple[Place, str, str]]


def check(templates: Sequence[Template]) -> Iterator[tuple[Template, Finding]]:
    """Findings for exports and outputs that no template among `templates` has in that account and Region."""
    given = _given(templates)
    for template in templates:
        for resource in template.resources:
            for path, name, argument in _calls(resource.properties, "Properties"):
                for missing in _missing(template, given, name, argument):
                    yield template, _finding(resource.id, path, missing)
        for path, name, argument in _calls(template.body.get("Outputs"), "Outputs"):
            for missing in _missing(template, given, name, argument):
                yield template, _finding(None, path, missing)


def _given(templates: Sequence[Template]) -> _Given:
    exports: set[tuple[Place, str]] = set()
    outputs: set[tuple[Place, str, str]] = set()
    for template in templates:
        place = (template.account, template.region)
        for key, output in mapping(template.body.get("Outputs")).items():
            outputs.add((place, template.stack or "", key))
            for name in template.texts(mapping(mapping(output).get("Export")).get("Name")):
                exports.add((place, name))
    return _Given(frozenset(exports), frozenset(outputs))


def _calls(value: object, path: str) -> Iterator[tuple[str, str, object]]:
    if is_list(value):
        for index, item in enumerate(sequence(value)):
            yield from _calls(item, f"{path}.{index}")
        return
    for key, item in mapping(value).items():
        if key in (_IMPORT, _STACK_OUTPUT):
            yield path, key, item
        else:
            yield from _calls(item, f"{path}.{key}")


def _missing(template: Template, given: _Given, name: str, argument: object) -> Iterator[str]:
    """The names that a call asks for and no template gives; what only a deployment knows is not asked for."""
    if name == _IMPORT:
        here = (template.account, template.region)
        yield from (export for export in template.texts(argument) if (here, export) not in given.exports)
        return
    call = mapping(argument)
    for stack in template.texts(call.get("StackName")):
        for output in template.texts(call.get("OutputName")):
            if "${" not in stack + output and not _is_given(template, given, call, stack, output):
                yield f"{stack}.{output}"


def _is_given(template: Template, given: _Given, call: Mapping[str, object], stack: str, output: str) -> bool:
    regions = set(template.texts(call.get("Region"))) or {template.region}
    regions = {template.region if region == "${AWS::Region}" else region for region in regions}
    return any(
        (stack, output) == (its_stack, its_output)
        and (region in regions or region is None)
        # A role is named only to read another account's stack.
        and (account == template.account or "RoleArn" in call)
        for (account, region), its_stack, its_output in given.outputs
    )


def _finding(resource: str | None, path: str, name: str) -> Finding:
    return Finding(
        rule=RULE,
        detail=name,
        resource=resource,
        path=path,
        message=f"The template takes '{name}', which no stack of this assembly exports in the same account and Region.",
        fix="Pass the object between the stacks. Where another app exports it, acknowledge this id and name the app.",
    )
