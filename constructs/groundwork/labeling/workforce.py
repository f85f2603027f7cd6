"""The private workforce: a new one with what it signs in by, or the account's existing one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.labeling.workforce_guard import WorkforceGuard
from groundwork.labeling.workforce_pool import WorkerPool
from groundwork.labeling.workforce_portal import portal_network, source_ip_config
from groundwork.labeling.workforce_settings import OidcSettings, WorkforceSettings
from groundwork.labeling.workforce_sign_in import PortalSignIn


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Where the workers' accounts are, with Cognito."""

    user_pool: str
    """Its id."""
    client: str
    """The app client's id."""


class Workforce(Construct):
    """What teams are taken from.

    It is deleted after the teams, and before the groups, the app client, the sign-in page and the user pool: a
    workforce whose pool is gone cannot be deleted any more.
    """

    name: str
    accounts: Accounts | None = None
    """None: an identity provider has them."""
    groups: dict[str, cognito.CfnUserPoolGroup]
    """Of the user pool, by name."""
    ready: cdk.CustomResource | sagemaker.CfnWorkforce
    """After it, teams can be made and people can sign in."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        settings: WorkforceSettings,
        groups: Iterable[str],
        vpc: ec2.IVpc | None,
        subnets: Sequence[ec2.ISubnet],
        operations_key: kms.IKey,
        keep: bool,
    ) -> None:
        """
        Args:
            environment: its name; a new workforce is called by it.
            groups: to make in the user pool; none with an identity provider.
            vpc: where the portal is served, if the settings ask for it.
            subnets: of it, for the portal's interfaces.
            operations_key: encrypts the logs; its policy must let CloudWatch Logs use it.
            keep: whether the accounts are protected from deletion and outlive the stack.
        """
        super().__init__(scope, construct_id)
        self.name = settings.existing or f"{environment}-labeling"
        self._settings, self._subnets = settings, subnets
        self._guard = WorkforceGuard(self, "Guard", name=self.name, settings=settings, operations_key=operations_key)
        if settings.existing:
            self._use(groups)
        elif settings.oidc:
            self.groups = {}
            self.ready = self._make(vpc, oidc_config=oidc_config(settings.oidc))
            self.ready.node.add_dependency(self._guard.resource)
            self._portal = self.ready.attr_sub_domain
        else:
            self._make_with_accounts(groups, vpc, environment=environment, keep=keep)
        cdk.CfnOutput(
            cdk.Stack.of(self),
            "LabelingPortal",
            value=f"https://{self._portal}/",
            description="Where workers sign in and find their tasks",
        )

    def _use(self, groups: Iterable[str]) -> None:
        found = self._guard.resource
        self._portal, self.ready = found.get_att_string("SubDomain"), found
        if self._settings.sign_in == "cognito":
            pool = found.get_att_string("UserPool")
            self.accounts = Accounts(user_pool=pool, client=found.get_att_string("ClientId"))
            self.groups = self._add_groups(groups, pool)
        else:
            self.groups = {}

    def _make_with_accounts(self, groups: Iterable[str], vpc: ec2.IVpc | None, *, environment: str, keep: bool) -> None:
        pool = WorkerPool(
            self,
            "Accounts",
            environment=environment,
            sender=self._settings.sender,
            keep=keep,
            after=self._guard.resource,
        )
        self.accounts = Accounts(user_pool=pool.pool.user_pool_id, client=pool.client.ref)
        self.groups = self._add_groups(groups, pool.pool.user_pool_id)
        workforce = self._make(
            vpc,
            cognito_config=sagemaker.CfnWorkforce.CognitoConfigProperty(
                client_id=self.accounts.client, user_pool=self.accounts.user_pool
            ),
        )
        # SageMaker refuses a pool without a sign-in page or without a group.
        workforce.node.add_dependency(pool.domain, *self.groups.values())
        self._portal = workforce.attr_sub_domain
        sign_in = PortalSignIn(
            self, "SignIn", pool=pool, sub_domain=workforce.attr_sub_domain, provider=self._guard.provider
        )
        self.ready = sign_in.resource

    def _make(
        self,
        vpc: ec2.IVpc | None,
        *,
        cognito_config: sagemaker.CfnWorkforce.CognitoConfigProperty | None = None,
        oidc_config: sagemaker.CfnWorkforce.OidcConfigProperty | None = None,
    ) -> sagemaker.CfnWorkforce:
        return sagemaker.CfnWorkforce(
            self,
            "Workforce",
            workforce_name=self.name,
            cognito_config=cognito_config,
            oidc_config=oidc_config,
            source_ip_config=source_ip_config(self._settings),
            workforce_vpc_config=portal_network(self, settings=self._settings, vpc=vpc, subnets=self._subnets),
        )

    def _add_groups(self, names: Iterable[str], user_pool: str) -> dict[str, cognito.CfnUserPoolGroup]:
        return {
            name: cognito.CfnUserPoolGroup(self, f"Group-{name}", user_pool_id=user_pool, group_name=name)
            for name in names
        }


def oidc_config(settings: OidcSettings) -> sagemaker.CfnWorkforce.OidcConfigProperty:
    """The identity provider; its secret is read by CloudFormation, at the deployment."""
    return sagemaker.CfnWorkforce.OidcConfigProperty(
        client_id=settings.client_id,
        client_secret=cdk.SecretValue.secrets_manager(settings.client_secret).unsafe_unwrap(),
        issuer=settings.issuer,
        authorization_endpoint=settings.authorization_endpoint,
        token_endpoint=settings.token_endpoint,
        user_info_endpoint=settings.user_info_endpoint,
        logout_endpoint=settings.logout_endpoint,
        jwks_uri=settings.jwks_uri,
    )
