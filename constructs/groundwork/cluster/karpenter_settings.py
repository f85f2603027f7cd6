"""Node pools that grow with what waits for nodes."""

from typing import Annotated

from pydantic import AfterValidator, Field

from groundwork.settings import Allowed, Section, each_once


class NodePoolSettings(Section):
    """Instance groups that Karpenter fills from zero and empties again, in the order that costs least."""

    name: Annotated[
        str,
        Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63),
        Allowed("at most 63 lower-case letters, digits and inner hyphens"),
    ]
    groups: Annotated[tuple[str, ...], Field(min_length=1, max_length=10), AfterValidator(each_once)]
    """Names of instance groups, ten at most; each belongs to one pool."""
    empty_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """Minutes after which an empty node is given back."""
    expire_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """Days after which a node is replaced. None: never, as training runs for as long as it takes."""
