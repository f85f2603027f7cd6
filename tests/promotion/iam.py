"""Whether IAM would allow a request, after its documented logic: an explicit deny, else an allow, else no.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html. It knows the operators that
the policies here use, and refuses others.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Document = Mapping[str, Any]


def allowed(
    policies: Iterable[Document],
    action: str,
    resource: str = "*",
    *,
    boundary: Document | None = None,
    **context: str,
) -> bool:
    """`context` are condition keys, with `__` for the colon: `iam__PassedToService`."""
    keys = {name.replace("__", ":"): value for name, value in context.items()}
    statements = [statement for policy in policies for statement in policy["Statement"]]
    limits = list(boundary["Statement"]) if boundary else None
    if any(s["Effect"] == "Deny" and _applies(s, action, resource, keys) for s in [*statements, *(limits or [])]):
        return False
    return all(
        any(s["Effect"] == "Allow" and _applies(s, action, resource, keys) for s in part)
        for part in (statements, limits)
        if part is not None
    )


def _applies(statement: Document, action: str, resource: str, keys: Mapping[str, str]) -> bool:
    return (
        any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement["Action"])
        and any(fnmatchcase(resource, pattern) for pattern in statement["Resource"])
        and all(_holds(operator, tests, keys) for operator, tests in statement.get("Condition", {}).items())
    )


def _holds(operator: str, tests: Mapping[str, list[str]], keys: Mapping[str, str]) -> bool:
    if operator == "StringEquals":
        return all(keys.get(key) in values for key, values in tests.items())
    if operator == "StringNotEquals":  # holds also where the key is not there
        return all(keys.get(key) not in values for key, values in tests.items())
    raise NotImplementedError(operator)
