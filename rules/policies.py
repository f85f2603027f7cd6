"""Where a template holds IAM policy documents, and what is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from .intrinsics import function, is_list, items, mapping, sequence
from .template import Resource, Template

Document = Mapping[str, object]

# Types that carry a list of {PolicyName, PolicyDocument}, and types that are one document.
_INLINE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_DOCUMENT = {
    "AWS::IAM::Policy": "PolicyDocument",
    "AWS::IAM::ManagedPolicy": "PolicyDocument",
    "AWS::IAM::RolePolicy": "PolicyDocument",
    "AWS::IAM::UserPolicy": "PolicyDocument",
    "AWS::IAM::GroupPolicy": "PolicyDocument",
    "AWS::SSO::PermissionSet": "InlinePolicy",
}


def identity_policies(template: Template) -> Iterator[tuple[Resource, str, Document]]:
    """(resource, property path, document) of every policy that gives an identity its permissions."""
    for resource in template.resources:
        if resource.type in _INLINE:
            for index, policy in enumerate(items(resource.properties.get("Policies"))):
                yield (
                    resource,
                    f"Properties.Policies.{index}.PolicyDocument",
                    _document(template, mapping(policy).get("PolicyDocument")),
                )
        elif key := _DOCUMENT.get(resource.type):
            yield resource, f"Properties.{key}", _document(template, resource.properties.get(key))


def all_policies(template: Template) -> Iterator[tuple[Resource, str, Document]]:
    """(resource, property path, document) of every policy: identity, resource and trust."""
    for resource in template.resources:
        for path, document in _documents(resource.properties, "Properties"):
            yield resource, path, document


def statements(document: Document) -> Iterator[Document]:
    """The statements of a policy. One that is not a mapping is left to CloudFormation Validate."""
    return (mapping(statement) for statement in items(document.get("Statement")) if mapping(statement))


def _documents(value: object, path: str) -> Iterator[tuple[str, Document]]:
    if is_list(value):
        for index, item in enumerate(sequence(value)):
            yield from _documents(item, f"{path}.{index}")
        return
    body = mapping(value)
    if any("Effect" in s or "Action" in s for s in statements(body)):
        yield path, body
        return
    for key, item in body.items():
        yield from _documents(item, f"{path}.{key}")


def _document(template: Template, value: object) -> Document:
    """A document, also one that is given as JSON text; an empty one where the text is not JSON."""
    if isinstance(value, str) or function(value):
        for text in template.texts(value):
            try:
                return mapping(json.loads(text))
            except ValueError:
                continue
    return mapping(value)
