"""The models that the gateway offers, and what serves each of them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.gateway.bedrock_models import MODELS
from groundwork.gateway.bedrock_profiles import MODEL_DESTINATIONS, Profile
from groundwork.gateway.names import HttpsUrl, ModelName, Requests, SecretName, Tokens, at_least_one, has_port
from groundwork.regions import REGIONS, refusals_of_types
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse

SageMakerName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$"),
    Allowed("a name of SageMaker's: 1-63 letters, digits and inner hyphens"),
]


class Deployment(Section):
    """What one model and provider have in common."""

    weight: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Share of the requests, relative to the other deployments of the model. None: the same for each."""
    requests_per_minute: Requests | None = None
    """What the provider allows; above it the other deployments are asked."""
    tokens_per_minute: Tokens | None = None
    """What the provider allows; above it the other deployments are asked."""

    def leaves_aws(self) -> bool:
        """Whether a call needs a path to the internet."""
        return False


class BedrockDeployment(Deployment):
    """A model of Amazon Bedrock, called in the environment's Region or through a cross-Region profile."""

    provider: Literal["bedrock"]
    model: Annotated[
        str,
        Field(pattern=r"^[a-z0-9-]+\.[a-z0-9.:-]+$", max_length=140),
        Allowed("a model id such as anthropic.claude-sonnet-5, without the prefix of a profile"),
    ]
    """The foundation model's id."""
    profile: Profile = "in-region"
    """`in-region`, or where requests may be processed: in a geography, or anywhere (`global`). Prompts and answers
    leave the Region with a profile; what AWS keeps for abuse detection is stored where the request was processed."""
    destinations: tuple[str, ...] = ()
    """Regions that a geographic profile sends to, where AWS has changed them since this version."""
    application_profile: (
        Annotated[
            str,
            Field(
                pattern=r"^(per-team|arn:aws:bedrock:[a-z0-9-]+:\d{12}:application-inference-profile/[a-z0-9]{1,64})$"
            ),
            Allowed("per-team, or the ARN of an application inference profile"),
        ]
        | None
    ) = None
    """Calls the model through an application inference profile, so that its cost carries that profile's tags. The
    ARN of one, or `per-team`: one for each team that may use the model."""

    @property
    def profile_id(self) -> str:
        """What the model is called by: with the prefix of its profile."""
        return self.model if self.profile == "in-region" else f"{self.profile}.{self.model}"

    def destinations_from(self, region: str) -> tuple[str, ...]:
        """The Regions that may process a request from a Region. None: `global`, or a profile without such a source."""
        if self.profile in ("in-region", "global"):
            return (region,) if self.profile == "in-region" else ()
        return self.destinations or MODEL_DESTINATIONS[self.profile].get(region, ())

    @field_validator("model")
    @classmethod
    def _model_has_no_prefix(cls, value: str) -> str:
        prefix = value.split(".")[0]
        if prefix in {*MODEL_DESTINATIONS, "global"}:
            refuse([Refusal(reason=f"{prefix}. is a profile", allowed=f"{value[len(prefix) + 1 :]} and its `profile`")])
        return value

    @field_validator("destinations")
    @classmethod
    def _destinations_belong_to_a_geography(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if value and info.data.get("profile") in ("in-region", "global"):
            refuse([Refusal(reason="only a geographic profile has destinations", allowed="none")])
        refuse(
            Refusal(reason="not a Region", allowed="Regions such as us-east-1", at=(index,))
            for index, region in enumerate(value)
            if region not in REGIONS
        )
        return each_once(value)

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Not every model can be called from every Region, and not every profile exists in each."""
        offers = MODELS.get(self.model, {})
        if offers and not self.destinations and region not in offers.get(self.profile, ()):
            ways = [way for way, where in offers.items() if region in where]
            reason = f"cannot be called from {region} with profile {self.profile}"
            allowed = f"profile {' or '.join(ways)}" if ways else "another model, or another Region"
            yield Refusal(reason=reason, allowed=allowed, at=("model",), value=self.model)
        elif self.profile != "global" and not self.destinations_from(region):
            ways = ["in-region", *(p for p, rows in MODEL_DESTINATIONS.items() if region in rows), "global"]
            reason = f"{region} is no source of this profile"
            yield Refusal(reason=reason, allowed=", ".join(ways), at=("profile",), value=self.profile)
        if self.application_profile == "per-team":
            yield from refusals_of_types("gateway.application_profile", region, at=("application_profile",))
        arn = self.application_profile or "per-team"
        if arn != "per-team" and arn.split(":")[3] != region:
            yield Refusal(reason="of another Region", allowed=f"a profile of {region}", at=("application_profile",))


class SageMakerDeployment(Deployment):
    """A SageMaker endpoint of the environment's account and Region."""

    provider: Literal["sagemaker"]
    endpoint: SageMakerName
    """The endpoint's name."""
    component: SageMakerName | None = None
    """The inference component that answers; SageMaker refuses calls without one where the endpoint has components."""
    interface: Literal["messages", "text", "nova"] = "messages"
    """What the container speaks: `messages` (vLLM, LMI and TGI with chat messages), `text` (prompt in, text out, with
    streaming that LiteLLM imitates) or `nova`."""


class _KeyDeployment(Deployment):
    """A provider with a public address and a key."""

    model: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$"), Allowed("the provider's model name")]
    """The provider's name for the model."""
    api_key: SecretName
    """Name of the secret below `secrets` that holds the key."""

    def leaves_aws(self) -> bool:
        return True


class OpenAiDeployment(_KeyDeployment):
    """A model of OpenAI."""

    provider: Literal["openai"]


class AnthropicDeployment(_KeyDeployment):
    """A model of Anthropic."""

    provider: Literal["anthropic"]


class GeminiDeployment(_KeyDeployment):
    """A model of Google's Gemini API, image models included."""

    provider: Literal["gemini"]


class OpenAiCompatibleDeployment(Deployment):
    """A server that speaks OpenAI's interface: vLLM, another gateway, a provider that LiteLLM has no name for."""

    provider: Literal["openai-compatible"]
    model: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$"), Allowed("the server's model name")]
    """The server's name for the model."""
    reach: Literal["internet", "vpc"] = "internet"
    """Where the server is: on the internet, or in the VPC and what is connected to it."""
    url: (
        HttpsUrl
        | Annotated[
            str,
            AfterValidator(has_port),
            Field(pattern=r"^http://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?$"),
            Allowed("an address that begins with http:// where `reach` is vpc"),
        ]
    )
    """The server's address, up to and including `/v1`."""
    api_key: SecretName | None = None
    """Name of the secret below `secrets` that holds the key. None: the server asks for none."""

    def leaves_aws(self) -> bool:
        return self.reach == "internet"

    @field_validator("url")
    @classmethod
    def _keys_travel_encrypted(cls, value: str, info: ValidationInfo) -> str:
        if value.startswith("http://") and info.data.get("reach") == "internet":
            refuse([Refusal(reason="prompts and keys would cross the internet in clear", allowed="https://")])
        return value


AnyDeployment = Annotated[
    BedrockDeployment
    | SageMakerDeployment
    | OpenAiDeployment
    | AnthropicDeployment
    | GeminiDeployment
    | OpenAiCompatibleDeployment,
    Field(discriminator="provider"),
    Allowed("provider: bedrock, sagemaker, openai, anthropic, gemini or openai-compatible, and its own keys"),
]


def _each_once(values: tuple[Deployment, ...]) -> tuple[Deployment, ...]:
    at_least_one(values)
    refuse(
        Refusal(reason="stands twice", allowed="each deployment once, with a `weight`", at=(index,))
        for index, value in enumerate(values)
        if value in values[:index]
    )
    return values


class ModelSettings(Section):
    """A name that callers ask for, and one or more deployments that answer; several share the load and stand in for
    each other."""

    name: ModelName
    """What callers put into `model`."""
    kind: Literal["chat", "embedding", "image_generation", "rerank", "audio_transcription", "audio_speech"] = "chat"
    """What it does. It decides how its health is checked."""
    deployments: Annotated[tuple[AnyDeployment, ...], Field(max_length=20), AfterValidator(_each_once)]
    """What serves it."""

    @field_validator("deployments")
    @classmethod
    def _images_are_no_chat(cls, value: tuple[AnyDeployment, ...], info: ValidationInfo) -> tuple[AnyDeployment, ...]:
        if info.data.get("kind") == "chat":
            refuse(
                Refusal(
                    reason="makes images: its health check would fail as chat",
                    allowed="kind: image_generation",
                    at=(index, "model"),
                    value=deployment.model,
                )
                for index, deployment in enumerate(value)
                if isinstance(deployment, GeminiDeployment) and "-image" in deployment.model
            )
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        for index, deployment in enumerate(self.deployments):
            for refusal in deployment.refusals_in(region):
                yield Refusal(
                    reason=refusal.reason,
                    allowed=refusal.allowed,
                    at=("deployments", index, *refusal.at),
                    value=refusal.value,
                )
