"""What the templates give the gateway's two tasks: command, environment, names of secrets, rights, configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.gateway_boot.templates import Known, Templates


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task as it would be started."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    secrets: tuple[str, ...]
    """The variables that are filled from secrets."""
    policy: Mapping[str, Any]
    """All that its role may do, as one policy document."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """The gateway as the deployment leaves it."""

    gateway: Task
    release: Task
    configuration: str
    """The text of the file that the environment names in S3."""


def read_deployed(templates: Templates, known: Known) -> Deployed:
    """Read what an environment's templates say, given what its deployment has made.

    Raises:
        LookupError: a value refers to something that is not known.
    """
    gateway, release = (_task(templates, known, container) for container in ("Gateway", "Release"))
    configuration = templates.asset("Gateway", gateway.environment["LITELLM_CONFIG_BUCKET_OBJECT_KEY"])
    return Deployed(gateway=gateway, release=release, configuration=configuration)


def cache_user(templates: Templates) -> str:
    """The cache's one user: its name, and its rights as the cache's own rules."""
    user = templates.one("GatewayData", "AWS::ElastiCache::User")
    return f"{user['UserName']} {user['AccessString']}"


def _task(templates: Templates, known: Known, name: str) -> Task:
    definition, container = next(
        (definition, container)
        for definition in templates.all("Gateway", "AWS::ECS::TaskDefinition").values()
        for container in definition["ContainerDefinitions"]
        if container["Name"] == name
    )
    return Task(
        command=tuple(templates.resolved("Gateway", container["Command"], known)),
        environment={
            entry["Name"]: templates.resolved("Gateway", entry["Value"], known) for entry in container["Environment"]
        },
        secrets=tuple(secret["Name"] for secret in container["Secrets"]),
        policy=_policy(templates, known, templates.target("Gateway", definition["TaskRoleArn"])[1]),
    )


def _policy(templates: Templates, known: Known, role: str) -> Mapping[str, Any]:
    """What stands in the role's own policies and in those that are attached to it, wherever they are made."""
    inline = [
        ("Gateway", policy["PolicyDocument"])
        for policy in templates.all("Gateway", "AWS::IAM::Policy").values()
        if {"Ref": role} in policy["Roles"]
    ]
    arns = templates.all("Gateway", "AWS::IAM::Role")[role].get("ManagedPolicyArns", [])
    owners = [templates.target("Gateway", arn)[:2] for arn in arns]
    attached = [(owner, templates.by_stack[owner]["Resources"][name]["Properties"]) for owner, name in owners]
    documents = [*inline, *((owner, policy["PolicyDocument"]) for owner, policy in attached)]
    statements = [
        templates.resolved(owner, each, known) for owner, document in documents for each in document["Statement"]
    ]
    return {"Version": "2012-10-17", "Statement": statements}
