"""What a conversion is to do, as a file of JSON gives it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, cast

from .redaction import BUILT_IN

FORMATS = ("sharegpt", "openai_chat", "openai_completions")
"""What an EAGLE job reads: API reference of SageMaker, ModelSpeculativeDecodingTrainingDataSource."""
MIB = 1024 * 1024


class SettingsError(Exception):
    """Names the field, its value, and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every field has a default."""

    format: str = "openai_chat"
    """One of `FORMATS`; requests for completions give `openai_completions` only, and no other gives it."""
    streamed: str = "reassemble"
    """What happens to streamed answers: `reassemble` or `drop`."""
    redact: tuple[str, ...] = BUILT_IN
    """Built-in rules to apply."""
    rules: Mapping[str, str] = field(default_factory=dict[str, str])
    """Own rules: regular expressions by name."""
    validation_share: float = 0.05
    """Share of the conversations that go into the validation set: 0 to 0.5."""
    split_seed: str = ""
    """Another text gives another split."""
    max_line_bytes: int = 8 * MIB
    """Longer lines are dropped: this bounds the memory, at 30 times as much for a line made to take it."""
    batch_bytes: int = 256 * MIB
    """So much input is done again, at the most, after an interruption; the last file may exceed it."""

    def __post_init__(self) -> None:
        _require(self.format in FORMATS, "format", self.format, f"one of {', '.join(FORMATS)}")
        _require(self.streamed in ("reassemble", "drop"), "streamed", self.streamed, "reassemble or drop")
        for name in self.redact:
            _require(name in BUILT_IN, "redact", name, f"names out of {', '.join(BUILT_IN)}")
        for name, pattern in self.rules.items():
            _require(bool(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name)), "rules", name, "names like employee_number")
            _require(name not in BUILT_IN, "rules", name, "a name that no built-in rule has")
            _require(_compiles(pattern), f"rules.{name}", pattern, "a regular expression that does not match nothing")
        _require(0 <= self.validation_share <= 0.5, "validation_share", self.validation_share, "0 to 0.5")
        _require(1024 <= self.max_line_bytes <= 64 * MIB, "max_line_bytes", self.max_line_bytes, "1 KiB to 64 MiB")
        _require(MIB <= self.batch_bytes <= 65536 * MIB, "batch_bytes", self.batch_bytes, "1 MiB to 64 GiB")

    def fingerprint(self) -> str:
        """The same for settings that give the same examples."""
        given = {key: value for key, value in asdict(self).items() if key != "batch_bytes"}
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


_TYPES: Mapping[str, tuple[type, ...]] = {
    "redact": (list,),
    "rules": (dict,),
    "validation_share": (int, float),
    "max_line_bytes": (int,),
    "batch_bytes": (int,),
}


def read_settings(text: str) -> Settings:
    """Read a file.

    Raises:
        SettingsError: it is no object of JSON, or has a field that is unknown or wrong.
    """
    try:
        given: object = json.loads(text)
    except ValueError as error:
        raise SettingsError(f"no JSON: {error}") from None
    if not isinstance(given, dict):
        raise SettingsError("an object of JSON is needed")
    values = cast("dict[str, Any]", given)
    known = [each.name for each in fields(Settings)]
    for name, value in values.items():
        _require(name in known, name, value, f"fields {', '.join(known)}")
        allowed = _TYPES.get(name, (str,))
        _require(isinstance(value, allowed) and not isinstance(value, bool), name, value, f"a {allowed[-1].__name__}")
    for name, inner in (("redact", values.get("redact", [])), ("rules", values.get("rules", {}).values())):
        for each in inner:
            _require(isinstance(each, str), name, each, "texts")
    if "redact" in values:
        values["redact"] = tuple(values["redact"])
    return Settings(**values)


def _compiles(pattern: str) -> bool:
    try:
        # One that matches nothing would put its mark between all characters.
        return not re.compile(pattern).match("")
    except re.error:
        return False


def _require(holds: bool, name: str, value: object, allowed: str) -> None:
    if not holds:
        raise SettingsError(f"{name}: {value!r} is not allowed: {allowed}")
