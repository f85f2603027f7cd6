"""Decides a request by the statements of one identity policy, as IAM does: allowed only if a statement says so."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]


def allows(statements: Iterable[Statement], *, action: str, resource: str, context: Mapping[str, str]) -> bool:
    """Whether an action on a resource is allowed, with these condition keys in the request.

    Raises:
        ValueError: a statement has an element that is not known here, and that could decide otherwise.
    """
    return any(_matches(s, action, resource, context) for s in statements)


def _matches(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    unknown = statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}
    operators = statement.get("Condition", {}).keys() - {"StringEquals", "Bool"}
    if statement["Effect"] != "Allow" or unknown or operators:
        raise ValueError(f"{statement['Sid']}: cannot be decided")
    return (
        any(fnmatchcase(action.lower(), pattern.lower()) for pattern in _list(statement["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in _list(statement["Resource"]))
        and all(
            # A key that the request does not carry matches nothing.
            context.get(key) in _list(values)
            for operator in ("StringEquals", "Bool")
            for key, values in statement.get("Condition", {}).get(operator, {}).items()
        )
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
