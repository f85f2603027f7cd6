"""Wrong settings are refused by field, value, and what is allowed."""

import json
from typing import Any

import pytest

from capture_converter.settings import Settings, SettingsError, read_settings


def test_every_field_can_be_given() -> None:
    given = {
        "format": "sharegpt",
        "streamed": "drop",
        "redact": ["email"],
        "rules": {"ticket": r"T-\d+"},
        "validation_share": 0.1,
        "split_seed": "x",
        "max_line_bytes": 4096,
        "batch_bytes": 1048576,
    }
    settings = read_settings(json.dumps(given))
    assert {**vars(settings), "redact": list(settings.redact)} == given
    assert settings.fingerprint() != Settings().fingerprint()


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("format", "alpaca", "sharegpt, openai_chat, openai_completions"),
        ("format", 7, "a str"),
        ("streamed", "maybe", "reassemble or drop"),
        ("redact", ["name"], "email"),
        ("redact", "email", "a list"),
        ("redact", [1], "texts"),
        ("rules", {"x": "("}, "a regular expression"),
        ("rules", {"x": "a*"}, "a regular expression that does not match nothing"),
        ("rules", {"X-1": "a"}, "names like"),
        ("rules", {"email": "a"}, "no built-in rule"),
        ("rules", {"x": None}, "texts"),
        ("rules", ["x"], "a dict"),
        ("validation_share", 0.9, "0 to 0.5"),
        ("validation_share", True, "a float"),
        ("max_line_bytes", 1, "1 KiB to 64 MiB"),
        ("batch_bytes", 1, "1 MiB to 64 GiB"),
        ("batch", 1, "fields format, "),
    ],
)
def test_a_wrong_setting_is_refused(field: str, value: Any, allowed: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(json.dumps({field: value}))
    assert field in str(refused.value)
    assert allowed in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="JSON"):
        read_settings(text)
