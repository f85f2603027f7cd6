"""What the parts of the gateway's section say about each other: names that must exist, and exist once."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from groundwork.gateway.model_settings import BedrockDeployment, ModelSettings, OpenAiCompatibleDeployment
from groundwork.gateway.names import variable
from groundwork.gateway.routing_settings import RoutingSettings
from groundwork.gateway.sign_in_settings import SignInSettings
from groundwork.gateway.team_settings import TeamSettings, UserSettings
from groundwork.gateway.tracing_settings import AlertSettings, TracingSettings
from groundwork.gateway.vpc_origins import refusals_of_zones
from groundwork.network.settings import NetworkSettings
from groundwork.settings import Refusal, refuse

if TYPE_CHECKING:
    from groundwork.gateway.settings import GatewaySettings

_Path = tuple[str | int, ...]


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def named_once(values: tuple[_N, ...]) -> tuple[_N, ...]:
    """Refuse a second entry of one name, also where only punctuation or case tells them apart."""
    seen: dict[str, str] = {}
    refusals: list[Refusal] = []
    for index, value in enumerate(values):
        if other := seen.get(variable(value.name)):
            reason = "the name stands twice" if other == value.name else f"too like {other}"
            refusals.append(Refusal(reason=reason, allowed="another name", at=(index, "name"), value=value.name))
        seen[variable(value.name)] = value.name
    refuse(refusals)
    return values


def refusals_of_variables(secrets: Mapping[str, str]) -> Iterator[Refusal]:
    """Two secrets that would come to the container in one environment variable."""
    seen: dict[str, str] = {}
    for name in secrets:
        if other := seen.get(variable(name)):
            yield Refusal(reason=f"too like {other}", allowed="another name", at=(name,), value=name)
        seen[variable(name)] = name


def refusals_of_secrets(value: object, secrets: Mapping[str, str]) -> Iterator[Refusal]:
    """Names of secrets that nobody provides."""
    for at, name in _secrets_in(value):
        if name not in secrets:
            allowed = ", ".join(secrets) or "a name that `secrets` provides; it provides none"
            yield Refusal(reason="no secret of this name is provided", allowed=allowed, at=at, value=name)


def _secrets_in(value: object) -> Iterator[tuple[_Path, str]]:
    match value:
        case AlertSettings():
            yield ("webhook",), value.webhook
        case SignInSettings():
            yield ("client_secret",), value.client_secret
        case TracingSettings():
            for at, _, name in value.secrets():
                yield at, name
        case tuple():
            for index, model in enumerate(value):
                if isinstance(model, ModelSettings):
                    for place, deployment in enumerate(model.deployments):
                        if name := getattr(deployment, "api_key", None):
                            yield (index, "deployments", place, "api_key"), name
        case _:
            pass


def refusals_of_models(value: object, models: tuple[str, ...]) -> Iterator[Refusal]:
    """Names of models that do not exist, and fallbacks from a model to itself."""
    allowed = ", ".join(models)
    for at, name in _models_in(value):
        if name not in models:
            yield Refusal(reason="no model of this name", allowed=allowed, at=at, value=name)
    if isinstance(value, RoutingSettings):
        for at, model, name in _fallbacks_in(value):
            if model == name:
                yield Refusal(reason="falls back to itself", allowed="another model", at=at, value=name)


def _fallbacks_in(routing: RoutingSettings) -> Iterator[tuple[_Path, str, str]]:
    for field in ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks"):
        for model, names in getattr(routing, field).items():
            for index, name in enumerate(names):
                yield (field, model, index), model, name


def _models_in(value: object) -> Iterator[tuple[_Path, str]]:
    match value:
        case RoutingSettings():
            for at, model, name in _fallbacks_in(value):
                if at[-1] == 0:
                    yield at[:-1], model
                yield at, name
            for index, name in enumerate(value.default_fallbacks):
                yield ("default_fallbacks", index), name
        case UserSettings():
            for index, name in enumerate(value.models):
                yield ("models", index), name
        case tuple():
            for place, team in enumerate(value):
                if isinstance(team, TeamSettings):
                    for index, name in enumerate(team.models):
                        yield (place, "models", index), name
        case _:
            pass


def refusals_of_team_profiles(gateway: "GatewaySettings") -> Iterator[Refusal]:
    """Models with a profile for each team that no team may call: their cost would carry no tag at all."""
    for index, model in enumerate(gateway.models):
        for place, deployment in enumerate(model.deployments):
            per_team = isinstance(deployment, BedrockDeployment) and deployment.application_profile == "per-team"
            if per_team and not any(model.name in team.models for team in gateway.teams):
                at = ("models", index, "deployments", place, "application_profile")
                yield Refusal(reason="no team may call the model", allowed="a team with this model", at=at)


def on_the_internet(gateway: "GatewaySettings") -> Iterator[tuple[_Path, str]]:
    """What needs a path to the internet: where it stands, and what it is."""
    for index, model in enumerate(gateway.models):
        for place, deployment in enumerate(model.deployments):
            if deployment.leaves_aws():
                field = "url" if isinstance(deployment, OpenAiCompatibleDeployment) else "provider"
                yield ("models", index, "deployments", place, field), str(getattr(deployment, field))
    if (langfuse := gateway.tracing.langfuse) and langfuse.reach == "internet":
        yield ("tracing", "langfuse", "host"), langfuse.host
    if gateway.tracing.opik:
        yield ("tracing", "opik", "workspace"), gateway.tracing.opik.workspace
    if gateway.alerts:
        yield ("alerts", "webhook"), gateway.alerts.webhook
    if gateway.sign_in:
        yield ("sign_in", "token_endpoint"), gateway.sign_in.token_endpoint


def refusals_with(
    gateway: "GatewaySettings", network: NetworkSettings | None, *, region: str | None
) -> Iterator[Refusal]:
    """What the gateway cannot do in a network. `Environment` asks, as it knows both.

    Args:
        region: None where the file names none that there is.
    """
    if network is None:
        yield Refusal(reason="a gateway needs a network to stand in", allowed="a `network` section")
        return
    if region and gateway.at_the_edge and network.vpc:
        yield from refusals_of_zones(region, network.vpc.zones)
    closed = network.internet == "none"
    way_out = not closed and (network.vpc is None or network.vpc.nat != "none")
    for at, value in () if way_out else on_the_internet(gateway):
        reason = "outside of AWS, and `network.internet` is none" if closed else "outside of AWS, and there is no NAT"
        allowed = "bedrock, sagemaker, or openai-compatible in the VPC" if at[0] == "models" else "what is in the VPC"
        yield Refusal(
            reason=reason, allowed=allowed if closed else f"{allowed}; or network.vpc.nat", at=at, value=value
        )
    if closed and gateway.exposure != "private":
        reason = "a path from the internet, and `network.internet` is none"
        yield Refusal(reason=reason, allowed="private", at=("exposure",), value=gateway.exposure)
    if gateway.exposure == "public" and network.existing and not network.existing.public:
        reason = "the VPC has no public subnets for the load balancer"
        yield Refusal(reason=reason, allowed="network.existing.public, or another exposure", at=("exposure",))
