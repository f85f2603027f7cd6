"""Value types of the `spaces` section."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol, TypeVar

from pydantic import AfterValidator, Field

from groundwork.settings import Allowed, Refusal, refuse

_Item = TypeVar("_Item")

MIN_GIB_OF_REMOTE_ACCESS = 8
"""Memory of a Space that an editor connects to. The add-on refuses less at admission:
https://github.com/jupyter-infra/jupyter-k8s-aws, charts/aws-hyperpod/templates/workspace-memory-policy.yaml."""
MAX_SCRIPT_BYTES = 1024
"""https://docs.aws.amazon.com/sagemaker/latest/dg/customization.html, Lifecycle (read 2026-11-23)."""

Name = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=40),
    Allowed("at most 40 lower-case letters, digits and inner hyphens"),
]
Namespace = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=63),
    Allowed("at most 63 lower-case letters, digits and inner hyphens"),
]
DisplayName = Annotated[str, Field(min_length=1, max_length=100)]
Gib = Annotated[int, Field(ge=1, le=16384)]
"""GiB."""
Minutes = Annotated[int, Field(ge=1, le=10080)]
PrincipalArn = Annotated[
    str,
    Field(pattern=r"^arn:aws:iam::\d{12}:(role|user)/[A-Za-z0-9+=,.@_/-]{1,576}$"),
    Allowed("the ARN of an IAM role or user such as arn:aws:iam::111122223333:role/DataScientist"),
]
DomainName = Annotated[
    str,
    Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", max_length=180),
    Allowed("a domain such as spaces.example.com"),
]
ZoneId = Annotated[str, Field(pattern=r"^Z[A-Z0-9]{1,31}$"), Allowed("the id of a hosted zone of Route 53")]


def _fits_a_lifecycle_hook(script: str) -> str:
    if (size := len(script.encode())) > MAX_SCRIPT_BYTES:
        reason = f"{size} bytes; a lifecycle script has {MAX_SCRIPT_BYTES} at most"
        refuse(
            [Refusal(reason=reason, allowed="a shorter one that calls a script of the image", value=f"{size} bytes")]
        )
    return script


LifecycleScript = Annotated[str, Field(min_length=1), AfterValidator(_fits_a_lifecycle_hook)]


def at_least_one(values: tuple[_Item, ...]) -> tuple[_Item, ...]:
    """Refuse an empty list. As a bound of the field it would also count out every entry that is refused itself."""
    if not values:
        refuse([Refusal(reason="empty", allowed="at least one entry")])
    return values


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str: ...


def refusals_of_names(values: Sequence[Named]) -> Iterator[Refusal]:
    """One for each name that stands earlier in the list as well."""
    names = [value.name for value in values]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Refusal(reason="the name stands twice", allowed="another name", at=(index, "name"), value=name)


def refusals_of_range(low: int, default: int, high: int, *, unit: str) -> Iterator[Refusal]:
    """A default outside of its own bounds, at the field `max` or `min`."""
    if low > high:
        yield Refusal(reason=f"below the least, {low} {unit}", allowed=f"{low} or more", at=("max",), value=high)
    elif not low <= default <= high:
        at, allowed = (("min",), f"at most {default}") if default < low else (("max",), f"{default} or more")
        value = low if default < low else high
        yield Refusal(reason=f"the default of {default} {unit} is outside", allowed=allowed, at=at, value=value)
