"""A data set is checked line by line, before a job that costs money begins."""

import json
from pathlib import Path
from typing import Any

import pytest

from capture_converter.settings import FORMATS
from capture_converter.store import FolderStore
from capture_converter.validation import SHOWN, Verdict, validate

GOOD: dict[str, Any] = {
    "sharegpt": {"id": "1", "conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": ""}]},
    "openai_chat": {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]},
    "openai_completions": {"prompt": "Once", "completion": " upon a time"},
}


def verdict(folder: Path, *lines: Any, form: str, tolerance: float = 0.0) -> Verdict:
    texts = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines]
    (folder / "data.jsonl").write_bytes(b"".join(each + b"\n" for each in texts))
    return validate(FolderStore(folder), form=form, tolerance=tolerance)


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_known_and_told_from_the_others(tmp_path: Path, form: str) -> None:
    assert verdict(tmp_path, GOOD[form], form=form).passes
    for other in set(FORMATS) - {form}:
        assert not verdict(tmp_path, GOOD[other], form=form).passes


@pytest.mark.parametrize(
    ("form", "line", "problem"),
    [
        ("sharegpt", b"{", "no JSON: "),
        ("sharegpt", b"", "no JSON: "),
        ("sharegpt", b'"\xff"', "no UTF-8 at byte 1"),
        ("sharegpt", b"[" * 100_000, "nested too deeply"),
        ("sharegpt", [], "the line: an object is needed, not a list"),
        ("sharegpt", {"conversations": []}, "conversations: a list with at least one turn is needed"),
        ("sharegpt", {"conversations": [{"from": "bot", "value": ""}]}, "conversations[0].from: 'bot' is not allowed"),
        ("sharegpt", {"conversations": [{"from": "gpt", "value": "So."}]}, "a human has to say something"),
        ("sharegpt", {"conversations": [{"from": "human"}]}, "conversations[0].value: text is needed, not nothing"),
        ("sharegpt", {"conversations": ["Why?"]}, "conversations[0]: an object is needed, not 'Why?'"),
        ("openai_chat", {"messages": [{"role": "human", "content": ""}]}, "messages[0].role: 'human' is not allowed"),
        ("openai_chat", {"messages": [{"role": "user", "content": 7}]}, "messages[0].content: text is needed"),
        ("openai_chat", {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "text is needed"),
        ("openai_chat", {"messages": [{"role": "assistant", "content": "So."}]}, "a user has to say something"),
        ("openai_chat", {"messages": [{"role": "user", "content": "\ud800"}]}, "half of a pair of surrogates"),
        ("openai_completions", {"prompt": " ", "completion": ""}, "prompt: is empty"),
        ("openai_completions", {"prompt": "Once"}, "completion: text is needed, not nothing"),
        ("openai_completions", {"prompt": ["Once"], "completion": ""}, "prompt: text is needed, not a list"),
    ],
)
def test_a_problem_is_named_with_file_and_line(tmp_path: Path, form: str, line: Any, problem: str) -> None:
    found = verdict(tmp_path, GOOD[form], line, form=form)
    assert (found.lines, found.bad, len(found.problems)) == (2, 1, 1)
    assert found.problems[0].startswith("data.jsonl:2: ")
    assert problem in found.problems[0]


def test_a_problem_does_not_quote_the_data(tmp_path: Path) -> None:
    found = verdict(tmp_path, {"conversations": ["a secret that somebody has told"]}, form="sharegpt")
    assert "secret" not in "".join(found.problems)


@pytest.mark.parametrize(("tolerance", "passes"), [(0.0, False), (0.24, False), (0.25, True)])
def test_as_many_lines_may_be_bad_as_are_tolerated(tmp_path: Path, tolerance: float, passes: bool) -> None:
    good = GOOD["openai_chat"]
    found = verdict(tmp_path, good, b"{", good, good, form="openai_chat", tolerance=tolerance)
    assert found.passes is passes
    assert "1 of 4 lines in 1 files are bad (25 %" in found.summary()


def test_an_empty_data_set_does_not_pass(tmp_path: Path) -> None:
    found = validate(FolderStore(tmp_path), form="sharegpt", tolerance=0.9)
    assert not found.passes
    assert found.summary() == "no lines: the data set is empty"


def test_many_problems_are_counted_and_only_some_are_shown(tmp_path: Path) -> None:
    found = verdict(tmp_path, *[b"{"] * (SHOWN + 50), form="sharegpt")
    assert (found.bad, len(found.problems)) == (SHOWN + 50, SHOWN)
