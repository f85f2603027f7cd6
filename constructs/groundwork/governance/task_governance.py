"""How a HyperPod cluster is shared: the scheduler's policy and each team's quota."""

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_eks as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct, IDependable

from groundwork.acknowledge import acknowledge
from groundwork.governance.settings import GovernanceSettings, TeamQuota
from groundwork.governance.share_settings import ShareSettings
from groundwork.job import JobProvider

ADDON = "amazon-sagemaker-hyperpod-taskgovernance"
"""Brings its own Kueue; a cluster must not have another
(https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-operate-console-ui-governance-setup.html)."""
TIMEOUT = cdk.Duration.minutes(30)
DEFAULT_BORROW_PERCENT = 50


class TaskGovernance(Construct):
    """The add-on, then the policy, then the quotas, and taken away the other way round: what a quota makes in the
    cluster - namespace, queues - is removed by the add-on, which must still be there.
    """

    quotas: dict[str, cdk.CustomResource]
    """By team. Whatever uses a team's namespace or queue comes after its quota."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        settings: GovernanceSettings,
        eks_cluster_name: str,
        hyperpod_cluster_arn: str,
        nodes_ready: IDependable,
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            environment: the environment's name; part of the names, which are one per account and Region.
            nodes_ready: until then nothing can run that the add-on brings.
            operations_key: encrypts the logs of the function; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id)
        addon = eks.CfnAddon(
            self,
            "Addon",
            addon_name=ADDON,
            addon_version=settings.addon_version,
            cluster_name=eks_cluster_name,
            resolve_conflicts="OVERWRITE",
        )
        addon.node.add_dependency(nodes_ready)
        policy = sagemaker.CfnClusterSchedulerConfig(
            self,
            "Policy",
            name=f"{environment}-policy",
            cluster_arn=hyperpod_cluster_arn,
            scheduler_config=sagemaker.CfnClusterSchedulerConfig.SchedulerConfigProperty(
                fair_share=_switch(settings.fair_share),
                idle_resource_sharing=_switch(settings.idle_sharing),
                priority_classes=[
                    sagemaker.CfnClusterSchedulerConfig.PriorityClassProperty(name=each.name, weight=each.weight)
                    for each in settings.priorities
                ],
            ),
        )
        policy.add_resource_dependency(addon)
        self.quotas = {}
        if settings.teams:
            provider = self._provider(hyperpod_cluster_arn, operations_key)
            for team in settings.teams:
                quota = provider.add(
                    f"Team{team.name.title().replace('-', '')}",
                    resource_type="Custom::ComputeQuota",
                    properties=quota_properties(team, environment=environment, cluster_arn=hyperpod_cluster_arn),
                )
                quota.node.add_dependency(policy)
                self.quotas[team.name] = quota

    def _provider(self, cluster_arn: str, operations_key: kms.IKey) -> JobProvider:
        quotas = cdk.Stack.of(self).format_arn(service="sagemaker", resource="compute-quota", resource_name="*")
        provider = JobProvider(
            self,
            "Quotas",
            folder="compute_quota",
            on_event=quota_statements(quotas=quotas, cluster_arn=cluster_arn),
            is_complete=[iam.PolicyStatement(actions=["sagemaker:DescribeComputeQuota"], resources=[quotas])],
            timeout=TIMEOUT,
            operations_key=operations_key,
        )
        acknowledge(
            provider.start.role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="ListComputeQuotas knows no resource; it only looks for a quota that a call before has made.",
        )
        acknowledge(
            provider,
            f"AwsSolutions::AwsSolutions-IAM5[Resource::{quotas}]",
            reason="A quota's id is made by the service. Another's quota is never changed: the function compares "
            "the tag that names the resource which made it.",
        )
        return provider


def quota_properties(team: TeamQuota, *, environment: str, cluster_arn: str) -> dict[str, object]:
    """What the function `compute_quota` gets."""
    sharing: dict[str, object] = {"Strategy": team.api_strategy}
    if team.sharing == "lend-and-borrow":
        if team.guarantees:
            sharing["BorrowLimit"] = team.borrow_percent or DEFAULT_BORROW_PERCENT
        if team.borrow:
            sharing["AbsoluteBorrowLimits"] = _resources(team.borrow)
    config: dict[str, object] = {
        **({"ComputeQuotaResources": _resources(team.guarantees)} if team.guarantees else {}),
        "ResourceSharingConfig": sharing,
        "PreemptTeamTasks": "LowerPriority" if team.preempt else "Never",
    }
    return {
        "Name": f"{environment}-{team.name}",
        "ClusterArn": cluster_arn,
        "Config": json.dumps(config, sort_keys=True),
        "Target": json.dumps({"TeamName": team.name, "FairShareWeight": team.weight}, sort_keys=True),
    }


def quota_statements(*, quotas: str, cluster_arn: str) -> list[iam.PolicyStatement]:
    """What the function calls that asks for a change.

    Args:
        quotas: the ARN that stands for each.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
    """
    return [
        iam.PolicyStatement(actions=["sagemaker:CreateComputeQuota"], resources=[quotas, cluster_arn]),
        iam.PolicyStatement(
            actions=[
                "sagemaker:AddTags",
                "sagemaker:DeleteComputeQuota",
                "sagemaker:DescribeComputeQuota",
                "sagemaker:ListTags",
                "sagemaker:UpdateComputeQuota",
            ],
            resources=[quotas],
        ),
        iam.PolicyStatement(actions=["sagemaker:ListComputeQuotas"], resources=["*"]),
    ]


def _resources(shares: Sequence[ShareSettings]) -> list[dict[str, object]]:
    return [resource for share in shares for resource in share.as_api()]


def _switch(on: bool) -> str:
    return "Enabled" if on else "Disabled"
