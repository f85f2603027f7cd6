"""Where two property values differ, and what a value refers to."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.intrinsics import function, is_list, mapping, sequence
from rules.secret_names import says_secret
from rules.template import Template

_VARIABLE = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")
_LONGEST, _CONTEXT = 160, 30
"""Characters that are shown of a value, and how many of them stand before what differs."""
_PAIR = frozenset(("Name", "Key", "HeaderName", "ParameterKey", "ParameterName"))
Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A property path with its two values; None where there is none."""

    path: Path
    before: object
    after: object


def differences(before: object, after: object, path: Path = ()) -> Iterator[Difference]:
    """The innermost values that differ; a call of a function differs as a whole.

    Of a list that grew or shrank, what is on one side alone.
    """
    if before == after:
        return
    if _is_plain(before) and _is_plain(after):
        old, new = mapping(before), mapping(after)
        for key in dict.fromkeys([*old, *new]):
            yield from differences(old.get(key), new.get(key), (*path, str(key)))
    elif is_list(before) and is_list(after) and len(sequence(before)) == len(sequence(after)):
        for index, pair in enumerate(zip(sequence(before), sequence(after), strict=True)):
            yield from differences(*pair, (*path, str(index)))
    elif is_list(before) and is_list(after):
        gone = [item for item in sequence(before) if item not in sequence(after)]
        come = [item for item in sequence(after) if item not in sequence(before)]
        yield Difference(path=path, before=gone or None, after=come or None)
    else:
        yield Difference(path=path, before=before, after=after)


def references(value: object) -> frozenset[str]:
    """Logical ids that anything below `value` refers to."""
    return frozenset(_references(value))


def shown(found: Difference, before: Template, after: Template) -> tuple[str, str]:
    """The two values for people: rendered, hidden where their name says that they are secret, and where they are long
    cut to what differs."""
    texts = _text(before, found.path, found.before), _text(after, found.path, found.after)
    pairs = enumerate(zip(*texts, strict=False))
    same = next((index for index, (old, new) in pairs if old != new), min(map(len, texts)))
    begin = same - _CONTEXT if same > _CONTEXT and max(map(len, texts)) > _LONGEST else 0
    return _cut(texts[0], begin), _cut(texts[1], begin)


def _cut(text: str, begin: int) -> str:
    rest = f"... {text[begin:]}" if begin else text
    return rest if len(rest) <= _LONGEST else rest[:_LONGEST] + " ..."


def _text(template: Template, path: Path, value: object) -> str:
    if value is None:
        return ""
    name = path[-1] if path else ""
    if any(says_secret(name) for _, name, _ in template.strings(value, name=name)):
        return "(hidden)"
    if is_list(value):
        return ", ".join(_text(template, path, item) for item in sequence(value))
    return " or ".join(template.texts(value)) or json.dumps(value, sort_keys=True)


def _is_plain(value: object) -> bool:
    """An object whose parts are compared one by one; a pair of name and value says something only as a whole."""
    body = mapping(value)
    is_pair = len(body) == len(("name", "value")) and not _PAIR.isdisjoint(body)
    return isinstance(value, Mapping) and function(body) is None and not is_pair


def _references(value: object) -> Iterator[str]:
    if isinstance(value, str):
        return
    call = function(value)
    if call and call[0] == "Ref":
        yield str(call[1])
    elif call and call[0] == "Fn::GetAtt":
        yield str(call[1]).partition(".")[0] if isinstance(call[1], str) else str(next(iter(sequence(call[1])), ""))
    elif call and call[0] == "Fn::Sub":
        text, *variables = sequence(call[1])
        yield from _VARIABLE.findall(str(text))
        for variable in variables:
            yield from _references(variable)
    elif is_list(value):
        for item in sequence(value):
            yield from _references(item)
    else:
        for item in mapping(value).values():
            yield from _references(item)
