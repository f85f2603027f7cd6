"""Reads a YAML file into a model, with refusals that name the file, the field, the value and what is allowed."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from promotion.errors import PromotionError

_Model = TypeVar("_Model", bound=BaseModel)


def read_yaml(file: Path, model: type[_Model]) -> _Model:
    """Raises PromotionError where the file cannot be read or says what the model refuses."""
    try:
        content: object = YAML(typ="safe").load(file.read_text("utf-8"))
    except FileNotFoundError:
        raise PromotionError(f"{file} does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PromotionError(f"{file} cannot be read: {error}") from None
    except YAMLError as error:
        raise PromotionError(f"{file} is not YAML: {error}") from None
    if not isinstance(content, dict):
        raise PromotionError(f"{file} is not a mapping of keys.")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        lines = (_line(found["loc"], found["msg"], found["input"]) for found in error.errors())
        raise PromotionError("\n".join([f"{file} is refused:", *lines])) from None


def _line(place: tuple[int | str, ...], message: str, value: object) -> str:
    field = ".".join(map(str, place))
    given = f" (given: {value!r})" if isinstance(value, str | int | float | bool | None) else ""
    return f"  {field + ': ' if field else ''}{message.removeprefix('Value error, ')}{given}"
