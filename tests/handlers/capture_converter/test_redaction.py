"""Redaction finds what it says, leaves the rest, and takes no longer for hostile texts."""

import time

import pytest

from capture_converter.redaction import BUILT_IN, Redactor


def redacted(text: str) -> str:
    return Redactor(built_in=BUILT_IN, own={}).redact(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to jane.doe+x@mail.example.com, now", "to [email], now"),
        ("a@example.com b@example.com", "[email] [email]"),
        ("from 10.0.3.44.", "from [ipv4]."),
        ("key AKIAIOSFODNN7EXAMPLE!", "key [aws_access_key]!"),
        ("ssn 078-05-1120", "ssn [us_ssn]"),
        ("card 4111 1111 1111 1111", "card [card]"),
        ("card 4111111111111111.", "card [card]."),
        ("call (555) 010-1234", "call [phone]"),
        ("call 555-010-1234", "call [phone]"),
        ("+49 30 901820", "[phone]"),
    ],
)
def test_what_is_found(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text", ["on 2026-11-23 at 10:00", "version 1.2.3", "@decorator", "a @ b.c", "3.14159265", "1 + 2 (3)", "[email]"]
)
def test_what_is_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_replacements_are_counted_by_rule() -> None:
    redactor = Redactor(built_in=["email"], own={"ticket": r"T-\d+"})
    assert redactor.redact(r"T-1 T-2 a@example.com 10.0.3.44") == "[ticket] [ticket] [email] 10.0.3.44"
    assert redactor.replaced == {"ticket": 2, "email": 1}


@pytest.mark.parametrize("piece", ["a", "@", "a@", "1", "1.", "1 ", "(", "+1", "a.", "A", "-"])
def test_a_hostile_text_takes_no_longer_than_it_is_long(piece: str) -> None:
    started = time.process_time()
    redacted(piece * 100_000 + "@")
    assert time.process_time() - started < 2
