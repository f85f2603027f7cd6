"""What the gateway calls, where that is made here: guardrails, and a profile for each team's bill."""

import hashlib
from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.gateway.application_profiles import team_profiles
from groundwork.gateway.guardrail import Guardrail
from groundwork.gateway.model_access import model_access
from groundwork.gateway.names import variable
from groundwork.gateway.settings import GatewaySettings


class GatewayModels(Construct):
    """Guardrails and application inference profiles of Bedrock, in the stack of the service that calls them: what a
    change replaces is deleted only after the service has moved on, and comes back when it has to go back.
    """

    variables: Mapping[str, str]
    """What the container reads their names from."""
    access: list[iam.PolicyStatement]
    """What the gateway's tasks may call."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        settings: GatewaySettings,
        key: kms.IKey,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of names that are one per account.
            key: encrypts the guardrails.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        guardrails = {
            guardrail.name: Guardrail(
                self,
                f"Guardrail{variable(guardrail.name).title().replace('_', '')}",
                environment=environment,
                settings=guardrail,
                policy=guardrail.policy,
                key=key,
            )
            for guardrail in settings.guardrails
            if guardrail.policy
        }
        profiles = {
            profile.variable: self._profile(environment, profile.team, profile.name, profile.copy_from)
            for profile in team_profiles(settings, region=stack.region, account=stack.account)
        }
        names = {
            f"{variable('guardrail', name)}_{part}": value
            for name, made in guardrails.items()
            for part, value in (("ID", made.guardrail.attr_guardrail_id), ("VERSION", made.version))
        }
        self.variables = {**names, **profiles}
        statements = model_access(
            settings,
            region=stack.region,
            account=stack.account,
            team_profile_arns=profiles,
            guardrail_arns={name: made.guardrail.attr_guardrail_arn for name, made in guardrails.items()},
        )
        self.access = [iam.PolicyStatement.from_json(statement.as_json()) for statement in statements]
        if guardrails:
            # Bedrock opens a guardrail that has a key of ours on behalf of who calls it
            # (https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-kms.html).
            self.access.append(iam.PolicyStatement(actions=["kms:Decrypt"], resources=[key.key_arn]))

    def _profile(self, environment: str, team: str, name: str, copy_from: str) -> str:
        # Nothing of it can be changed in place: another source is another profile, with a name of its own.
        source = hashlib.sha256(copy_from.encode()).hexdigest()[:8]
        profile = bedrock.CfnApplicationInferenceProfile(
            self,
            f"Profile{name.title().replace('-', '')}",
            # A name is required, and the account has one of each.
            inference_profile_name=f"{f'{environment}-{name}'[:55].rstrip('-')}-{source}",
            description=f"Calls of team {team}",
            model_source=bedrock.CfnApplicationInferenceProfile.InferenceProfileModelSourceProperty(
                copy_from=copy_from
            ),
            tags=[cdk.CfnTag(key="team", value=team)],
        )
        return profile.attr_inference_profile_arn
