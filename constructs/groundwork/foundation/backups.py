"""The backup vault and plan of an environment."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct, IConstruct

from groundwork.acknowledge import acknowledge
from groundwork.foundation.settings import BACKUP_TAG, BackupSettings
from groundwork.removal import removal_policy

_FAILED = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"]


class Backups(Construct):
    """A daily backup of everything in the environment that `include` has tagged, in an encrypted vault.

    The selection is by tag, so stateful stacks join it without a reference to this one, and outlive it.
    """

    vault: backup.BackupVault

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: BackupSettings,
        environment: str,
        key: kms.IKey,
        topic: sns.ITopic,
        keep: bool,
    ) -> None:
        """
        Args:
            key: encrypts the recovery points.
            topic: hears of jobs that did not succeed.
            keep: whether the vault outlives its stack; a vault that holds recovery points cannot be deleted.
        """
        super().__init__(scope, construct_id)
        self.vault = self._create_vault(settings, key, keep=keep)
        self._report_failures(topic)
        self._select_tagged(self._create_plan(settings, environment), environment)

    @staticmethod
    def include(resource: IConstruct, *, environment: str) -> None:
        """Tag a resource so that the environment's plan backs it up."""
        cdk.Tags.of(resource).add(BACKUP_TAG, environment)

    def _create_vault(self, settings: BackupSettings, key: kms.IKey, *, keep: bool) -> backup.BackupVault:
        lock = backup.LockConfiguration(min_retention=cdk.Duration.days(settings.retention_days))
        return backup.BackupVault(
            self,
            "Vault",
            encryption_key=key,
            lock_configuration=lock if settings.locked else None,
            removal_policy=removal_policy(keep=keep),
        )

    def _report_failures(self, topic: sns.ITopic) -> None:
        # By events: the vault's own notifications of failed jobs are no longer sent
        # (https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html). The target lets
        # EventBridge use the topic and its key; it does not say to KMS on whose behalf, so no condition can ask for it.
        rule = events.Rule(
            self,
            "Failures",
            description="Backup and restore jobs that did not succeed",
            event_pattern=events.EventPattern(
                source=["aws.backup"],
                detail_type=["Backup Job State Change", "Restore Job State Change"],
                # Backup jobs report a state, restore jobs a status.
                detail={"$or": [{"state": _FAILED}, {"status": _FAILED}]},
            ),
            targets=[targets.SnsTopic(topic)],
        )
        acknowledge(
            rule,
            "Serverless::Serverless-EventBusDLQ",
            reason="EventBridge tries for 24 hours, and the job's state stays visible in AWS Backup: an event that is "
            "lost after that loses no information.",
        )

    def _create_plan(self, settings: BackupSettings, environment: str) -> backup.BackupPlan:
        plan = backup.BackupPlan(self, "Plan", backup_plan_name=f"groundwork-{environment}", backup_vault=self.vault)
        cold = settings.cold_after_days
        plan.add_rule(
            backup.BackupPlanRule(
                rule_name="Daily",
                schedule_expression=events.Schedule.cron(hour="3", minute="0"),
                start_window=cdk.Duration.hours(1),
                completion_window=cdk.Duration.hours(8),
                delete_after=cdk.Duration.days(settings.retention_days),
                move_to_cold_storage_after=cdk.Duration.days(cold) if cold else None,
            )
        )
        return plan

    def _select_tagged(self, plan: backup.BackupPlan, environment: str) -> None:
        policy = "service-role/AWSBackupServiceRolePolicyForBackup"
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("backup.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(policy)],
        )
        acknowledge(
            role,
            f"AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{policy}]",
            reason="AWS Backup's own service policy: AWS adds the actions of each type that it learns to back up, and "
            "the boundary denies the deletion of recovery points.",
        )
        plan.add_selection(
            "Tagged",
            role=role,
            # Restoring is a person's decision, made with a role of its own.
            allow_restores=False,
            disable_default_backup_policy=True,
            resources=[backup.BackupResource.from_tag(BACKUP_TAG, environment)],
        )
