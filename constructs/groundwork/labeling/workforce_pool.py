"""The accounts of a new workforce's people."""

import hashlib
import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct, IDependable

from groundwork.removal import removal_policy

INVITATION_DAYS = 3
"""After which an invitation's password is of no use any more."""
CLIENT: dict[str, Any] = {
    "generate_secret": True,
    "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "prevent_user_existence_errors": "ENABLED",
    "enable_token_revocation": True,
}
"""All that the template says of the app client: nothing that a setting or a tag changes."""


class WorkerPool(Construct):
    """A user pool with a sign-in page, where nobody can register and everybody has a second factor.

    Cognito judges each sign-in and blocks those with a stolen password or from an odd place: its Plus plan, which costs
    for each person who has signed in that month.
    """

    pool: cognito.UserPool
    client: cognito.CfnUserPoolClient
    """Without addresses to come back to: `PortalSignIn` sets them."""
    declared: str
    """Changes with what the template says of the client."""
    domain: cognito.UserPoolDomain

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        sender: str | None,
        keep: bool,
        after: IDependable,
    ) -> None:
        """
        Args:
            environment: its name; the sign-in page's address is derived from it.
            sender: a verified address of SES that invitations come from. None: Cognito's own.
            keep: whether the pool is protected from deletion and outlives its stack.
            after: nothing is made before it.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=14,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=cdk.Duration.days(INVITATION_DAYS),
                password_history_size=5,
            ),
            feature_plan=cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            email=cognito.UserPoolEmail.with_ses(from_email=sender, ses_region=stack.region) if sender else None,
            deletion_protection=keep,
            removal_policy=removal_policy(keep=keep),
        )
        self.pool.node.add_dependency(after)
        self.domain = self.pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=domain_prefix(stack, environment)),
        )
        # Not the L2: it invents an address to come back to.
        self.client = cognito.CfnUserPoolClient(self, "Client", user_pool_id=self.pool.user_pool_id, **CLIENT)
        self.declared = hashlib.sha256(json.dumps(CLIENT, sort_keys=True).encode()).hexdigest()[:16]


def domain_prefix(stack: cdk.Stack, environment: str) -> str:
    """Unique in the Region, without the account's number, and without the words that Cognito keeps for itself.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
    """
    digest = hashlib.sha256(f"{stack.account}/{stack.region}/{environment}".encode()).hexdigest()
    return f"labeling-{digest[:16]}"
