"""What a model said: from a whole answer, or put together from the pieces of a streamed one.

The shapes are those of OpenAI's API as vLLM serves it: `choices[].message.content` or `choices[].text`, and in a stream
`choices[].delta.content` or `choices[].text` in events `data: {...}`, ended by `data: [DONE]`. DJL Serving streams the
same objects as JSON lines as well. https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from .capture import Captured, load_object
from .reason import Dropped, Reason


def read_answer(captured: Captured, *, reassemble: bool) -> str:
    """The text of the first choice.

    Data Capture does not record the status code, so an answer that is not 2xx is known by its body.

    Args:
        reassemble: whether a streamed answer is put together, rather than dropped.

    Raises:
        Dropped: it is an error, was cut off, calls a tool, or says nothing.
    """
    text = captured.answer.lstrip()
    if captured.streams or text.startswith(("data:", "event:", ":")):
        if not reassemble:
            raise Dropped(Reason.STREAMED)
        return _said("".join(_pieces(text)))
    choice = _first_choice(load_object(text, otherwise=Reason.ANSWER_NOT_JSON))
    if choice is None or not _finished(choice):
        raise Dropped(Reason.INCOMPLETE)
    return _said(_text(choice.get("message", choice)))


def _pieces(stream: str) -> Iterator[str]:
    finished = False
    for event in _events(stream):
        choice = _first_choice(event)
        if choice is None:
            continue  # the usage comes last, without a choice
        yield _text(choice.get("delta", choice))
        finished = _finished(choice) or finished
    if not finished:
        raise Dropped(Reason.INCOMPLETE)


def _events(stream: str) -> list[dict[str, Any]]:
    events: list[str] = []
    # Not splitlines(): it would cut at separators that JSON allows within a string.
    for line in stream.split("\n"):
        event = line.removeprefix("data:").strip()
        if event.startswith("{"):
            events.append(event)
        elif event == "[DONE]":
            break
        elif event and not event.startswith((":", "event:", "id:", "retry:")):
            raise Dropped(Reason.INCOMPLETE)
    # All at once: a call for each of these few bytes would take twice as long.
    return load_object('{"events":[' + ",".join(events) + "]}", otherwise=Reason.INCOMPLETE)["events"]


def _finished(choice: Mapping[str, object]) -> bool:
    reason = choice.get("finish_reason")
    if reason in ("tool_calls", "function_call"):
        raise Dropped(Reason.TOOL_CALLS)
    if reason not in (None, "", "stop"):
        raise Dropped(Reason.INCOMPLETE)
    return reason == "stop"


def _first_choice(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    choices: object = answer.get("choices")
    if not isinstance(choices, list):
        raise Dropped(Reason.ERROR_ANSWER)
    for choice in cast("list[object]", choices):
        if isinstance(choice, dict):
            fields = cast("dict[str, Any]", choice)
            if fields.get("index", 0) == 0:
                return fields
    return None


def _text(message: object) -> str:
    if not isinstance(message, dict):
        raise Dropped(Reason.INCOMPLETE)
    fields = cast("dict[str, object]", message)
    if fields.get("tool_calls") or fields.get("function_call"):
        raise Dropped(Reason.TOOL_CALLS)
    text = fields["content"] if "content" in fields else fields.get("text")
    if text is None:
        return ""
    if not isinstance(text, str):
        raise Dropped(Reason.NOT_TEXT)
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise Dropped(Reason.EMPTY)
    return text
