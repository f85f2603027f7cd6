"""Who may do what in the cluster: one access entry for each principal, whatever the number of its teams.

Names and scopes: https://docs.aws.amazon.com/sagemaker/latest/dg/add-user.html and
sagemaker-hyperpod-studio-setup-eks.html beside it (read 2026-11-23). They are access policies of EKS, spelled with a
lower-case m and p, and no policies of IAM.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from groundwork.spaces.manifests import group_of
from groundwork.spaces.names import NAMESPACE, SHARED_NAMESPACE
from groundwork.spaces.team_settings import TeamSettings

_PREFIX = "arn:aws:eks::aws:cluster-access-policy"
SPACE_POLICY = f"{_PREFIX}/AmazonSagemakerHyperpodSpacePolicy"
TEMPLATE_POLICY = f"{_PREFIX}/AmazonSagemakerHyperpodSpaceTemplatePolicy"
CLUSTER_POLICY = f"{_PREFIX}/AmazonSagemakerHyperpodUserClusterPolicy"


@dataclass(frozen=True, kw_only=True)
class AccessPolicy:
    """An access policy and where it holds."""

    arn: str
    namespaces: tuple[str, ...] = ()
    """None: in the whole cluster."""


@dataclass(frozen=True, kw_only=True)
class PrincipalAccess:
    """What one principal may do."""

    principal: str
    groups: tuple[str, ...]
    policies: tuple[AccessPolicy, ...]


def principal_access(teams: Sequence[TeamSettings]) -> list[PrincipalAccess]:
    """Spaces in the namespaces of the principal's teams, the add-on's own templates to read, and what a page about the
    cluster shows. In the order in which the teams name them.
    """
    principals = dict.fromkeys(principal for team in teams for principal in team.principals)
    return [_access_of(principal, [team for team in teams if principal in team.principals]) for principal in principals]


def _access_of(principal: str, teams: Sequence[TeamSettings]) -> PrincipalAccess:
    return PrincipalAccess(
        principal=principal,
        groups=tuple(group_of(team.name) for team in teams),
        policies=(
            AccessPolicy(arn=SPACE_POLICY, namespaces=tuple(team.namespace_name for team in teams)),
            # The documents name the first, the add-on uses the second; a scope that does not exist does no harm.
            AccessPolicy(arn=TEMPLATE_POLICY, namespaces=(SHARED_NAMESPACE, NAMESPACE)),
            AccessPolicy(arn=CLUSTER_POLICY),
        ),
    )
