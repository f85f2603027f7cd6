"""What a secret looks like: shapes that the issuers document."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Each is anchored so that it does not match inside a longer word.
_SHAPES = {
    "an AWS access key": r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7][A-Z0-9]{15}(?![A-Z0-9])",
    "an Amazon Bedrock API key": r"(?<!\w)ABSK[A-Za-z0-9+/=]{40,}",
    "an API key (sk-...)": r"(?<![\w-])sk-(?=[\w-]*\d)(?:(?:proj|ant|or|live|test)-)?[A-Za-z0-9_-]{20,}",
    "a Hugging Face token": r"(?<!\w)hf_[A-Za-z0-9]{30,}",
    "a GitHub token": r"(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})",
    "a GitLab token": r"(?<![\w-])glpat-[A-Za-z0-9_-]{20,}",
    "a Slack token": r"(?<!\w)xox[abeprs]-[A-Za-z0-9-]{10,}",
    "the address of a Slack webhook": r"(?<![\w.-])hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]{20,}",
    "a Google API key": r"(?<!\w)AIza[A-Za-z0-9_-]{35}",
    "an NVIDIA API key": r"(?<![\w-])nvapi-[A-Za-z0-9_-]{20,}",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----",
    "a JSON web token": r"(?<!\w)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    # A digit tells a token from the words that follow "bearer" and "basic" in prose.
    "an authorization header": r"(?i:(?<![\w-])(?:bearer|authorization[\"']?[=:] {0,2}[\"']?basic)(?: |%20))"
    r"(?=[A-Za-z._~+/-]*\d)[A-Za-z0-9._~+/-]{12,}",
    "a URL with a password": r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@\"'<>{}$]*:(?![\s$<{%*])[^\s/@\"'<>{}$]+@[\w\[$]",
}
_SHAPE = re.compile("|".join(f"(?P<k{i}>{pattern})" for i, pattern in enumerate(_SHAPES.values())))
_KINDS = tuple(_SHAPES)


def shapes(text: str) -> Iterator[str]:
    """The kinds of known keys that stand in `text`."""
    for match in _SHAPE.finditer(text):
        yield _KINDS[int(str(match.lastgroup)[1:])]
