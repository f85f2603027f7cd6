"""What a text assigns: names and values in JSON, YAML, a shell script, a query string, a command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_QUOTED = (
    re.compile(rf"""\\*["']({_NAME})\\*["']\s*:\s*\\*["']([^"'\\]+)"""),  # JSON, also inside a JSON text
    re.compile(rf"""(?:^|[\s;&?"'(,])-{{0,2}}({_NAME})[ ]?=[ ]?\\*["']([^"'\\]+)""", re.MULTILINE),  # any language
)
_UNQUOTED = (
    re.compile(rf"""^[ \t]*(?:-[ \t]+)?({_NAME}):[ \t]+["']?([^\s"'#]+)["']?[ \t]*(?:\#.*)?$""", re.MULTILINE),  # YAML
    re.compile(rf"""name:[ \t]+["']?({_NAME})["']?\s*\n[ \t]*value:[ \t]+["']?([^\s"'#]+)"""),  # YAML, pairs
    re.compile(rf"""(?:^|[\s;&?"'(])-{{0,2}}({_NAME})=([^\s"';&|\\]+)""", re.MULTILINE),  # shell, query string
    re.compile(rf"""(?:^|\s)--({_NAME})[ ]+["']?([^\s"';&|-][^\s"';&|]*)"""),  # command line
)
# These blocks hold the names of secrets: in a build specification, and in an ExternalSecret of Kubernetes.
_NAMES = re.compile(
    r"(?:secrets-manager|parameter-store):(?:\n[ ]+[\w.-]+:[ ]+\S.*)+|secretKey:[ \t]+\S+[ \t]*\n\s*remoteRef:"
)
_HINT = re.compile(r"pass|pwd|secret|token|key|credential|salt|auth|license", re.IGNORECASE)


def assignments(text: str, *, code: bool = False) -> Iterator[tuple[str, str]]:
    """(name, value) of everything that `text` assigns.

    In program `code` only what is quoted is a value; the rest are expressions.
    """
    if not _HINT.search(text):
        return
    text = _NAMES.sub("", text)
    for pattern in _QUOTED if code else (*_QUOTED, *_UNQUOTED):
        for match in pattern.finditer(text):
            yield match.group(1), match.group(2)
