"""The policy of a role that runs the checks of an environment: what they declare, and nothing else."""

from collections.abc import Iterable
from typing import Any

from operations.doctor.check import Check
from operations.doctor.environment import Facts


def policy_for(checks: Iterable[Check], facts: Facts) -> dict[str, Any]:
    """An identity policy as IAM writes it. `sts:GetCallerIdentity` is allowed to everybody, and not in it."""
    granted: dict[str, set[str]] = {}
    for check in checks:
        for grant in check.grants_for(facts):
            if grant.resources:
                granted.setdefault(grant.action, set()).update(grant.resources)
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in granted.items():
        by_resources.setdefault(tuple(sorted(resources)), []).append(action)
    statements = [
        {"Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}
        for resources, actions in sorted(by_resources.items())
    ]
    return {"Version": "2012-10-17", "Statement": statements}
