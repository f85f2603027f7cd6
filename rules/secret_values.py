"""Which values are a secret itself, and not a reference, a placeholder, a setting or a name."""

from __future__ import annotations

import re

from .secret_names import is_encryption_key, is_spoken, may_name_a_secret, may_say_secret, says_secret

_PLACEHOLDER = re.compile(
    r"""^(?:
      \$[({].* | .*\$[{(].* | .*\{\{.* | <[^>]*> | \{%.*%\} | \*+ | x+ | %.*% | \{[\w.]*\}  # filled in elsewhere
    | \$[A-Z_][A-Z0-9_]* | \$\$?\.[\w.$\[\]]*                                      # a variable, a path into an input
    | arn:.* | [a-z][\w+.-]*://.* | /[\w./-]+ | alias/.* | os\.environ/.*              # a reference
    | (?:env|file|ssm|secretsmanager):.*
    )$""",
    re.VERBOSE | re.DOTALL,
)
_SETTING = re.compile(
    r"true|false|yes|no|on|off|none|null|required|optional|enabled|disabled|auto|include|omit|same-origin"
    r"|seconds|minutes|hours|days|bearer|dummy|unused|not-needed|empty|x+",
    re.IGNORECASE,
)
# A shell or a program replaces it; in a value that nobody expands it is four letters after a dollar.
_VARIABLE = re.compile(r"\$\w+")
# The value names the variable that holds the secret.
_VARIABLE_NAME = re.compile(
    r"(?!CHANGE_?ME)(?=.*(?:KEY|TOKEN|SECRET|PASS|PWD|CREDENTIAL|SALT))[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
)
# "gateway/database" is how secrets are named; a generated value has upper case or no slash.
_PATH_NAME = re.compile(r"[a-z][a-z0-9-]*(?:/[a-z0-9-]+)+")
_PLAIN_NAME = re.compile(r"[a-z]+(?:-[a-z]+)+(?:-\d{1,2})?")
_KEY_ID = re.compile(r"(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_NUMBER = re.compile(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?")
# Letters and digits without the dots and hyphens of `Apache-2.0`; or groups, as licence keys are written.
_GENERATED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/=_]{8,}|(?:[A-Z0-9]{4,}-){2,}[A-Z0-9]{4,}|eyJ[\w.-]{6,}")


def is_secret(name: str, value: str, *, expanded: bool = False) -> bool:
    """True when `value`, which is called `name`, is a literal secret.

    `expanded` says that a shell or a program reads the value, so that `$name` is a variable.
    """
    if says_secret(name):
        return is_literal(value, name=name, expanded=expanded)
    return may_say_secret(name) and bool(_GENERATED.fullmatch(value.strip()))


def is_literal(value: str, *, name: str, expanded: bool = False) -> bool:
    """True when `value` is the secret itself and not a reference, a placeholder, a setting or a name."""
    value = value.strip()
    if not value or is_reference(value) or (expanded and _VARIABLE.fullmatch(value)):
        return False
    if is_spoken(name):
        return True
    if any(form.fullmatch(value) for form in (_VARIABLE_NAME, _PATH_NAME, _NUMBER)):
        return False
    if may_name_a_secret(name) and _PLAIN_NAME.fullmatch(value):
        return False
    return not (is_encryption_key(name) and _KEY_ID.fullmatch(value))


def is_reference(value: str) -> bool:
    """True when the value stands elsewhere, or is a word of a setting."""
    return bool(_PLACEHOLDER.match(value) or _SETTING.fullmatch(value))
