"""How Spaces are reached: a web page of their own, or SSH inside of the VPC."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.network.settings import AddressRange
from groundwork.settings import Allowed, Refusal, Section, refuse
from groundwork.spaces.values import DomainName, ZoneId

_Certificate = Annotated[
    str,
    Field(pattern=r"^(issue|arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36})$"),
    Allowed("issue, or the ARN of a wildcard certificate of ACM"),
]
_REFRESH_MINUTES = 15
"""How long before its end a token is renewed (values.yaml, jwtRefreshWindow)."""


class SessionSettings(Section):
    """How long somebody stays signed in. The rules are those of the add-on's chart, validations.tpl."""

    token_minutes: Annotated[int, Field(ge=_REFRESH_MINUTES, le=720)] = 60
    """A token ends after so many minutes, unless it is renewed."""
    refresh_hours: Annotated[int, Field(ge=1, le=72)] = 12
    """It is renewed for so many hours; then the user asks for a new address."""
    cookie_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """The browser forgets it after so many hours."""

    @field_validator("refresh_hours")
    @classmethod
    def _as_long_as_a_token(cls, value: int, info: ValidationInfo) -> int:
        if value * 60 < (minutes := info.data.get("token_minutes", 0)):
            refuse(
                [Refusal(reason=f"shorter than a token of {minutes} minutes", allowed=f"{-(-minutes // 60)} or more")]
            )
        return value

    @field_validator("cookie_hours")
    @classmethod
    def _as_long_as_renewals(cls, value: int, info: ValidationInfo) -> int:
        if value < (hours := info.data.get("refresh_hours", 0)):
            refuse([Refusal(reason=f"the session lasts {hours} hours", allowed=f"{hours} or more")])
        return value


class WebUiSettings(Section):
    """A web page for each Space, at `<space>-<namespace in base 32>.<domain>`, behind one load balancer."""

    domain: DomainName
    """The domain that the pages stand below."""
    zone: ZoneId | None = None
    """The hosted zone that the names are entered into."""
    private_zone: bool = False
    """Whether that is a private zone. ACM cannot validate a certificate there."""
    certificate: _Certificate = "issue"
    """For the domain and everything one level below: `issue`, validated in the zone, or the ARN of one."""
    scheme: Literal["internal", "internet-facing"] = "internal"
    """Where the load balancer stands: in the private subnets, or in the public ones."""
    clients: Annotated[tuple[AddressRange, ...], Field(max_length=50)]
    """Address ranges that may call the load balancer."""
    session: SessionSettings = SessionSettings()

    @field_validator("zone")
    @classmethod
    def _names_need_a_zone(cls, value: str | None) -> str | None:
        if value is None:
            reason = "nothing would point the names at the load balancer, nor validate the certificate"
            refuse([Refusal(reason=reason, allowed="the id of a hosted zone", value="nothing")])
        return value

    @field_validator("certificate")
    @classmethod
    def _zone_can_validate(cls, value: str, info: ValidationInfo) -> str:
        if value == "issue" and info.data.get("private_zone"):
            reason = "ACM validates a certificate in a public zone only"
            refuse([Refusal(reason=reason, allowed="the ARN of a certificate, or private_zone: false", value=value)])
        return value

    @field_validator("scheme")
    @classmethod
    def _public_name_for_the_internet(cls, value: str, info: ValidationInfo) -> str:
        if value == "internet-facing" and info.data.get("private_zone"):
            reason = "nobody on the internet can look up the names of a private zone"
            refuse([Refusal(reason=reason, allowed="internal, or private_zone: false", value=value)])
        return value

    @field_validator("clients")
    @classmethod
    def _somebody_but_not_everybody(cls, value: tuple[AddressRange, ...]) -> tuple[AddressRange, ...]:
        refuse(_refusals_of_clients(value))
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """A load balancer takes certificates of its own Region."""
        if self.certificate != "issue" and self.certificate.split(":")[3] != region:
            allowed = f"issue, or one of {region}"
            yield Refusal(reason="of another Region", allowed=allowed, at=("certificate",), value=self.certificate)


class DirectSshSettings(Section):
    """SSH to each Space by name, inside of the VPC and the networks connected to it. Every Space listens then."""

    domain: DomainName
    """The name of a private hosted zone: a Space is `<space>.<namespace>.<domain>`."""
    zone: ZoneId
    """The id of that zone."""
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    clients: Annotated[tuple[AddressRange, ...], Field(max_length=50)]
    """Address ranges that may connect."""

    @field_validator("clients")
    @classmethod
    def _somebody_but_not_everybody(cls, value: tuple[AddressRange, ...]) -> tuple[AddressRange, ...]:
        refuse(_refusals_of_clients(value))
        return value


def _refusals_of_clients(value: tuple[AddressRange, ...]) -> Iterator[Refusal]:
    if not value:
        yield Refusal(reason="nobody may call", allowed="at least one address range")
    for index, cidr in enumerate(value):
        if cidr.prefixlen < 8:
            reason = "wide open: behind it is a shell on the cluster"
            yield Refusal(reason=reason, allowed="prefixes from /8", at=(index,), value=str(cidr))
        if cidr in value[:index]:
            yield Refusal(reason="named twice", allowed="each entry once", at=(index,), value=str(cidr))
