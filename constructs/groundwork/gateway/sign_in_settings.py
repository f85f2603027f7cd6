"""How people sign in to the admin UI."""

from typing import Annotated

from pydantic import Field, field_validator

from groundwork.gateway.names import HttpsUrl, SecretName
from groundwork.settings import Refusal, Section, refuse

FREE_USERS = 5
"""LiteLLM's open-source edition lets so many users sign in through an identity provider."""


class SignInSettings(Section):
    """An identity provider with OpenID Connect, such as Cognito, for the admin UI. API calls use virtual keys."""

    users: Annotated[int, Field(ge=1)]
    """How many people will sign in."""
    client_id: Annotated[str, Field(min_length=1, max_length=256)]
    """The client's id at the identity provider."""
    client_secret: SecretName
    """Name of the secret below `secrets` that holds the client's secret."""
    authorization_endpoint: HttpsUrl
    """From the provider's discovery document."""
    token_endpoint: HttpsUrl
    """From the provider's discovery document."""
    userinfo_endpoint: HttpsUrl
    """From the provider's discovery document."""

    @field_validator("users")
    @classmethod
    def _as_many_as_are_free(cls, value: int) -> int:
        if value > FREE_USERS:
            reason = f"single sign-on for more than {FREE_USERS} users is LiteLLM Enterprise"
            refuse([Refusal(reason=reason, allowed=f"1 to {FREE_USERS}, or no sign_in: users with virtual keys")])
        return value
