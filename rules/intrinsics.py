"""Render CloudFormation's intrinsic functions to text, as far as a template alone tells.

What only a deployment knows stays in the text as `${...}`. A value with conditions or mappings has several
texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import cast

# A chain of conditions would multiply without end; no real value needs more alternatives than this.
MAX_ALTERNATIVES = 32

NOTHING: Mapping[str, object] = {}

_NO_VALUE = "AWS::NoValue"
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_FUNCTION = re.compile(r"^(?:Ref|Fn::[A-Za-z0-9:]+)$")


def mapping(value: object) -> Mapping[str, object]:
    """`value` when it is a mapping; otherwise an empty one, so that a malformed template is walked past."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else NOTHING


def is_list(value: object) -> bool:
    """True for a list, whatever its elements are."""
    return isinstance(value, list)


def sequence(value: object) -> Sequence[object]:
    """`value` as a list: CloudFormation and IAM take a lone element where a list is meant."""
    if value is None:
        return ()
    return cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else (value,)


def items(value: object) -> Iterator[object]:
    """The elements of a list, or the lone element, with both branches in place of every Fn::If."""
    for item in sequence(value):
        match function(item):
            case ("Fn::If", argument):
                for branch in sequence(argument)[1:]:
                    yield from items(branch)
            case ("Ref", "AWS::NoValue"):
                continue
            case _:
                yield item


def function(value: object) -> tuple[str, object] | None:
    """The name and the argument when `value` is a call of an intrinsic function."""
    body = mapping(value)
    if len(body) != 1:
        return None
    name, argument = next(iter(body.items()))
    return (name, argument) if _FUNCTION.match(str(name)) else None


def may_be_absent(value: object) -> bool:
    """True when `value` is nothing, or AWS::NoValue in one branch of a condition."""
    match function(value):
        case ("Fn::If", argument):
            return any(may_be_absent(branch) for branch in sequence(argument)[1:])
        case ("Ref", "AWS::NoValue"):
            return True
        case _:
            return value is None or value == ""


class Renderer:
    """Knows the parameters' defaults and the mappings of one template."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self._mappings = mapping(body.get("Mappings"))
        self._defaults = {
            name: str(mapping(declared)["Default"])
            for name, declared in mapping(body.get("Parameters")).items()
            if "Default" in mapping(declared)
            # The default of such a parameter is the name of an SSM parameter, not the value.
            and not str(mapping(declared).get("Type", "")).startswith("AWS::SSM::")
        }

    def texts(self, value: object) -> tuple[str, ...]:
        """Every text that `value` can have; none for AWS::NoValue and for what is not text (an object, a list)."""
        return tuple(islice(self._texts(value), MAX_ALTERNATIVES))

    def _texts(self, value: object) -> Iterator[str]:
        if isinstance(value, str | int | float):
            yield str(value).lower() if isinstance(value, bool) else str(value)
            return
        call = function(value)
        if call is None:
            return
        name, argument = call
        match name:
            case "Ref" if argument == _NO_VALUE:
                return
            case "Ref":
                yield self._defaults.get(str(argument), f"${{{argument}}}")
            case "Fn::GetAtt":
                yield f"${{{'.'.join(str(part) for part in sequence(argument))}}}"
            case "Fn::Base64":
                yield from self._texts(argument)
            case "Fn::If":
                for branch in sequence(argument)[1:]:
                    yield from self._texts(branch)
            case "Fn::Join":
                yield from self._join(sequence(argument))
            case "Fn::Sub":
                yield from self._substitute(sequence(argument))
            case "Fn::FindInMap":
                yield from self._find(sequence(argument))
            case _:
                yield f"${{{name}}}"

    def _join(self, arguments: Sequence[object]) -> Iterator[str]:
        if len(arguments) != 2 or not is_list(arguments[1]):
            yield "${Fn::Join}"
            return
        rendered = [self.texts(part) for part in sequence(arguments[1])]
        for parts in product(*(texts for texts in rendered if texts)):
            yield str(arguments[0]).join(parts)

    def _substitute(self, arguments: Sequence[object]) -> Iterator[str]:
        if not arguments or not isinstance(arguments[0], str):
            yield "${Fn::Sub}"
            return
        variables = mapping(arguments[1]) if len(arguments) > 1 else NOTHING
        names = list(variables)
        for values in product(*(self.texts(variables[name]) or ("",) for name in names)):
            known = self._defaults | dict(zip(names, values, strict=True))
            text = _VARIABLE.sub(lambda m, known=known: known.get(m.group(1), m.group(0)), arguments[0])
            yield text.replace("${!", "${")

    def _find(self, arguments: Sequence[object]) -> Iterator[str]:
        rows = mapping(self._mappings.get(str(arguments[0]))) if arguments else NOTHING
        column = arguments[2] if len(arguments) > 2 else None
        found = [text for row in rows.values() for text in self.texts(mapping(row).get(str(column)))]
        yield from dict.fromkeys(found or ["${Fn::FindInMap}"])
