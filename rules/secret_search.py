"""Look for secrets in one text, and in what the text holds when it is JSON or user data."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator

from .secret_assignments import assignments
from .secret_shapes import shapes
from .secret_values import is_secret
from .template import Template

# Properties that hold a program.
_CODE = ("ZipFile", "FunctionCode")
# Blocks of a CodeBuild specification whose values are the names of secrets.
_NAMES_OF_SECRETS = {"secrets-manager", "parameter-store"}


def kinds(template: Template, name: str, text: str) -> Iterator[str]:
    """What kinds of secrets stand in a text that is called `name`."""
    if name == "UserData":
        text = decoded(text)
    if is_secret(name, text):
        yield f"a literal value for '{name}'"
    structure = parsed(text)
    inside = list(template.strings(structure))
    # An ExternalSecret of Kubernetes names the key that it writes beside the place that it reads.
    referring = {path.split(".remoteRef.")[0] for path, _, _ in inside if ".remoteRef." in path}
    for path, inner_name, inner in inside:
        named = inner_name == "secretKey" and path.removesuffix(".secretKey") in referring
        if not named and not _NAMES_OF_SECRETS & set(path.split(".")):
            yield from kinds(template, inner_name, inner)
    if structure is None:
        yield from kinds_in_text(text, code=name in _CODE)


def kinds_in_text(text: str, *, code: bool) -> Iterator[str]:
    """What kinds of secrets stand in a text without structure; in program `code` only what is quoted counts."""
    yield from shapes(text)
    for key, value in assignments(text, code=code):
        if is_secret(key, value, expanded=True):
            yield f"a literal value for '{key}'"


def decoded(text: str) -> str:
    """User data is often given as Base64 already."""
    try:
        return b64decode(text, validate=True).decode()
    except ValueError:
        return text


def parsed(text: str) -> object:
    """The object or list that a text holds as JSON; None for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None
