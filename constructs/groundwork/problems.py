"""Turns pydantic's errors into sentences for the author of an environment file: field, value, what is allowed."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from groundwork.settings import Allowed

At = tuple[str | int, ...]
_WRONG_TYPE = "a value of the wrong type"


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
        at = _path_in(document, details["loc"], details["type"])
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
            known = _keys(model, at[:-1])
            near = difflib.get_close_matches(str(at[-1]), known, n=1)
            reason = "unknown key" + (f", did you mean {near[0]}?" if near else "")
            return Problem(field=field, value=None, reason=reason, allowed=", ".join(known))
        case "missing":
            return Problem(field=field, value=None, reason="missing", allowed=_allowed(model, at) or "a value")
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
            allowed = f"the keys {', '.join(_keys(model, at))}" if _keys(model, at) else "keys and values"
            return Problem(
                field=field, value="nothing" if value is None else value, reason=_WRONG_TYPE, allowed=allowed
            )
        case "string_type" if isinstance(value, int | float):
            allowed = _allowed(model, at) or "a text"
            quotes = "" if "in quotes" in allowed else ", in quotes"
            return Problem(field=field, value=value, reason=_WRONG_TYPE, allowed=allowed + quotes)
        case _:
            wanted = details["msg"].removeprefix("Input should be ")
            allowed = _allowed(model, at, of_key=details["loc"][-1] == "[key]") or wanted
            reason = _WRONG_TYPE if details["type"].endswith(("_type", "_parsing")) else "not accepted"
            return Problem(field=field, value=value, reason=reason, allowed=allowed)


def _path_in(document: Any, loc: Sequence[str | int], error_type: str) -> At:
    """The path without the names that pydantic gives to the alternatives of a union."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(document, Mapping) and part in document:
            document = document[part]
        elif isinstance(document, Sequence) and isinstance(part, int) and not isinstance(document, str):
            document = document[part] if part < len(document) else None
        elif not (last and error_type == "missing"):
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


def _keys(model: type[BaseModel], at: At) -> list[str]:
    return [name for m in _field(model, at)[1] for name in m.model_fields]


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
    text = repr(str(value)) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
