"""Bedrock Guardrails on the requests to any provider."""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork import regions
from groundwork.gateway.bedrock_profiles import GUARDRAIL_DESTINATIONS, GuardrailProfile
from groundwork.gateway.names import at_least_one
from groundwork.settings import Allowed, Refusal, Section, refuse

Strength = Literal["none", "low", "medium", "high"]
ContentCategory = Literal["hate", "insults", "sexual", "violence", "misconduct", "prompt_attack"]
Moment = Literal["pre_call", "during_call", "post_call"]
PiiAction = Literal["block", "anonymize"]


class DeniedTopic(Section):
    """A topic that is not talked about."""

    name: Annotated[str, Field(pattern=r"^[0-9a-zA-Z][0-9a-zA-Z _.!?-]{0,99}$"), Allowed("1-100 letters, digits, ...")]
    """Its name."""
    definition: Annotated[str, Field(min_length=1, max_length=1000)]
    """What belongs to it, in words."""
    examples: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    """Prompts that belong to it."""


class GuardrailPolicy(Section):
    """What a guardrail stops. A change of it makes a new version, and the gateway changes to that version at once."""

    content: dict[ContentCategory, Strength] = Field(
        default_factory=lambda: {"hate": "high", "sexual": "high", "violence": "high", "prompt_attack": "medium"}
    )
    """How strictly each category of content is stopped."""
    pii: dict[
        Annotated[
            str,
            Field(pattern=r"^[A-Z][A-Z_]+$"),
            Allowed("a type of Bedrock such as EMAIL or CREDIT_DEBIT_CARD_NUMBER"),
        ],
        PiiAction,
    ] = Field(default_factory=dict)
    """Personal data, and whether it stops the request or is masked in it."""
    denied_topics: Annotated[tuple[DeniedTopic, ...], Field(max_length=30)] = ()
    """Topics that are not talked about."""
    blocked_words: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=10_000)
    ] = ()
    """Words and phrases that are stopped."""
    profanity: bool = False
    """Stop AWS's list of profane words as well."""
    message: Annotated[str, Field(min_length=1, max_length=500)] = "This request is not allowed here."
    """What the caller reads instead."""
    tier: Literal["classic", "standard"] = "classic"
    """`standard` knows more languages, and needs a `profile` of the guardrail."""


class ExistingGuardrail(Section):
    """A guardrail that somebody else owns."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]{1,64}$"), Allowed("the id of a guardrail, lower case")]
    """The guardrail's id, in the environment's account and Region."""
    version: Annotated[str, Field(pattern=r"^[1-9]\d{0,7}$"), Allowed("a version number, not DRAFT")]
    """The version: DRAFT would change under the gateway."""


class GuardrailSettings(Section):
    """A guardrail: its own `policy`, or an `existing` one."""

    name: Annotated[
        str,
        Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40),
        Allowed("at most 40 lower-case letters, digits and inner hyphens, beginning with a letter"),
    ]
    """What a request names it by, in `guardrails`."""
    always_on: bool = True
    """Whether it is applied to every request, or to those that name it."""
    when: Annotated[tuple[Moment, ...], AfterValidator(at_least_one)] = ("pre_call", "post_call")
    """Before the model is asked, meanwhile (faster, and the answer waits for it), and on the answer."""
    mask: bool = False
    """Let requests and answers pass with what it anonymizes masked."""
    profile: GuardrailProfile = "none"
    """Where it may be evaluated beside the Region. From Canada only `ca`: what it reads then stays in Canada, also
    where the model is called in the US."""
    existing: ExistingGuardrail | None = None
    policy: GuardrailPolicy | None = None

    @property
    def content_hash(self) -> str:
        """Of what Bedrock keeps of it, whatever its order in the file: each takes a version of the guardrail."""
        kept = self.model_dump(mode="json", include={"profile", "policy"})
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:12]

    @field_validator("policy")
    @classmethod
    def _one_source(cls, value: GuardrailPolicy | None, info: ValidationInfo) -> GuardrailPolicy | None:
        if "existing" in info.data and (value is None) == (info.data["existing"] is None):
            both = "`existing` and `policy` are both given"
            refuse(
                [Refusal(reason=both if value else "neither `existing` nor `policy` is given", allowed="one of them")]
            )
        if value and value.tier == "standard" and info.data.get("profile") == "none":
            reason, allowed = "the standard tier is evaluated across Regions", "classic, or a `profile`"
            refuse([Refusal(reason=reason, allowed=allowed, at=("tier",))])
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """A profile is called from the Regions of its own geography, and a guardrail made where Bedrock has them."""
        if self.policy:
            yield from regions.refusals_of_types("gateway.guardrails", region, at=("policy",))
        if self.profile != "none" and region not in GUARDRAIL_DESTINATIONS[self.profile]:
            ways = ["none", *(profile for profile, rows in GUARDRAIL_DESTINATIONS.items() if region in rows)]
            reason = f"{region} is no source of this guardrail profile"
            yield Refusal(reason=reason, allowed=", ".join(ways), at=("profile",), value=self.profile)
