"""The `model_list` of the proxy's configuration."""

from typing import Any

from groundwork.gateway.model_settings import (
    AnthropicDeployment,
    AnyDeployment,
    BedrockDeployment,
    GeminiDeployment,
    ModelSettings,
    OpenAiCompatibleDeployment,
    OpenAiDeployment,
    SageMakerDeployment,
)
from groundwork.gateway.names import variable
from groundwork.gateway.settings import GatewaySettings
from groundwork.gateway.team_settings import TeamSettings

_SAGEMAKER = {"messages": "sagemaker_chat", "text": "sagemaker", "nova": "sagemaker_nova"}


def team_model(model: str, team: str) -> str:
    """The name of a model that is called through a team's own application inference profile."""
    return f"{model}@{team}"


def per_team(model: ModelSettings) -> bool:
    """Whether each team calls the model through an application inference profile of its own."""
    return any(isinstance(d, BedrockDeployment) and d.application_profile == "per-team" for d in model.deployments)


def called_by(gateway: GatewaySettings, team: TeamSettings) -> dict[str, str]:
    """The name in `model_list` of each model that a team has, where that is another than the model's own."""
    own = (model.name for model in gateway.models if per_team(model) and model.name in team.models)
    return {model: team_model(model, team.name) for model in own}


def profile_variable(model: str, deployment: int, team: str) -> str:
    """The environment variable that holds the ARN of a team's application inference profile."""
    return variable("profile", model, str(deployment), team)


def model_list(gateway: GatewaySettings, *, region: str) -> list[dict[str, Any]]:
    """One entry for each deployment; entries of one name share its load.

    A model with profiles per team is there once more for each of its teams, under the name of `team_model`, and
    under its own name without a profile, for who has the model outside of a team.
    """
    # Said here: said for the whole router, a model's only deployment would rest as well, and nobody would answer.
    rests = {"allowed_fails": gateway.routing.allowed_fails, "cooldown_time": gateway.routing.rest_seconds}
    entries: list[dict[str, Any]] = []
    for model in gateway.models:
        entries += _entries(model, model.name, team=None, region=region, rests=rests)
        for team in gateway.teams:
            if name := called_by(gateway, team).get(model.name):
                entries += _entries(model, name, team=team.name, region=region, rests=rests)
    return entries


def _entries(
    model: ModelSettings, name: str, *, team: str | None, region: str, rests: dict[str, int]
) -> list[dict[str, Any]]:
    return [
        {
            "model_name": name,
            "litellm_params": {
                **_target(deployment, region=region, profile=_profile(model.name, index, deployment, team)),
                **_share(deployment),
            },
            "model_info": {"mode": model.kind, **rests},
        }
        for index, deployment in enumerate(model.deployments)
    ]


def _profile(model: str, index: int, deployment: AnyDeployment, team: str | None) -> str | None:
    if not isinstance(deployment, BedrockDeployment) or deployment.application_profile is None:
        return None
    if deployment.application_profile != "per-team":
        return deployment.application_profile
    return f"os.environ/{profile_variable(model, index, team)}" if team else None


def _share(deployment: AnyDeployment) -> dict[str, int]:
    shares = {
        "weight": deployment.weight,
        "rpm": deployment.requests_per_minute,
        "tpm": deployment.tokens_per_minute,
    }
    return {key: value for key, value in shares.items() if value is not None}


def _target(deployment: AnyDeployment, *, region: str, profile: str | None) -> dict[str, str]:
    match deployment:
        case BedrockDeployment():
            # The model keeps its name beside the profile's ARN: prices are looked up by it.
            target = {"model": f"bedrock/{deployment.profile_id}", "aws_region_name": region}
            return target | ({"model_id": profile} if profile else {})
        case SageMakerDeployment():
            target = {"model": f"{_SAGEMAKER[deployment.interface]}/{deployment.endpoint}", "aws_region_name": region}
            return target | ({"model_id": deployment.component} if deployment.component else {})
        case OpenAiDeployment() | AnthropicDeployment() | GeminiDeployment():
            return {"model": f"{deployment.provider}/{deployment.model}", "api_key": _key(deployment.api_key)}
        case OpenAiCompatibleDeployment():
            # OpenAI's client wants a key, also for a server that asks for none.
            key = _key(deployment.api_key) if deployment.api_key else "none"
            return {"model": f"openai/{deployment.model}", "api_base": deployment.url, "api_key": key}


def _key(secret: str) -> str:
    return f"os.environ/{variable('secret', secret)}"
