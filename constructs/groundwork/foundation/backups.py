"""The backup vault and plan of an environment."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct, IConstruct

from groundwork.acknowledge import acknowledge
from groundwork.foundation.settings import BackupSettings

_TAG = "backup"


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
            topic: hears of failed and aborted jobs.
            keep: whether the vault outlives its stack; a vault that holds recovery points cannot be deleted.
        """
        super().__init__(scope, construct_id)
        self.vault = self._create_vault(settings, key, topic, keep)
        self._select_tagged(self._create_plan(settings, environment), environment)

    @staticmethod
    def include(resource: IConstruct, *, environment: str) -> None:
        """Tag a resource so that the environment's plan backs it up."""
        cdk.Tags.of(resource).add(_TAG, environment)

    def _create_vault(
        self, settings: BackupSettings, key: kms.IKey, topic: sns.ITopic, keep: bool
    ) -> backup.BackupVault:
        lock = backup.LockConfiguration(min_retention=cdk.Duration.days(settings.retention_days))
        return backup.BackupVault(
            self,
            "Vault",
            encryption_key=key,
            lock_configuration=lock if settings.locked else None,
            notification_topic=topic,
            notification_events=[
                backup.BackupVaultEvents.BACKUP_JOB_FAILED,
                backup.BackupVaultEvents.BACKUP_JOB_EXPIRED,
                backup.BackupVaultEvents.RESTORE_JOB_FAILED,
            ],
            removal_policy=cdk.RemovalPolicy.RETAIN if keep else cdk.RemovalPolicy.DESTROY,
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
            resources=[backup.BackupResource.from_tag(_TAG, environment)],
        )
