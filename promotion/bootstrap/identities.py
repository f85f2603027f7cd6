"""What the templates of an account say about identities: which names roles get, which boundary, whom they are for."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promotion.errors import PromotionError

_POLICY = re.compile(r":policy/([\w+=,.@/-]+)")
_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_TAKES_A_ROLE = re.compile(r"(Role|RoleArn|RoleARN)$")


@dataclass(frozen=True, kw_only=True)
class Identities:
    """Taken from all templates of one account."""

    prefixes: frozenset[str]
    """What names that CloudFormation gives to roles, policies and functions begin with: the stage, and a hyphen."""
    names: frozenset[str]
    """Roles whose name a template gives itself."""
    boundaries: frozenset[str]
    """Names of the policies that bound the roles."""
    services: frozenset[str]
    """Whom roles are passed to."""
    passed: frozenset[str]
    """ARNs of roles from elsewhere that a template passes on."""


def read_identities(stacks: Iterable[tuple[str, Path]]) -> Identities:
    """Read the templates of (stack name, file) pairs.

    Raises:
        PromotionError: a role has no permissions boundary, so that whoever may make roles could make any.
    """
    prefixes, names, boundaries, services, passed = (set[str]() for _ in range(5))
    for stack, file in stacks:
        prefixes.add(stack.partition("-")[0] + "-")
        resources: dict[str, Any] = json.loads(file.read_text("utf-8")).get("Resources", {})
        for logical_id, resource in resources.items():
            properties = resource.get("Properties", {})
            passed.update(_passed(properties))
            if resource["Type"] != "AWS::IAM::Role":
                continue
            boundary = _boundary(properties.get("PermissionsBoundary"), resources)
            if not boundary:
                raise PromotionError(
                    f"{stack}: role {logical_id} has no permissions boundary that is known by its name."
                )
            boundaries.add(boundary)
            services.update(_services(properties))
            if isinstance(name := properties.get("RoleName"), str):
                names.add(name)
    return Identities(
        prefixes=frozenset(prefixes),
        names=frozenset(names),
        boundaries=frozenset(boundaries),
        services=frozenset(services),
        passed=frozenset(passed),
    )


def _boundary(value: object, resources: dict[str, Any]) -> str:
    if isinstance(value, dict) and isinstance(reference := value.get("Ref"), str):
        name = resources.get(reference, {}).get("Properties", {}).get("ManagedPolicyName", "")
        return name if isinstance(name, str) else ""
    found = _POLICY.search(json.dumps(value))
    return found[1] if found else ""


def _services(properties: dict[str, Any]) -> Iterator[str]:
    """The services of a trust policy, and the service that each belongs to: roles of pods are passed to EKS itself."""
    for service in _SERVICE.findall(json.dumps(properties.get("AssumeRolePolicyDocument"))):
        yield service
        inner = service.partition(".")[2]
        if not inner.startswith("amazonaws.com"):
            yield inner


def _passed(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, str) and _TAKES_A_ROLE.search(key):
        yield from _ROLE_ARN.findall(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _passed(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _passed(item, key)
