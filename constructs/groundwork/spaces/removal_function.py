"""The function that removes what is left of Spaces, with its rights, and an alarm when it could not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct, IDependable

from groundwork.in_vpc import VpcPlace
from groundwork.job import JobProvider
from groundwork.spaces.names import SPACES_ADMINISTRATORS
from groundwork.spaces.removal_access import GROUP, cluster_rights

FOLDER = "space_removal"
TIMEOUT = cdk.Duration.minutes(30)
"""For one resource; the handler gives up before and says what is left."""
_PERIOD = cdk.Duration.minutes(5)


@dataclass(frozen=True, kw_only=True)
class FunctionPlace(VpcPlace):
    """Where a function runs that calls the Kubernetes API, what its logs are encrypted with, and whom it calls."""

    operations_key: kms.IKey
    """Its policy must let CloudWatch Logs use it."""
    alarms: sns.ITopic | None = None
    """Reaches people when something could not be removed. None: nobody is called."""


class RemovalFunction(Construct):
    """A resource of it does nothing when it is made, and removes something when it is deleted or changed."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks_v2.ICluster,
        place: FunctionPlace,
        web_ui: bool,
        zones: Sequence[str],
    ) -> None:
        """
        Args:
            cluster: with API authentication.
            web_ui: whether there is a web page to remove.
            zones: ids of the hosted zones whose records are waited for.
        """
        super().__init__(scope, construct_id)
        self._cluster = cluster
        look = iam.PolicyStatement(
            sid="SeeWhetherItIsThere", actions=["eks:DescribeCluster"], resources=[cluster.cluster_arn]
        )
        self._job = JobProvider(
            self,
            "Job",
            folder=FOLDER,
            on_event=[look],
            is_complete=[self._see_records(zones)] if zones else [],
            timeout=TIMEOUT,
            query_interval=cdk.Duration.seconds(15),
            operations_key=place.operations_key,
            place=place,
        )
        access = eks.CfnAccessEntry(
            self,
            "Access",
            cluster_name=cluster.cluster_name,
            principal_arn=self._job.done.role.role_arn,
            kubernetes_groups=[GROUP, SPACES_ADMINISTRATORS],
            type="STANDARD",
        )
        rights = eks_v2.KubernetesManifest(
            self, "Rights", cluster=cluster, manifest=cluster_rights(web_ui=web_ui), overwrite=True, prune=False
        )
        self._rights = [access, rights]
        if place.alarms:
            self._alarm(place.alarms)

    def add(
        self, construct_id: str, *, removes: str, properties: Mapping[str, object], after: Sequence[IDependable]
    ) -> cdk.CustomResource:
        """Add a resource.

        Args:
            removes: one of `Removes` in lambda/space_removal/removal.py.
            after: what the removal needs.
        """
        resource = self._job.add(
            construct_id,
            resource_type="Custom::SpaceRemoval",
            properties={
                "Cluster": self._cluster.cluster_name,
                "Endpoint": self._cluster.cluster_endpoint,
                "Authority": self._cluster.cluster_certificate_authority_data,
                "Removes": removes,
                **properties,
            },
        )
        resource.node.add_dependency(*after, *self._rights)
        return resource

    def _see_records(self, zones: Sequence[str]) -> iam.PolicyStatement:
        stack = cdk.Stack.of(self)
        arns = [
            stack.format_arn(service="route53", region="", account="", resource="hostedzone", resource_name=zone)
            for zone in zones
        ]
        return iam.PolicyStatement(sid="SeeRecords", actions=["route53:ListResourceRecordSets"], resources=arns)

    def _alarm(self, topic: sns.ITopic) -> None:
        failed = cloudwatch.MathExpression(
            expression="FILL(start, 0) + FILL(done, 0)",
            using_metrics={
                "start": self._job.start.function.metric_errors(period=_PERIOD),
                "done": self._job.done.function.metric_errors(period=_PERIOD),
            },
            period=_PERIOD,
            label="Removals that failed",
        )
        alarm = failed.create_alarm(
            self,
            "Alarm",
            alarm_description="Spaces, their load balancer or their records could not be removed, and CloudFormation "
            "does not try again: the function's log says what is left, docs/spaces-operations.md what to do.",
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
