"""What the gateway calls, where that is made here: guardrails, and a profile for each team's bill."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.environment import Environment
from groundwork.gateway.application_profiles import team_profiles
from groundwork.gateway.guardrail import Guardrail
from groundwork.gateway.model_access import model_access
from groundwork.gateway.names import variable
from groundwork.gateway.settings import GatewaySettings
from stacks.platform_stack import PlatformStack


class GatewayModelsStack(PlatformStack):
    """Guardrails and application inference profiles of Bedrock. Apart from the service, which comes and goes with them
    in place: a version of a guardrail stays while a task may still call it."""

    variables: Mapping[str, str]
    """What the container reads their names from."""
    access: list[iam.PolicyStatement]
    """What the gateway's tasks may call."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: GatewaySettings,
        key: kms.IKey,
    ) -> None:
        """
        Args:
            key: encrypts the guardrails.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=False,
            description="Guardrails and inference profiles of the gateway",
        )
        region, account = environment.region, environment.account
        guardrails = {
            guardrail.name: Guardrail(
                self,
                f"Guardrail{variable(guardrail.name).title().replace('_', '')}",
                environment=environment.name,
                settings=guardrail,
                policy=guardrail.policy,
                key=key,
            )
            for guardrail in settings.guardrails
            if guardrail.policy
        }
        profiles = {
            profile.variable: self._profile(environment.name, profile.team, profile.name, profile.copy_from)
            for profile in team_profiles(settings, region=region, account=account)
        }
        names = {
            f"{variable('guardrail', name)}_{part}": value
            for name, made in guardrails.items()
            for part, value in (("ID", made.guardrail.attr_guardrail_id), ("VERSION", made.version))
        }
        self.variables = {**names, **profiles}
        self.access = access_statements(
            settings,
            environment=environment,
            team_profile_arns=profiles,
            guardrail_arns={name: made.guardrail.attr_guardrail_arn for name, made in guardrails.items()},
        )

    def _profile(self, environment: str, team: str, name: str, copy_from: str) -> str:
        profile = bedrock.CfnApplicationInferenceProfile(
            self,
            f"Profile{name.title().replace('-', '')}",
            # A name is required, and the account has one of each.
            inference_profile_name=f"{environment}-{name}"[:64].rstrip("-"),
            description=f"Calls of team {team}",
            model_source=bedrock.CfnApplicationInferenceProfile.InferenceProfileModelSourceProperty(
                copy_from=copy_from
            ),
            tags=[cdk.CfnTag(key="team", value=team)],
        )
        return profile.attr_inference_profile_arn


def access_statements(
    settings: GatewaySettings,
    *,
    environment: Environment,
    team_profile_arns: Mapping[str, str] | None = None,
    guardrail_arns: Mapping[str, str] | None = None,
) -> list[iam.PolicyStatement]:
    """What the gateway's tasks may call, as `model_access` derives it."""
    statements = model_access(
        settings,
        region=environment.region,
        account=environment.account,
        team_profile_arns=team_profile_arns,
        guardrail_arns=guardrail_arns,
    )
    return [iam.PolicyStatement.from_json(statement.as_json()) for statement in statements]
