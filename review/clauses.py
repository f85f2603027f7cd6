"""Owner and expiry, which stand at the end of an acknowledgment's reason.

The CDK keeps an id and a reason of an acknowledgment and nothing else, so both are part of the reason:

    Mail is retried for hours. (owner: security@example.com; until: 2027-03-31)
"""

import re
from dataclasses import dataclass
from datetime import date

from rules.acknowledgment import SHORTEST_REASON

_CLAUSES = re.compile(r"\s*\((?P<clauses>(?:owner|until)\s*:[^()]*)\)\s*$")
_KNOWN = ("owner", "until")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """`text` is the reason without the clauses; `problem` says what is wrong with them, if anything."""

    text: str
    owner: str = ""
    until: date | None = None
    problem: str = ""


def parse(reason: str) -> Reason:
    """Split a reason from its clauses. An acknowledgment holds through the whole day that `until` names."""
    found = _CLAUSES.search(reason)
    if found is None:
        return Reason(text=reason.strip())
    clauses: dict[str, str] = {}
    for clause in found["clauses"].split(";"):
        name, colon, value = (part.strip() for part in clause.partition(":"))
        if name not in _KNOWN or not colon or not value or name in clauses:
            problem = (
                f"'{clause.strip()}': owner and until may each be said once, as in (owner: name; until: 2027-03-31)"
            )
            return Reason(text=reason.strip(), problem=problem)
        clauses[name] = value
    text, owner = reason[: found.start()].strip(), clauses.get("owner", "")
    if len(text) < SHORTEST_REASON:
        problem = f"'{text}' is no reason: name the control that makes the finding harmless"
        return Reason(text=text, owner=owner, problem=problem)
    try:
        until = date.fromisoformat(clauses["until"]) if "until" in clauses else None
    except ValueError:
        problem = f"until: '{clauses['until']}' is no date such as 2027-03-31"
        return Reason(text=text, owner=owner, problem=problem)
    return Reason(text=text, owner=owner, until=until)
