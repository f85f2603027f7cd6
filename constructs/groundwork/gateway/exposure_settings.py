"""How the gateway is reached, and under which name."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from groundwork.network.settings import AddressRange
from groundwork.settings import Allowed, Refusal, Section, refuse

Exposure = Literal["cloudfront", "cloudfront-domain", "public", "private"]

_ACM = r"arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]{36}"
_AUTHORITY = r"arn:aws:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority/[0-9a-f-]{36}"
_Certificate = Annotated[
    str,
    Field(pattern=rf"^(issue|{_ACM}|{_AUTHORITY})$"),
    Allowed("issue, or the ARN of a certificate in ACM or of a private certificate authority"),
]


class DomainSettings(Section):
    """The gateway's name, the hosted zone that it stands in, and the certificates that prove it."""

    name: Annotated[
        str,
        Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", max_length=253),
        Allowed("a host name such as gateway.example.com"),
    ]
    """The host name. With `cloudfront` it is what CloudFront calls the load balancer by; callers use CloudFront's."""
    zone: (
        Annotated[
            str,
            Field(pattern=r"^(create|Z[A-Z0-9]{1,31})$"),
            Allowed("the id of a hosted zone, or with `private` also `create`"),
        ]
        | None
    ) = None
    """The id of the hosted zone; with `private` a private one, or `create` for a private zone of this name."""
    certificate: _Certificate = "issue"
    """The load balancer's certificate, in the environment's Region: `issue` for a public one that ACM validates in
    the zone, an ARN of ACM, or for `private` the ARN of the private authority that issues it. With `cloudfront-domain`
    it is for `origin.` and the name: what CloudFront calls the load balancer by."""
    edge_certificate: Annotated[
        str,
        Field(pattern=r"^(issue|arn:aws:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{36})$"),
        Allowed("issue, or the ARN of a certificate of ACM in us-east-1"),
    ] = "issue"
    """CloudFront's certificate for `cloudfront-domain`, in us-east-1."""

    @field_validator("zone")
    @classmethod
    def _a_name_needs_a_zone(cls, value: str | None) -> str | None:
        if value is None:
            reason = "nothing would point the name at the gateway, nor validate its certificate"
            refuse([Refusal(reason=reason, allowed="the id of a hosted zone", value="nothing")])
        return value

    def refusals_with(self, exposure: str | None) -> Iterator[Refusal]:
        """What does not go with an exposure."""
        private = exposure == "private"
        if private and self.certificate == "issue":
            yield Refusal(
                reason="a public certificate publishes a private name in the transparency logs, and a private zone "
                "cannot validate it",
                allowed="the ARN of a private certificate authority, or of a private or imported certificate of ACM",
                at=("certificate",),
                value=self.certificate,
            )
        if not private and ":certificate-authority/" in self.certificate:
            reason = "callers outside do not trust a private authority"
            allowed = "issue, or the ARN of a public certificate of ACM"
            yield Refusal(reason=reason, allowed=allowed, at=("certificate",), value=self.certificate)
        if not private and self.zone == "create":
            reason = "only a private zone is made here: a public one has to be delegated first"
            yield Refusal(reason=reason, allowed="the id of a hosted zone", at=("zone",), value=self.zone)
        if exposure != "cloudfront-domain" and self.edge_certificate != "issue":
            reason = "only cloudfront-domain has a certificate at the edge"
            yield Refusal(reason=reason, allowed="none", at=("edge_certificate",), value=self.edge_certificate)

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """A load balancer takes certificates of its own Region."""
        if self.certificate != "issue" and self.certificate.split(":")[3] != region:
            reason = "of another Region"
            yield Refusal(reason=reason, allowed=f"one of {region}", at=("certificate",), value=self.certificate)


Clients = tuple[AddressRange, ...]


def check_clients(value: Clients, info: ValidationInfo) -> Clients:
    """`private` says who may call; at CloudFront the firewall decides."""
    refuse(_refusals_of_clients(value, info.data.get("exposure")))
    return value


def _refusals_of_clients(value: Clients, exposure: str | None) -> Iterator[Refusal]:
    if exposure == "private" and not value:
        yield Refusal(reason="nobody may call the private gateway", allowed="address ranges in `clients`")
    if exposure in ("cloudfront", "cloudfront-domain") and value:
        yield Refusal(reason="the load balancer sees CloudFront's addresses only", allowed="none with this exposure")
    for index, cidr in enumerate(value):
        if exposure == "private" and cidr.prefixlen < 8:
            reason = "wide open: a private gateway is for named networks"
            yield Refusal(reason=reason, allowed="prefixes from /8", at=(index,), value=str(cidr))
        if cidr in value[:index]:
            yield Refusal(reason="named twice", allowed="each entry once", at=(index,), value=str(cidr))
