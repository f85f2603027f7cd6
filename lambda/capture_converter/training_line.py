"""Whether one line of a data set can be trained on, in each of the formats that an EAGLE job reads.

ShareGPT is `conversations` of `from` and `value`; a `gpt` value may be empty, as the job answers with the model itself.
Chat is `messages` of `role` and `content`. Completions are not published line by line: `prompt` and `completion`.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

Fields = Mapping[str, Any]


class BadLine(Exception):  # noqa: N818 - a finding
    """Says what is wrong with a line."""


def check_line(line: bytes, *, form: str) -> None:
    """Check one line.

    Args:
        form: one of `FORMATS`.

    Raises:
        BadLine: what is wrong, and what is allowed.
    """
    try:
        value: object = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadLine(f"no UTF-8 at byte {error.start}") from None
    except ValueError as error:
        raise BadLine(f"no JSON: {error}") from None
    except RecursionError:
        raise BadLine("no JSON: nested too deeply") from None
    _CHECKS[form](_object(value, "the line"))


def _sharegpt(line: Fields) -> None:
    asked = False
    for place, turn in _turns(line, "conversations"):
        speaker, value = turn.get("from"), _text(turn.get("value"), f"{place}.value")
        _one_of(speaker, ("human", "gpt", "system"), f"{place}.from")
        asked = asked or (speaker == "human" and bool(value.strip()))
    if not asked:
        raise BadLine("conversations: a human has to say something")


def _chat(line: Fields) -> None:
    asked = False
    for place, turn in _turns(line, "messages"):
        role = turn.get("role")
        content: object = turn.get("content")
        _one_of(role, ("system", "developer", "user", "assistant", "tool"), f"{place}.role")
        if content is None and turn.get("tool_calls"):
            continue
        parts = cast("list[object]", content) if isinstance(content, list) else [{"text": content}]
        texts = [_text(_object(each, f"{place}.content").get("text"), f"{place}.content") for each in parts]
        asked = asked or (role == "user" and any(text.strip() for text in texts))
    if not asked:
        raise BadLine("messages: a user has to say something")


def _completion(line: Fields) -> None:
    if not _text(line.get("prompt"), "prompt").strip():
        raise BadLine("prompt: is empty")
    _text(line.get("completion"), "completion")


_CHECKS: Mapping[str, Callable[[Fields], None]] = {
    "sharegpt": _sharegpt,
    "openai_chat": _chat,
    "openai_completions": _completion,
}


def _turns(line: Fields, name: str) -> list[tuple[str, Fields]]:
    found: object = line.get(name)
    turns = cast("list[object]", found) if isinstance(found, list) else []
    if not turns:
        raise BadLine(f"{name}: a list with at least one turn is needed")
    return [(f"{name}[{at}]", _object(turn, f"{name}[{at}]")) for at, turn in enumerate(turns)]


def _object(value: object, place: str) -> Fields:
    if not isinstance(value, dict):
        raise BadLine(f"{place}: an object is needed, not {_short(value)}")
    return cast("Fields", value)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise BadLine(f"{place}: text is needed, not {_short(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadLine(f"{place}: holds half of a pair of surrogates") from None
    return value


def _one_of(value: object, allowed: tuple[str, ...], place: str) -> None:
    if value not in allowed:
        raise BadLine(f"{place}: {_short(value)} is not allowed: one of {', '.join(allowed)}")


def _short(value: object) -> str:
    # The content of a data set does not belong into a log: only what kind of thing stands there, or a short word.
    if isinstance(value, str) and len(value) <= 20:
        return repr(value)
    return "nothing" if value is None else f"a {type(value).__name__}"
