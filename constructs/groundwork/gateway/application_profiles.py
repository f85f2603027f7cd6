"""The application inference profiles that a gateway makes: one for each team and Bedrock deployment, so that the cost
of the team's calls carries its tags in the bill."""

from collections.abc import Iterator
from dataclasses import dataclass

from groundwork.gateway.bedrock_arns import foundation_model_arn, inference_profile_arn
from groundwork.gateway.config_models import profile_variable
from groundwork.gateway.model_settings import BedrockDeployment
from groundwork.gateway.settings import GatewaySettings


@dataclass(frozen=True, kw_only=True)
class TeamProfile:
    """What an `AWS::Bedrock::ApplicationInferenceProfile` is made of."""

    team: str
    """For its tag: the value of `team`."""
    name: str
    """Unique in the environment, letters, digits and hyphens."""
    copy_from: str
    """ARN of the foundation model or of the cross-Region profile that it calls."""
    variable: str
    """The environment variable that the container reads its ARN from."""
    deployment: BedrockDeployment
    """What is called through it."""


def team_profiles(gateway: GatewaySettings, *, region: str, account: str) -> Iterator[TeamProfile]:
    """Every profile that the gateway's section asks for, in the order of models and teams."""
    for model in gateway.models:
        for index, deployment in enumerate(model.deployments):
            if not isinstance(deployment, BedrockDeployment) or deployment.application_profile != "per-team":
                continue
            source = deployment.profile_id
            plain = deployment.profile == "in-region"
            for team in gateway.teams:
                if model.name in team.models:
                    name = "".join(c if c.isalnum() else "-" for c in f"{model.name}-{index}-{team.name}")
                    yield TeamProfile(
                        team=team.name,
                        name=name,
                        copy_from=foundation_model_arn(region, source)
                        if plain
                        else inference_profile_arn(region, account, source),
                        variable=profile_variable(model.name, index, team.name),
                        deployment=deployment,
                    )
