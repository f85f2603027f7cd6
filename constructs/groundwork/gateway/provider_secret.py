"""A secret that somebody fills in: the key of a model provider."""

from collections.abc import Mapping

from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.gateway.container_environment import secret_environment
from groundwork.gateway.settings import GatewaySettings
from groundwork.removal import removal_policy


def provider_secret(scope: Construct, name: str, *, key: kms.IKey, keep: bool) -> secretsmanager.Secret:
    """Make a secret with a random value, which the provider refuses, until the real one is put in its place.

    Without any value no task would start. Tasks read it when they start: force a new deployment of the service after
    `aws secretsmanager put-secret-value`.

    Args:
        name: what the environment file calls it.
        key: encrypts it.
        keep: whether it outlives its stack.
    """
    secret = secretsmanager.Secret(
        scope,
        f"Secret{name.title().replace('-', '').replace('_', '')}",
        description=f"{name}: put the provider's key here, and deploy the gateway's service anew",
        encryption_key=key,
        removal_policy=removal_policy(keep=keep),
    )
    acknowledge(
        secret,
        "AwsSolutions::AwsSolutions-SMG4",
        "NIST.800.53.R5::NIST.800.53.R5-SecretsManagerRotationEnabled",
        "HIPAA.Security::HIPAA.Security-SecretsManagerRotationEnabled",
        reason="Its value belongs to a provider outside of AWS, which alone can make another one.",
    )
    return secret


def secrets_of(
    settings: GatewaySettings, *, made: Mapping[str, secretsmanager.ISecret], scope: Construct
) -> dict[str, secretsmanager.ISecret]:
    """The secret that each variable of the container is filled from.

    Args:
        settings: the section.
        made: those that were made here, by name; the others are there, and named by their ARNs.
        scope: for the references to those.
    """
    variables = secret_environment(settings)
    known = {
        name: made.get(name)
        or secretsmanager.Secret.from_secret_complete_arn(scope, f"Existing{name}", settings.secrets[name])
        for name in sorted(set(variables.values()))
    }
    return {name: known[secret] for name, secret in variables.items()}
