"""Names that the gateway's settings refer to each other by."""

from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from groundwork.settings import Allowed, Refusal, refuse

_Item = TypeVar("_Item")

_KEY_PREFIXES = ("sk-", "AIza", "pk-lf-", "xai-")


def _no_value(name: str) -> str:
    # The value itself must not come back in the message, as that ends in the pipeline's log.
    if name.startswith(_KEY_PREFIXES) or len(name) > 40:
        refuse(
            [Refusal(reason="looks like the secret itself", allowed="its name below `secrets`", value="(not shown)")]
        )
    return name


def has_port(address: str) -> str:
    """Refuse an address whose port is none."""
    try:
        _ = urlsplit(address).port
    except ValueError:
        refuse([Refusal(reason="not a port", allowed="a port from 1 to 65535, or none")])
    return address


ModelName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    Allowed("1-64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit"),
]
TeamName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40),
    Allowed("at most 40 lower-case letters, digits and inner hyphens, beginning with a letter"),
]
SecretName = Annotated[
    str,
    AfterValidator(_no_value),
    Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$"),
    Allowed("the name of a secret below `secrets`"),
]
Requests = Annotated[int, Field(ge=1, le=10_000_000), Allowed("requests a minute, from 1")]
Tokens = Annotated[int, Field(ge=1, le=10_000_000_000), Allowed("tokens a minute, from 1")]
HttpsUrl = Annotated[
    str,
    AfterValidator(has_port),
    Field(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?$"),
    Allowed("an address that begins with https://"),
]


def at_least_one(values: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """Refuse an empty list. As a bound of the field it would also count out every entry that is refused itself."""
    if not values:
        refuse([Refusal(reason="empty", allowed="at least one entry")])
    return values


def variable(*parts: str) -> str:
    """The environment variable that carries a value to the container: `variable("secret", "open-ai")` is
    `SECRET_OPEN_AI`. Two names that differ in punctuation only would share it: see `refusals_of_variables`."""
    return "_".join("".join(c if c.isalnum() else "_" for c in part) for part in parts).upper()
