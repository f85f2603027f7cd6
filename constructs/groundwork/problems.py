"""Turns pydantic's errors into sentences for the author of an environment file: field, value, what is allowed."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from groundwork.settings import Allowed

At = tuple[str | int, ...]
_WRONG_TYPE = "a value of the wrong type"
_LONGEST = 80
"""Characters of a value that are shown."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake: the field's path, the value found there, why it is refused and what is allowed."""

    field: str
    value: object
    reason: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        value = "" if self.value is None else f"{_short(self.value)}: "
        return f"{where}{value}{self.reason}; allowed: {self.allowed}"


def problems_of(error: ValidationError, model: type[BaseModel], document: Mapping[str, Any]) -> dict[At, Problem]:
    """The problems behind a validation error, by their path in the document.

    Args:
        error: what validating the document raised.
        model: the model that it was validated with.
        document: the document, to look up values and to tell its keys from pydantic's names of alternatives.
    """
    problems: dict[At, Problem] = {}
    for details in error.errors(include_url=False):
        # What a rule names may be absent from the document.
        absent = details["type"] == "missing" or bool(details.get("ctx", {}).get("at"))
        at = _path_in(document, details["loc"], absent=absent)
        problem = _problem(at, details, model, document)
        if (other := problems.get(at)) and details["type"] != "refused":
            # A field with alternatives answers once for each of them.
            allowed = f"{other.allowed}, or {problem.allowed}" if problem.allowed != other.allowed else other.allowed
            problem = Problem(field=other.field, value=other.value, reason=other.reason, allowed=allowed)
        problems[at] = problem
    # Of a field with alternatives, the one whose parts were looked at is the one that was meant.
    return {at: p for at, p in problems.items() if p.reason != _WRONG_TYPE or not _has_part(problems, at)}


def _has_part(problems: Mapping[At, Problem], at: At) -> bool:
    return any(len(other) > len(at) and other[: len(at)] == at for other in problems)


def _problem(at: At, details: ErrorDetails, model: type[BaseModel], document: Mapping[str, Any]) -> Problem:
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at).lstrip(".")
    value = details["input"] if details["input"] is not None else _value(document, at)
    context = details.get("ctx", {})
    match details["type"]:
        case "refused":
            return Problem(field=field, value=value, reason=context["reason"], allowed=context["allowed"])
        case "extra_forbidden":
            known = _keys(model, at[:-1], _value(document, at[:-1]))
            near = difflib.get_close_matches(str(at[-1]), known, n=1)
            reason = "unknown key" + (f", did you mean {near[0]}?" if near else "")
            return Problem(field=field, value=None, reason=reason, allowed=", ".join(known))
        case "missing":
            return Problem(
                field=field,
                value=None,
                reason="missing",
                allowed=_allowed(model, at) or _section(model, at) or "a value",
            )
        case "literal_error":
            return Problem(field=field, value=value, reason="not one of the choices", allowed=context["expected"])
        case "too_short" | "too_long" if not isinstance(value, str):
            bound = (
                f"at least {context['min_length']}" if "min_length" in context else f"at most {context['max_length']}"
            )
            return Problem(field=field, value=value, reason="too few or too many", allowed=f"{bound} entries")
        case "bool_type":
            return Problem(field=field, value=value, reason=_WRONG_TYPE, allowed="true or false")
        case "list_type" | "tuple_type":
            allowed = _own_words(model, at) or f"a list of: {_allowed(model, at) or 'entries'}"
            return Problem(field=field, value=value, reason=_WRONG_TYPE, allowed=allowed)
        case "model_type" | "dict_type":
            given = "nothing" if value is None else value
            allowed = _section(model, at) or "keys and values"
            return Problem(field=field, value=given, reason=_WRONG_TYPE, allowed=allowed)
        case "string_type" if isinstance(value, int | float):
            allowed = _allowed(model, at) or "a text"
            quotes = "" if "in quotes" in allowed else ", in quotes"
            return Problem(field=field, value=value, reason=_WRONG_TYPE, allowed=allowed + quotes)
        case _:
            wanted = details["msg"].removeprefix("Input should be ")
            allowed = _allowed(model, at, of_key=details["loc"][-1] == "[key]") or wanted
            reason = _WRONG_TYPE if details["type"].endswith(("_type", "_parsing")) else "not accepted"
            return Problem(field=field, value=value, reason=reason, allowed=allowed)


def _path_in(document: Any, loc: Sequence[str | int], *, absent: bool) -> At:
    """The path without the names that pydantic gives to the alternatives of a union.

    Args:
        absent: its end may be.
    """
    path: list[str | int] = []
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(document, Mapping) and part in document:
            document = document[part]
        elif isinstance(document, Sequence) and isinstance(part, int) and not isinstance(document, str):
            document = document[part] if part < len(document) else None
        elif not (last and absent):
            continue
        path.append(part)
    return tuple(path)


def _value(document: Any, at: At) -> object:
    for part in at:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _field(model: type[BaseModel], at: At) -> tuple[FieldInfo | None, list[type[BaseModel]]]:
    """The field at a path, and the models that its value may be of."""
    field: FieldInfo | None = None
    models = [model]
    for part in at:
        if isinstance(part, int):
            continue
        if field and not models:
            break  # below it are the keys of a dictionary, not fields
        field = next((m.model_fields[part] for m in models if part in m.model_fields), None)
        if field is None:
            return None, []
        models = list(_models_in(field.annotation))
    return field, models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _keys(model: type[BaseModel], at: At, given: object = None) -> list[str]:
    """The keys of a section: of all its alternatives, or of those that `given` can be by the texts that tell them
    apart, such as `kind` and `provider`."""
    models = _field(model, at)[1]
    fitting = [m for m in models if isinstance(given, Mapping) and _fits(m, given)]
    return list(dict.fromkeys(name for m in fitting or models for name in m.model_fields))


def _fits(model: type[BaseModel], given: Mapping[str, Any]) -> bool:
    literals = {n: get_args(f.annotation) for n, f in model.model_fields.items() if get_origin(f.annotation) is Literal}
    return all(given.get(name, choices[0]) in choices for name, choices in literals.items())


def _section(model: type[BaseModel], at: At) -> str:
    keys = _keys(model, at)
    return f"the keys {', '.join(keys)}" if keys else ""


def _allowed(model: type[BaseModel], at: At, *, of_key: bool = False) -> str | None:
    """What the field's type says that it allows; for an item of a list or mapping, what the items' type says."""
    field, _ = _field(model, at)
    if field is None:
        return None
    words = [*_own_words_of(field), *_allowed_within(field.annotation)]
    is_item = field is _field(model, at[:-1])[0]
    # Outer types say it before inner ones, and a mapping's keys before its values.
    return words[-1 if is_item and not of_key else 0] if words else None


def _own_words(model: type[BaseModel], at: At) -> str | None:
    """What the field says that it allows as a whole, not what the types within say."""
    field, _ = _field(model, at)
    return next(iter(_own_words_of(field)), None) if field else None


def _own_words_of(field: FieldInfo) -> list[str]:
    return [item.words for item in field.metadata if isinstance(item, Allowed)]


def _allowed_within(annotation: Any) -> Iterator[str]:
    for argument in (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        if isinstance(argument, Allowed):
            yield argument.words
        else:
            yield from _allowed_within(argument)


def _short(value: object) -> str:
    """A value as it could stand in the file; of a large section its keys."""
    text = repr(value) if isinstance(value, str) else json.dumps(value, default=str)
    if isinstance(value, Mapping) and len(text) > _LONGEST:
        text = f"{{{', '.join(map(str, value))}}}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
