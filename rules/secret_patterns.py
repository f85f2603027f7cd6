"""What a secret looks like, and what only sounds like one."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Shapes that the issuers document. Each is anchored so that it does not match inside a longer word.
_SHAPES = {
    "an AWS access key": r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7][A-Z0-9]{15}(?![A-Z0-9])",
    "an API key (sk-...)": r"(?<![\w-])sk-(?=[\w-]*\d)(?:(?:proj|ant|or|live|test)-)?[A-Za-z0-9_-]{20,}",
    "a Hugging Face token": r"(?<!\w)hf_[A-Za-z0-9]{30,}",
    "a GitHub token": r"(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})",
    "a GitLab token": r"(?<![\w-])glpat-[A-Za-z0-9_-]{20,}",
    "a Slack token": r"(?<!\w)xox[abeprs]-[A-Za-z0-9-]{10,}",
    "a Google API key": r"(?<!\w)AIza[A-Za-z0-9_-]{35}",
    "an NVIDIA API key": r"(?<![\w-])nvapi-[A-Za-z0-9_-]{20,}",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----",
    "a JSON web token": r"(?<!\w)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    "a URL with a password": r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@\"'<>{}$]*:(?![\s$<{%*])[^\s/@\"'<>{}$]+@[\w\[$]",
}
_SHAPE = re.compile("|".join(f"(?P<k{i}>{pattern})" for i, pattern in enumerate(_SHAPES.values())))
_KINDS = tuple(_SHAPES)

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_NOUNS = {"password", "passwd", "pwd", "passphrase", "apikey", "credential"}
_KEYS = {"api", "master", "salt", "secret", "private", "access", "signing", "license", "auth"}  # ... key
_VALUE_WORDS = {"value", "string", "text", "plain", "plaintext", "literal", "default", "str"}
# "..._token" that is no secret: idempotency, paging, a tokenizer's vocabulary, a price or a limit per token.
_HARMLESS = re.compile(
    r"client|request|idempotency|next|continuation|marker|csrf|service|task|per|max|min|num|input|output|first|last"
    r"|bos|eos|pad|unk|mask|sep|cls|stop|special|begin|end|start|image|video|audio|draft"
)

_PLACEHOLDER = re.compile(
    r"""^(?:
      \$.* | .*\$[{(].* | .*\{\{.* | <[^>]*> | \{%.*%\} | \*+ | x+ | %.*% | \{[\w.]*\}  # filled in elsewhere
    | arn:.* | [a-z][\w+.-]*://.* | /[\w./-]+ | alias/.* | os\.environ/.*              # a reference
    | (?:env|file|ssm|secretsmanager):.*
    | true | false | yes | no | on | off | none | null | required | optional | enabled | disabled | auto
    | seconds | minutes | hours | days | bearer | dummy | unused | not-needed | empty
    )$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
# "..._secret" that is the name of one: Kubernetes manifests and charts refer to a Secret so.
_NAMED_SECRET = re.compile(r"existing|pull|tls")
# The value names the variable that holds the secret.
_VARIABLE_NAME = re.compile(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")

# "gateway/database" is how secrets are named; a generated value has upper case or no slash.
_PATH_NAME = re.compile(r"^[a-z][a-z0-9-]*(?:/[a-z0-9-]+)+$")

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
# In a build specification these blocks hold the names of secrets.
_BLOCK_OF_NAMES = re.compile(r"(?:secrets-manager|parameter-store):(?:\n[ ]+[\w.-]+:[ ]+\S.*)+")
_HINT = re.compile(r"pass|pwd|secret|token|key|credential", re.IGNORECASE)


def shapes(text: str) -> Iterator[str]:
    """The kinds of known keys that stand in `text`."""
    for match in _SHAPE.finditer(text):
        yield _KINDS[int(str(match.lastgroup)[1:])]


def assignments(text: str, *, code: bool = False) -> Iterator[tuple[str, str]]:
    """(name, value) of everything that `text` assigns, be it JSON, YAML, a shell script or a query string.

    In program `code` only what is quoted is a value; the rest are expressions.
    """
    if not _HINT.search(text):
        return
    text = _BLOCK_OF_NAMES.sub("", text)
    for pattern in _QUOTED if code else (*_QUOTED, *_UNQUOTED):
        for match in pattern.finditer(text):
            yield match.group(1), match.group(2)


def says_secret(name: str) -> bool:
    """True for `DB_PASSWORD`, `clientSecret`, `/app/hf-token`, `OPENAI_API_KEY_2`.

    The last word decides: `SecretArn`, `TokenEndpoint`, `PasswordPolicy` and `MaxTokens` name something else.
    """
    words = [word.lower() for word in _WORD.findall(name.rsplit("/", 1)[-1])]
    while len(words) > 1 and words[-1] in _VALUE_WORDS:
        words.pop()
    if not words:
        return False
    before = words[-2] if len(words) > 1 else ""
    match words[-1]:
        case "key":
            return before in _KEYS
        case "token":
            return not _HARMLESS.fullmatch(before)
        case "secret":
            return not _NAMED_SECRET.fullmatch(before)
        case noun:
            return noun in _NOUNS


def is_literal(value: str, *, name: str) -> bool:
    """True when `value` is the secret itself and not a reference, a placeholder, a setting or a name."""
    value = value.strip()
    if not value or any(form.match(value) for form in (_PLACEHOLDER, _VARIABLE_NAME, _PATH_NAME)):
        return False
    # A number is a limit or a price, unless the name says that it is typed by a person.
    return not re.fullmatch(r"[\d.]+", value) or name.lower().endswith(("password", "passwd", "pwd", "master_key"))
