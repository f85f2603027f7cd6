"""What every section of an environment file shares: strictness, common value types, and a way to refuse a value."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError


class Section(BaseModel):
    """One section of the environment file: immutable, without coercion, and without unknown keys.

    Rules across fields are field validators on the later field: they see the earlier fields that are valid in
    `info.data`, so one broken field does not hide the errors of the others. Defaults are validated as well.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_default=True,
        use_attribute_docstrings=True,
    )

    def refusals_in(self, region: str) -> Iterator["Refusal"]:  # noqa: ARG002
        """Why the section cannot be deployed to a Region. Sections that depend on one say so."""
        yield from ()

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """The interface endpoints that the section's workloads call, each with the zones they run in, from 0."""
        return {}


@dataclass(frozen=True)
class Allowed:
    """Marks a type with what it allows, in words: `Annotated[str, Field(pattern=...), Allowed("a mail address")]`."""

    words: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Say it in the JSON Schema too, where the field has no description of its own."""
        return {"description": self.words} | handler(schema)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why one value of the environment file is refused."""

    reason: str
    """What is wrong, without the value."""
    allowed: str
    """What would be accepted, in words."""
    at: tuple[str | int, ...] = ()
    """Path of the value below the field whose validator refuses it."""
    value: object = None
    """The refused value, where it is not the one found at that path."""


def refuse(refusals: Iterable[Refusal]) -> None:
    """Raise all refusals at once, so that a user mends a file in one round. Does nothing when there are none."""
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("refused", "{reason}", {"reason": r.reason, "allowed": r.allowed, "at": r.at}),
            loc=r.at,
            input=r.value,
        )
        for r in refusals
    ]
    if errors:
        raise ValidationError.from_exception_data("refused", errors)


def each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse an entry that stands twice in a list."""
    refuse(refusals_of_repeats(values))
    return values


def refusals_of_repeats(values: tuple[str, ...]) -> Iterator[Refusal]:
    """One for each entry that stands earlier in the list as well."""
    for index, value in enumerate(values):
        if value in values[:index]:
            yield Refusal(reason="named twice", allowed="each entry once", at=(index,))


def _account_as_text(value: object) -> object:
    # YAML reads an unquoted account id as a number. Twelve digits survive that; a leading zero does not.
    return str(value) if isinstance(value, int) and re.fullmatch(r"[1-9]\d{11}", str(value)) else value


def _not_of_aws(value: str) -> str:
    if value.lower().startswith("aws:"):
        raise ValueError("belongs to AWS")
    return value


AccountId = Annotated[
    str,
    BeforeValidator(_account_as_text),
    Field(pattern=r"^\d{12}$"),
    Allowed("a 12-digit account id, in quotes"),
]
Email = Annotated[
    str,
    # Its characters are those of a tag's value: the owner stands in a tag.
    Field(pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254),
    Allowed("a mail address such as platform@example.com"),
]
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html, read 2026-11-23
TagKey = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$"),
    AfterValidator(_not_of_aws),
    Allowed("1-128 letters, digits, spaces or _.:/=+@-, not beginning with aws:"),
]
TagValue = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,256}$"),
    Allowed("1-256 letters, digits, spaces or _.:/=+@-"),
]
# The values that CloudWatch Logs takes:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html, read 2026-11-23
LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
