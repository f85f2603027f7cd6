"""Who of GitHub may take which role of an account: the OIDC provider, and roles that can only take bootstrap roles."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from promotion.account import bootstrap_role
from promotion.environments import PlatformEnvironment
from promotion.pipeline import Pipeline, Stage
from promotion.workflow.roles import Purpose, role_name

ISSUER = "token.actions.githubusercontent.com"
"""https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws"""
AUDIENCE = "sts.amazonaws.com"
_DEPLOY = ("deploy", "file-publishing", "image-publishing", "lookup")
_REVIEW = ("lookup",)
_LONGEST = cdk.Duration.hours(6)


class GithubAccess(cdk.Stack):
    """The provider of one account, and the roles of the environments in it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: Pipeline,
        environments: list[PlatformEnvironment],
    ) -> None:
        """
        Args:
            scope: the app.
            construct_id: unique in it.
            pipeline: names the repository, the stages and the qualifier of the bootstrap.
            environments: all of the pipeline that are in one account; the stack stands in the first one's Region.
        """
        first = environments[0]
        super().__init__(
            scope,
            construct_id,
            stack_name="groundwork-github-access",
            env=cdk.Environment(account=first.account, region=first.region),
            description="Roles that the GitHub workflows of the platform take",
            synthesizer=cdk.DefaultStackSynthesizer(qualifier=pipeline.qualifier),
            termination_protection=True,
        )
        self._pipeline = pipeline
        self._provider = iam.OidcProviderNative(self, "Provider", url=f"https://{ISSUER}", client_ids=[AUDIENCE])
        everything = sorted({role for environment in environments for role in self._bootstrap(environment, _DEPLOY)})
        self._boundary = iam.ManagedPolicy(
            self,
            "Boundary",
            managed_policy_name="groundwork-github-boundary",
            description="All that a GitHub workflow can ever do here: take a role of the bootstrap",
            statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=everything)],
        )
        for environment in environments:
            self._add_roles(environment, pipeline.stage(environment.name))

    def _add_roles(self, environment: PlatformEnvironment, stage: Stage) -> None:
        self._add(environment, "deploy", _DEPLOY, [f"environment:{stage.environment}"])
        readers = [f"environment:{stage.review_environment}", *(["pull_request"] if stage.pull_requests else [])]
        self._add(environment, "review", _REVIEW, readers)
        if self._pipeline.previews and self._pipeline.previews.environment == environment.name:
            self._add(environment, "preview", _DEPLOY, ["environment:preview"])

    def _add(
        self, environment: PlatformEnvironment, purpose: Purpose, roles: tuple[str, ...], subjects: list[str]
    ) -> None:
        names = "".join(part.capitalize() for part in (*environment.name.split("-"), purpose))
        conditions = {
            f"{ISSUER}:aud": AUDIENCE,
            f"{ISSUER}:sub": [f"repo:{self._pipeline.repository}:{subject}" for subject in subjects],
        }
        role = iam.Role(
            self,
            names,
            role_name=role_name(environment.name, purpose),
            assumed_by=iam.OpenIdConnectPrincipal(self._provider, {"StringEquals": conditions}),  # pyrefly: ignore[bad-argument-type]
            permissions_boundary=self._boundary,
            max_session_duration=_LONGEST if purpose == "deploy" else None,
        )
        # Its own policy rather than an inline one, which NIST 800-53 r5 does not want.
        iam.ManagedPolicy(
            self,
            f"{names}Policy",
            roles=[role],  # pyrefly: ignore[bad-argument-type]
            statements=[iam.PolicyStatement(actions=["sts:AssumeRole"], resources=self._bootstrap(environment, roles))],
        )

    def _bootstrap(self, environment: PlatformEnvironment, roles: tuple[str, ...]) -> list[str]:
        qualifier = self._pipeline.qualifier
        return [
            bootstrap_role(role, qualifier=qualifier, account=environment.account, region=region)
            for role in roles
            for region in environment.regions
        ]
