"""Fits statements into as few managed policies as their size allows."""

import json
from typing import Any

from promotion.errors import PromotionError

LARGEST = 6144
"""Characters without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
MOST = 10
"""Managed policies of one role, by default; same page."""

Document = dict[str, Any]


def document(statements: list[dict[str, Any]]) -> Document:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": statements}


def size(policy: Document) -> int:
    """As IAM counts it."""
    return len(json.dumps(policy, separators=(",", ":")))


def fit(statements: list[dict[str, Any]]) -> list[Document]:
    """Put statements into policies, first to last; one that is too large is cut between its actions.

    Raises:
        PromotionError: a role cannot have that many policies.
    """
    policies: list[Document] = []
    room: list[dict[str, Any]] = []
    for statement in (part for whole in statements for part in _cut(whole)):
        if room and size(document([*room, statement])) > LARGEST:
            policies.append(document(room))
            room = []
        room.append(statement)
    policies.append(document(room))
    if len(policies) > MOST:
        raise PromotionError(
            f"{len(policies)} policies of {LARGEST} characters are needed, and a role has {MOST}: "
            "deploy some environments into another account, or with another qualifier."
        )
    return policies


def _cut(statement: dict[str, Any]) -> list[dict[str, Any]]:
    if size(document([statement])) <= LARGEST:
        return [statement]
    actions = list(statement["Action"])
    if len(actions) < 2:
        raise PromotionError(
            f"Statement {statement.get('Sid')}: one action with its resources is larger than a policy."
        )
    middle = len(actions) // 2
    halves = (("A", actions[:middle]), ("B", actions[middle:]))
    return [part for end, half in halves for part in _cut({**statement, "Sid": statement["Sid"] + end, "Action": half})]
