"""One captured line: what it becomes, or why it is dropped."""

import json
from typing import Any

import pytest

from capture_converter.example import Example, ExampleMaker
from capture_converter.reason import Dropped
from capture_converter.settings import Settings
from tests.handlers.capture_converter.captures import chat, line, said, side, stream


def make(captured: bytes, **settings: Any) -> Example:
    return ExampleMaker(Settings(**settings)).make(captured)


def content(captured: bytes, **settings: Any) -> Any:
    return json.loads(make(captured, **settings).line)


def reason(captured: bytes, **settings: Any) -> str:
    with pytest.raises(Dropped) as dropped:
        make(captured, **settings)
    return dropped.value.reason.value


CHAT = {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Só…"}]}


@pytest.mark.parametrize("encoding", ["JSON", "BASE64", "CSV"])
def test_bodies_are_decoded(encoding: str) -> None:
    captured = line(side(chat("Why?"), encoding=encoding), side(said("Só…"), encoding=encoding))
    assert content(captured) == CHAT


def test_sharegpt_has_its_own_names() -> None:
    asked = json.dumps({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]})
    assert content(line(asked, said("So.")), format="sharegpt") == {
        "conversations": [
            {"from": "system", "value": "Be brief."},
            {"from": "human", "value": "Why?"},
            {"from": "gpt", "value": "So."},
        ]
    }


def test_completions_have_a_prompt() -> None:
    answer = json.dumps({"choices": [{"index": 0, "text": " upon", "finish_reason": "stop"}]})
    captured = line(json.dumps({"prompt": "Once"}), answer)
    assert content(captured, format="openai_completions") == {"prompt": "Once", "completion": " upon"}
    assert reason(captured) == "other_format"
    assert reason(line(chat("Why?"), said("So.")), format="openai_completions") == "other_format"


@pytest.mark.parametrize("start", ["data: ", "data:", ""])
def test_a_streamed_answer_is_put_together(start: str) -> None:
    kind = "application/jsonlines" if not start else "text/event-stream; charset=utf-8"
    captured = line(chat("Why?"), side(stream("Só", "…", start=start), encoding="BASE64", kind=kind))
    assert content(captured) == CHAT
    assert reason(captured, streamed="drop") == "streamed"


def test_a_stream_is_known_by_its_body_too() -> None:
    assert content(line(chat("Why?"), ": ping\n\n" + stream("Só\u2028", "…")))["messages"][1]["content"] == "Só\u2028…"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (stream("So", finish=None, end=""), "incomplete"),
        (stream("So", finish="length"), "incomplete"),
        (stream("So")[:40], "incomplete"),
        ('data: {"error": {"code": 500}}\n\n', "error_answer"),
        (stream(""), "empty"),
        (stream("", finish="tool_calls"), "tool_calls"),
        (said("So", finish="length"), "incomplete"),
        (said("So", finish="content_filter"), "incomplete"),
        (said(None, finish="tool_calls", tool_calls=[{"id": "1"}]), "tool_calls"),
        (said(" "), "empty"),
        (said("So")[:-3], "answer_not_json"),
        ("<html>502 Bad Gateway</html>", "answer_not_json"),
        ('{"object": "error", "message": "overloaded", "code": 503}', "error_answer"),
        ('{"error": {"message": "context length", "type": "invalid_request_error"}}', "error_answer"),
        ('{"code": 424, "message": "prediction failure"}', "error_answer"),
        ('{"choices": []}', "incomplete"),
    ],
)
def test_an_answer_that_is_no_good_is_dropped(answer: str, expected: str) -> None:
    assert reason(line(chat("Why?"), answer)) == expected


IMAGE = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]


@pytest.mark.parametrize(
    ("captured", "expected"),
    [
        (b"", "not_json"),
        (b"[1]", "not_json"),
        (b"\xff{}", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"{}", "not_a_capture"),
        (line(None, said("So.")), "no_request"),
        (line(chat("Why?"), None), "no_answer"),
        (line(chat("Why?"), {"encoding": "JSON", "data": 7}), "no_answer"),
        (line({"encoding": "GZIP", "data": "x"}, said("So.")), "unknown_encoding"),
        (line({"encoding": "BASE64", "data": "?"}, said("So.")), "undecodable"),
        (line({"encoding": "BASE64", "data": "//79"}, said("So.")), "undecodable"),
        (line("1,2,3", said("So.")), "request_not_json"),
        (line('{"inputs": "Why?"}', said("So.")), "other_format"),
        (line(chat(), said("So.")), "empty"),
        (line('{"messages": [{"role": "pirate", "content": "Why?"}]}', said("So.")), "other_format"),
        (line(json.dumps({"messages": [{"role": "user", "content": IMAGE}]}), said("So.")), "not_text"),
        (line('{"messages": [{"role": "tool", "content": "3"}]}', said("So.")), "tool_calls"),
        (line(r'{"messages": [{"role": "user", "content": "\ud800"}]}', said("So.")), "undecodable"),
    ],
)
def test_a_line_that_is_no_exchange_of_text_is_dropped(captured: bytes, expected: str) -> None:
    assert reason(captured) == expected


def test_parts_of_text_become_one() -> None:
    parts = [{"type": "text", "text": "Why"}, {"type": "text", "text": "not?"}]
    asked = json.dumps({"messages": [{"role": "user", "content": parts}]})
    assert content(line(asked, said("So.")))["messages"][0]["content"] == "Why\nnot?"


def test_what_users_wrote_is_redacted_before_anything_is_written() -> None:
    made = make(line(chat("I am jane@example.com"), said("Hello jane@example.com")), rules={"greeting": "Hello"})
    assert b"jane" not in made.line
    assert made.line.count(b"[email]") == 2
    assert b"[greeting] [email]" in made.line


def test_all_turns_of_a_conversation_are_on_one_side_of_the_split() -> None:
    sides = []
    for number in range(200):
        first = line(chat(f"Why {number}?"), said("So."))
        later = line(chat(f"Why {number}?", "So.", "And then?"), said("No."))
        made = [make(each, validation_share=0.3) for each in (first, later)]
        assert made[0].validates == made[1].validates
        sides.append(made[0].validates)
    assert 30 < sum(sides) < 90


def test_another_seed_gives_another_split() -> None:
    lines = [line(chat(f"Why {number}?"), said("So.")) for number in range(64)]
    splits = {seed: [make(each, validation_share=0.5, split_seed=seed).validates for each in lines] for seed in "ab"}
    assert splits["a"] != splits["b"]
