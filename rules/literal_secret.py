"""No secret stands in a template: whoever may read a stack, a task definition or the assembly would read it.

Two signs are looked for in every text: the shape of a known key, and a name that says secret beside a literal
value.
The findings say where and what kind, never the value.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator

from .finding import Finding
from .intrinsics import mapping
from .secret_patterns import assignments, is_literal, says_secret, shapes
from .template import Template

RULE = "NoLiteralSecret"
FIX = (
    "Keep the value in Secrets Manager and refer to it: an ECS secret (ValueFrom), a dynamic reference "
    "({{resolve:secretsmanager:...}}), or the secret's ARN, which the program reads at run time. Rotate the value: "
    "it was written down."
)

# Properties that hold a program.
_CODE = ("ZipFile", "FunctionCode")
# Blocks of a CodeBuild specification whose values are the names of secrets.
_NAMES_OF_SECRETS = {"secrets-manager", "parameter-store"}


def check(template: Template) -> Iterator[Finding]:
    """Findings for parameters' defaults, mappings, outputs and all properties of all resources."""
    for name, declared in mapping(template.body.get("Parameters")).items():
        yield from _check_parameter(template, name, mapping(declared))
    for section in ("Mappings", "Outputs"):
        for path, name, text in template.strings(template.body.get(section), section):
            yield from _check_text(template, None, path, name, text)
    for resource in template.resources:
        for path, name, text in template.strings(resource.properties, "Properties"):
            yield from _check_text(template, resource.id, path, name, text)


def _check_parameter(template: Template, name: str, declared: object) -> Iterator[Finding]:
    body = mapping(declared)
    path = f"Parameters.{name}.Default"
    if str(body.get("Type", "")).startswith("AWS::SSM::"):
        return  # the default names an SSM parameter
    for text in template.texts(body.get("Default")):
        if text and str(body.get("NoEcho", "")).lower() == "true":
            yield _finding(None, path, "the default of a NoEcho parameter")
        else:
            yield from _check_text(template, None, path, name, text)


def _check_text(template: Template, resource: str | None, path: str, name: str, text: str) -> Iterator[Finding]:
    for kind in dict.fromkeys(_kinds(template, name, text)):
        yield _finding(resource, path, kind)


def _kinds(template: Template, name: str, text: str) -> Iterator[str]:
    """What kinds of secrets stand in a text that is called `name`."""
    if name == "UserData":
        text = _decoded(text)
    if says_secret(name) and is_literal(text, name=name):
        yield f"a literal value for '{name}'"
    structure = _structure(text)
    for path, inner_name, inner in template.strings(structure):
        if not _NAMES_OF_SECRETS & set(path.split(".")):
            yield from _kinds(template, inner_name, inner)
    if structure is None:
        yield from shapes(text)
        for key, value in assignments(text, code=name in _CODE):
            if says_secret(key) and is_literal(value, name=key):
                yield f"a literal value for '{key}'"


def _finding(resource: str | None, path: str, kind: str) -> Finding:
    return Finding(
        rule=RULE,
        detail=path.removeprefix("Properties."),
        resource=resource,
        path=path,
        message=f"The template holds {kind}.",
        fix=FIX,
    )


def _decoded(text: str) -> str:
    """User data is often given as Base64 already."""
    try:
        return b64decode(text, validate=True).decode()
    except ValueError:
        return text


def _structure(text: str) -> object:
    """The object or list that a text holds as JSON; None for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
