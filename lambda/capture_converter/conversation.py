"""What a model was asked, as text alone."""

from dataclasses import dataclass
from typing import Any, cast

from .capture import load_object
from .reason import Dropped, Reason

ROLES = ("system", "developer", "user", "assistant")


@dataclass(frozen=True)
class Message:
    """One turn."""

    role: str
    text: str


def read_messages(body: str) -> list[Message]:
    """The messages of a request for a chat completion.

    Raises:
        Dropped: it is none, or holds more than text.
    """
    request = load_object(body, otherwise=Reason.REQUEST_NOT_JSON)
    messages: object = request.get("messages")
    if not isinstance(messages, list):
        raise Dropped(Reason.OTHER_FORMAT)
    turns = [_message(each) for each in cast("list[object]", messages)]
    if not any(turn.role == "user" and turn.text.strip() for turn in turns):
        raise Dropped(Reason.EMPTY)
    return turns


def read_prompt(body: str) -> str:
    """The prompt of a request for a completion.

    Raises:
        Dropped: it is none, or its prompt is no text: several prompts or token ids.
    """
    request = load_object(body, otherwise=Reason.REQUEST_NOT_JSON)
    if "prompt" not in request:
        raise Dropped(Reason.OTHER_FORMAT)
    prompt: object = request["prompt"]
    if not isinstance(prompt, str):
        raise Dropped(Reason.NOT_TEXT)
    if not prompt.strip():
        raise Dropped(Reason.EMPTY)
    return prompt


def _message(message: object) -> Message:
    if not isinstance(message, dict):
        raise Dropped(Reason.OTHER_FORMAT)
    fields = cast("dict[str, Any]", message)
    role: object = fields.get("role")
    if role in ("tool", "function") or fields.get("tool_calls") or fields.get("function_call"):
        raise Dropped(Reason.TOOL_CALLS)
    if not isinstance(role, str) or role not in ROLES:
        raise Dropped(Reason.OTHER_FORMAT)
    return Message(role=role, text=_text(fields.get("content")))


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise Dropped(Reason.NOT_TEXT)
    texts: list[str] = []
    for part in cast("list[object]", content):
        text: object = cast("dict[str, object]", part).get("text") if isinstance(part, dict) else None
        if not isinstance(text, str):
            raise Dropped(Reason.NOT_TEXT)
        texts.append(text)
    return "\n".join(texts)
