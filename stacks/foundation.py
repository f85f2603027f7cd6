"""What everything else in an environment stands on."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.environment import Environment
from groundwork.foundation.access_log_bucket import AccessLogBucket
from groundwork.foundation.alarm_topic import AlarmTopic
from groundwork.foundation.artifact_bucket import ArtifactBucket
from groundwork.foundation.backups import Backups
from groundwork.foundation.boundary import PermissionsBoundary
from groundwork.foundation.budget import CostBudget
from groundwork.foundation.cost_anomaly import CostAnomalyDetection
from groundwork.foundation.data_key import DataKey
from groundwork.provider_logs import own_provider_logs
from stacks.platform_stack import PlatformStack


class FoundationStack(PlatformStack):
    """Keys, log and artifact buckets, alarm topic and permissions boundary; budget, anomalies and backups if asked."""

    operations_key: DataKey
    access_logs: AccessLogBucket
    artifacts: ArtifactBucket
    alarms: AlarmTopic

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=True,
            description="Keys, logs, alarms, permissions boundary, budget and backups",
        )
        self._environment = environment
        self._settings = environment.foundation
        self._create_boundary()
        self._create_alarms()
        self._create_buckets()
        self._watch_cost()
        self._create_backups()

    def _create_boundary(self) -> None:
        network = self._environment.network
        boundary = PermissionsBoundary(
            self,
            "Boundary",
            environment=self._environment.name,
            internet=network is None or network.internet == "open",
        )
        # By reference here, by name elsewhere: the roles of this stack must wait for the policy.
        iam.PermissionsBoundary.of(self).apply(boundary.policy)

    def _create_alarms(self) -> None:
        self.operations_key = DataKey(self, "OperationsKey", domain="operations", keep=self._environment.keep_data)
        self.operations_key.grant_to_log_groups()
        emails = self._settings.alarm_emails or (self._environment.owner,)
        self.alarms = AlarmTopic(self, "Alarms", key=self.operations_key, emails=emails)

    def _create_buckets(self) -> None:
        keep = self._environment.keep_data
        self.access_logs = AccessLogBucket(
            self, "AccessLogs", retention_days=self._settings.log_retention_days, keep=keep
        )
        self.artifacts = ArtifactBucket(
            self,
            "Artifacts",
            key=DataKey(self, "ArtifactsKey", domain="artifacts", keep=keep).key,
            access_logs=self.access_logs.bucket,
            versions_days=self._settings.artifact_versions_days,
            keep=keep,
        )
        if not keep:
            own_provider_logs(self, resource_type="Custom::S3AutoDeleteObjects", key=self.operations_key.key)

    def _watch_cost(self) -> None:
        name, topic = self._environment.name, self.alarms.topic
        if budget := self._settings.budget:
            CostBudget(self, "Budget", settings=budget, environment=name, topic=topic)
        if cost_anomaly := self._settings.cost_anomaly:
            CostAnomalyDetection(self, "CostAnomaly", settings=cost_anomaly, environment=name, topic=topic)

    def _create_backups(self) -> None:
        if settings := self._settings.backup:
            keep = self._environment.keep_data
            Backups(
                self,
                "Backups",
                settings=settings,
                environment=self._environment.name,
                key=DataKey(self, "BackupKey", domain="backup", keep=keep).key,
                topic=self.alarms.topic,
                keep=keep,
            )
