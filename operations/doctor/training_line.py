"""Whether a line of a data set has the shape of its format. The job itself checks each line in full.

docs/training-data.md says how a line looks.
"""

import json
from typing import Any, cast

_TURNS = {"sharegpt": ("conversations", "from", "value"), "openai_chat": ("messages", "role", "content")}
_COMPLETION = ("prompt", "completion")


def problem_of(line: bytes, *, form: str | None) -> str | None:
    """What is wrong with a line; None where nothing is. Says nothing of what the line holds.

    Args:
        form: sharegpt, openai_chat or openai_completions; None allows any of them.
    """
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return "is no JSON"
    if not isinstance(value, dict):
        return "is no object"
    fields = cast("dict[str, Any]", value)
    forms = [form] if form else [*_TURNS, "openai_completions"]
    problems = [_against(fields, each) for each in forms]
    return None if None in problems else problems[0] if form else f"is none of {', '.join(forms)}"


def _against(fields: dict[str, Any], form: str) -> str | None:
    if form not in _TURNS:
        missing = [key for key in _COMPLETION if not isinstance(fields.get(key), str)]
        return f"has no text in `{missing[0]}`" if missing else None
    name, who, what = _TURNS[form]
    turns: object = fields.get(name)
    if not isinstance(turns, list) or not turns:
        return f"has no turns in `{name}`"
    for turn in cast("list[object]", turns):
        if not isinstance(turn, dict) or who not in turn or not (what in turn or "tool_calls" in turn):
            return f"has a turn in `{name}` without `{who}` and `{what}`"
    return None
