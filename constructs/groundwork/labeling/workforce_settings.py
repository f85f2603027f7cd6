"""Who labels: the one private workforce that an account has in a Region."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.gateway.names import HttpsUrl
from groundwork.labeling.defect_ground_truth import GROUND_TRUTH_ACCOUNTS
from groundwork.network.settings import AddressRange
from groundwork.settings import Allowed, Email, Refusal, Section, refuse

MOST_RANGES = 10
"""SourceIpConfig: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SourceIpConfig.html"""
WIDEST_RANGE = 8
"""Bits of the prefix: what is wider is no list of networks that somebody knows."""
WorkforceName = Annotated[
    str,
    Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$"),
    Allowed("the name that `aws sagemaker list-workforces` shows: 1-63 letters, digits and hyphens"),
]
SignIn = Literal["cognito", "oidc"]
_REFERENCE = r"^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,505}-[A-Za-z0-9]{6}$"


def _by_reference(value: str) -> str:
    # The secret itself must not come back in the message, as that ends in the pipeline's log.
    if not value.startswith("arn:"):
        allowed = "the full ARN of a secret of Secrets Manager that holds it"
        refuse([Refusal(reason="looks like the secret itself", allowed=allowed, value="(not shown)")])
    return value


def _ranges(values: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
    refuse(_refusals_of_ranges(values))
    return values


def _refusals_of_ranges(values: tuple[IPv4Network, ...]) -> Iterator[Refusal]:
    if len(values) > MOST_RANGES:
        yield Refusal(reason=f"{len(values)} ranges", allowed=f"{MOST_RANGES} at most, where neighbours can be one")
    for index, value in enumerate(values):
        if value.prefixlen < WIDEST_RANGE:
            reason = "everybody" if value.prefixlen == 0 else "as wide as a part of the internet"
            yield Refusal(reason=reason, allowed=f"a prefix between /{WIDEST_RANGE} and /32", at=(index,))
        if any(value.subnet_of(other) for other in values[:index]):
            yield Refusal(reason="already in a range before it", allowed="each address once", at=(index,))


AddressRanges = Annotated[tuple[AddressRange, ...], AfterValidator(_ranges)]


class OidcSettings(Section):
    """An identity provider of your own with OpenID Connect, which has the people and their groups.

    Its tokens must carry the claims of
    https://docs.aws.amazon.com/sagemaker/latest/dg/sms-workforce-create-private-oidc.html, `sagemaker:groups` for one.
    """

    client_id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_+]+$", max_length=1024), Allowed("1-1024 letters, digits, _ or +")
    ]
    """The client's id at the identity provider."""
    client_secret: Annotated[
        str,
        AfterValidator(_by_reference),
        Field(pattern=_REFERENCE),
        Allowed("the full ARN of a secret of Secrets Manager, whose text is the client's secret and nothing else"),
    ]
    """CloudFormation reads it when it makes or changes the workforce; it stands in no template. CloudFormation takes
    letters, digits, _ and + in it, and refuses a secret with anything else."""
    issuer: HttpsUrl
    """From the provider's discovery document, as the addresses below."""
    authorization_endpoint: HttpsUrl
    token_endpoint: HttpsUrl
    user_info_endpoint: HttpsUrl
    logout_endpoint: HttpsUrl
    jwks_uri: HttpsUrl


class PortalVpcSettings(Section):
    """The workers' portal in the environment's VPC, by interface endpoints that Ground Truth makes there."""

    clients: Annotated[AddressRanges, Field(min_length=1)]
    """Address ranges of the VPC, or connected to it, that reach the portal."""


class WorkforceSettings(Section):
    """A private workforce: the account's `existing` one, or a new one. There can be one in an account and Region."""

    existing: WorkforceName | None = None
    """One that is there already: teams are added to it, and nothing else of it is changed. None: it is made here."""
    sign_in: SignIn = "cognito"
    """Where workers sign in: a user pool of Cognito, or an identity provider of your own. Cannot be changed later."""
    oidc: OidcSettings | None = None
    """The identity provider of a new workforce with `sign_in: oidc`."""
    source_cidrs: AddressRanges = ()
    """Address ranges on the internet that workers may come from, ten at most. None: from everywhere, unless `vpc`."""
    vpc: PortalVpcSettings | None = None
    """Serves the portal in the VPC as well; without `source_cidrs` it is not served on the internet any more."""
    sender: Email | None = None
    """A verified address of SES in the Region that invitations come from. None: Cognito's own, with 50 mails a day."""

    @field_validator("oidc")
    @classmethod
    def _provider_of_a_new_workforce(cls, value: OidcSettings | None, info: ValidationInfo) -> OidcSettings | None:
        if {"existing", "sign_in"} <= info.data.keys():
            wanted = info.data["sign_in"] == "oidc" and not info.data["existing"]
            if wanted and not value:
                refuse([Refusal(reason="no `oidc`: nobody could sign in", allowed="the identity provider's addresses")])
            if value and not wanted:
                reason = "the existing workforce has its own" if info.data["existing"] else "workers sign in at Cognito"
                refuse([Refusal(reason=reason, allowed="none", value="given")])
        return value

    @field_validator("source_cidrs", "vpc", "sender")
    @classmethod
    def _an_existing_workforce_is_left_alone(cls, value: object, info: ValidationInfo) -> object:
        if value and info.data.get("existing"):
            reason = "an existing workforce is not changed"
            refuse([Refusal(reason=reason, allowed="none; `aws sagemaker update-workforce` changes it", value="given")])
        return value

    @field_validator("sender")
    @classmethod
    def _cognito_sends_invitations(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("sign_in") == "oidc":
            refuse([Refusal(reason="the identity provider invites its people", allowed="none")])
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Ground Truth is in few Regions, and a secret belongs to one."""
        if region not in GROUND_TRUTH_ACCOUNTS:
            yield Refusal(
                reason=f"{region} has no Ground Truth, so no private workforce",
                allowed=", ".join(sorted(GROUND_TRUTH_ACCOUNTS)),
                value=self.existing or "a new one",
            )
        if self.oidc and (where := self.oidc.client_secret.split(":")[3]) != region:
            at, secret = ("oidc", "client_secret"), self.oidc.client_secret
            yield Refusal(reason=f"of {where}", allowed=f"one of {region}", at=at, value=secret)
