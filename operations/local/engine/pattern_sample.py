"""Makes a text that a regular expression matches, the same one in every run."""

import random
import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

# Python keeps its parser of regular expressions under this name since 3.11; its trees are lists of (opcode, argument).
_parser: Any = import_module("re._parser")
# Hexadecimal digits first: where they are allowed, an identifier looks like one.
_ALPHABETS = ("0123456789abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "-_./:+=@ ")
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}


def sample(pattern: str, *, seed: str, repeats: int) -> str | None:
    """A text that begins where the pattern begins and ends where it ends; None where that is not possible.

    `repeats`: how often what may be repeated is repeated, within what the pattern allows. What may be left out is
    left out. Look-ahead and back references are ignored, so the caller checks the text against the pattern.
    """
    # Not a secret: the same seed must give the same text.
    chance = random.Random(seed)  # noqa: S311
    try:
        return _sequence(_parser.parse(pattern), chance, repeats)
    except (re.error, LookupError, OverflowError):
        return None


def _sequence(nodes: Iterable[tuple[Any, Any]], chance: random.Random, repeats: int) -> str:
    return "".join(_node(str(operation), argument, chance, repeats) for operation, argument in nodes)


def _node(operation: str, argument: Any, chance: random.Random, repeats: int) -> str:
    match operation:
        case "LITERAL":
            return chr(argument)
        case "IN" | "ANY" | "NOT_LITERAL":
            return chance.choice(_allowed(operation, argument))
        case "SUBPATTERN":
            return _sequence(argument[-1], chance, repeats)
        case "BRANCH":
            return _sequence(argument[1][0], chance, repeats)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = argument
            times = 0 if (least, int(most)) == (0, 1) else max(int(least), min(int(most), repeats))
            return "".join(_sequence(repeated, chance, repeats) for _ in range(times))
        case _:  # anchors and look-around take no room
            return ""


def _allowed(operation: str, argument: Any) -> str:
    items: Sequence[tuple[Any, Any]] = argument if operation == "IN" else []
    negated = any(str(name) == "NEGATE" for name, _ in items) or operation != "IN"
    if operation == "NOT_LITERAL":
        items = [("LITERAL", argument)]
    for alphabet in _ALPHABETS:
        found = "".join(letter for letter in alphabet if any(_holds(letter, item) for item in items) != negated)
        if found:
            return found
    raise LookupError("no letter of the alphabets is allowed")


def _holds(letter: str, item: tuple[Any, Any]) -> bool:
    name, value = str(item[0]), item[1]
    if name == "LITERAL":
        return ord(letter) == value
    if name == "RANGE":
        return value[0] <= ord(letter) <= value[1]
    if name == "CATEGORY":
        category = str(value).replace("_NOT_", "_")
        return bool(re.match(_CATEGORIES[category], letter)) != ("_NOT_" in str(value))
    return False
