"""Where a template holds IAM policy documents, and what is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .intrinsics import function, is_list, items, mapping, sequence
from .template import Resource, Template

Document = Mapping[str, object]


def all_policies(template: Template) -> Iterator[tuple[Resource, str, Document]]:
    """(resource, property path, document) of every policy: identity, resource and trust.

    Each branch of a condition is one of its own, and so is each text that a policy given as JSON can have.
    """
    for resource in template.resources:
        for path, document in _documents(template, resource.properties, "Properties"):
            yield resource, path, document


def statements(document: Document) -> Iterator[Document]:
    """The statements of a policy. One that is not a mapping is left to CloudFormation Validate."""
    return (mapping(statement) for statement in items(document.get("Statement")) if mapping(statement))


def _documents(template: Template, value: object, path: str) -> Iterator[tuple[str, Document]]:
    call = function(value)
    if is_list(value):
        for index, item in enumerate(sequence(value)):
            yield from _documents(template, item, f"{path}.{index}")
    elif call and call[0] == "Fn::If":
        for branch in sequence(call[1])[1:]:
            yield from _documents(template, branch, path)
    elif isinstance(value, str) or call:
        # Rendering and parsing cost time; almost no text holds a policy.
        if "Statement" in str(value):
            for text in template.texts(value):
                yield from _documents(template, _parsed(text), path)
    else:
        body = mapping(value)
        if any("Effect" in s or "Action" in s or "NotAction" in s for s in statements(body)):
            yield path, body
            return
        for key, item in body.items():
            yield from _documents(template, item, f"{path}.{key}")


def _parsed(text: str) -> object:
    """The object or list that a text holds as JSON; None for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
