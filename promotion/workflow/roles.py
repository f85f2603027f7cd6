"""The roles that GitHub's jobs take, by names that workflows can write down."""

from typing import Literal

from promotion.environments import PlatformEnvironment

Purpose = Literal["deploy", "review", "preview"]


def role_name(environment: str, purpose: Purpose) -> str:
    """A physical name: the workflows of another system name it."""
    return f"groundwork-github-{environment}-{purpose}"


def role_arn(environment: PlatformEnvironment, purpose: Purpose) -> str:
    """The role in the environment's account."""
    return f"arn:aws:iam::{environment.account}:role/{role_name(environment.name, purpose)}"
