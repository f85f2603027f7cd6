"""WAF's text transformations that the templates may use.

https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html, read 2026-11-23
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote


def normalize_path(path: str) -> str:
    """Remove repeated slashes, `.` segments and `..` segments with what stands before them.

    A rooted path does not climb above its root, as in ModSecurity, whose transformation has the same name
    (owasp-modsecurity/ModSecurity, src/actions/transformations/normalise_path.cc).
    """
    rooted = path.startswith("/")
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and (rooted or (kept and kept[-1] != "..")):
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    normal = ("/" if rooted else "") + "/".join(kept)
    return normal + "/" if path.endswith("/") and kept else normal


# Each byte is a character of its own, so that what is no UTF-8 stays what it is.
_TRANSFORMATIONS: dict[str, Callable[[str], str]] = {
    "NONE": lambda text: text,
    "LOWERCASE": str.lower,
    "URL_DECODE": lambda text: unquote(text, encoding="latin-1"),
    "NORMALIZE_PATH": normalize_path,
    "REMOVE_NULLS": lambda text: text.replace("\0", ""),
    "COMPRESS_WHITE_SPACE": lambda text: " ".join(text.split()),
}


def transform(text: str, transformations: Sequence[dict[str, Any]]) -> str:
    """Apply the transformations of a statement from the lowest priority to the highest.

    Raises:
        NotImplementedError: for one that is not modelled here.
    """
    for one in sorted(transformations, key=lambda t: t["Priority"]):
        if one["Type"] not in _TRANSFORMATIONS:
            raise NotImplementedError(f"text transformation {one['Type']}")
        text = _TRANSFORMATIONS[one["Type"]](text)
    return text
