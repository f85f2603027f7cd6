"""The access entries of the people who use Spaces."""

import hashlib
from collections.abc import Sequence

from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from constructs import Construct

from groundwork.spaces.access_policies import AccessPolicy, principal_access
from groundwork.spaces.team_settings import TeamSettings


class SpacesAccess(Construct):
    """One entry for each principal. EKS knows people by the names of their sessions: two people in one role own
    different Spaces as long as their sessions have different names.
    """

    entries: list[eks.CfnAccessEntry]

    def __init__(
        self, scope: Construct, construct_id: str, *, cluster: eks_v2.ICluster, teams: Sequence[TeamSettings]
    ) -> None:
        super().__init__(scope, construct_id)
        self.entries = [
            eks.CfnAccessEntry(
                self,
                # Named by the principal: another order in the file must not move one's access to the other's resource.
                hashlib.sha256(access.principal.encode()).hexdigest()[:8],
                cluster_name=cluster.cluster_name,
                principal_arn=access.principal,
                kubernetes_groups=list(access.groups),
                type="STANDARD",
                access_policies=[_policy(policy) for policy in access.policies],
            )
            for access in principal_access(teams)
        ]


def _policy(policy: AccessPolicy) -> eks.CfnAccessEntry.AccessPolicyProperty:
    scope = (
        eks.CfnAccessEntry.AccessScopeProperty(type="namespace", namespaces=list(policy.namespaces))
        if policy.namespaces
        else eks.CfnAccessEntry.AccessScopeProperty(type="cluster")
    )
    return eks.CfnAccessEntry.AccessPolicyProperty(policy_arn=policy.arn, access_scope=scope)
