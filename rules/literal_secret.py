"""No secret stands in a template: whoever may read a stack, a task definition or the assembly would read it.

Two signs are looked for in every text: the shape of a known key, and a name that says secret beside a literal
value.
The findings say where and what kind, never the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .finding import Finding
from .intrinsics import mapping
from .secret_search import kinds
from .secret_values import is_reference
from .template import Template

RULE = "NoLiteralSecret"
FIX = (
    "Keep the value in Secrets Manager and refer to it: an ECS secret (ValueFrom), a dynamic reference "
    "({{resolve:secretsmanager:...}}), or the secret's ARN, which the program reads at run time. Rotate the value: "
    "it was written down."
)

# What CloudFront sends along so that an origin knows it: whoever knows it too passes for CloudFront.
_ORIGIN_HEADER = re.compile(r"\.OriginCustomHeaders\.\d+\.HeaderValue$")


def check(template: Template) -> Iterator[Finding]:
    """Findings for parameters' defaults, mappings, outputs, and all properties and metadata of all resources."""
    for name, declared in mapping(template.body.get("Parameters")).items():
        yield from _check_parameter(template, name, mapping(declared))
    for section in ("Mappings", "Outputs", "Metadata"):
        for path, name, text in template.strings(template.body.get(section), section):
            yield from _check_text(template, None, path, name, text)
    for resource in template.resources:
        for section, value in (("Properties", resource.properties), ("Metadata", resource.metadata)):
            for path, name, text in template.strings(value, section):
                yield from _check_text(template, resource.id, path, name, text)


def _check_parameter(template: Template, name: str, declared: object) -> Iterator[Finding]:
    body = mapping(declared)
    path = f"Parameters.{name}.Default"
    if str(body.get("Type", "")).startswith("AWS::SSM::"):
        return  # the default names an SSM parameter
    for text in template.texts(body.get("Default")):
        if text and str(body.get("NoEcho", "")).lower() == "true":
            yield secret_finding(None, path, "the default of a NoEcho parameter")
        else:
            yield from _check_text(template, None, path, name, text)


def _check_text(template: Template, resource: str | None, path: str, name: str, text: str) -> Iterator[Finding]:
    found = list(kinds(template, name, text))
    if not found and _ORIGIN_HEADER.search(path) and not is_reference(text):
        found = [f"a literal value for the origin's header '{name}'"]
    for kind in dict.fromkeys(found):
        yield secret_finding(resource, path, kind)


def secret_finding(resource: str | None, path: str, kind: str, *, holder: str = "template") -> Finding:
    """The finding for one kind of secret at one place."""
    return Finding(
        rule=RULE,
        detail=path.removeprefix("Properties."),
        resource=resource,
        path=path,
        message=f"The {holder} holds {kind}.",
        fix=FIX,
    )
