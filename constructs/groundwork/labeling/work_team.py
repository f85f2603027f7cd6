"""A work team of the private workforce."""

from collections.abc import Iterator

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from groundwork.labeling.notifications import TeamNotifications
from groundwork.labeling.team_settings import TeamSettings
from groundwork.labeling.workforce import Workforce

_Member = sagemaker.CfnWorkteam.MemberDefinitionProperty


class WorkTeam(Construct):
    """Whom a labeling job's tasks are offered to."""

    resource: sagemaker.CfnWorkteam
    notifications: TeamNotifications | None = None

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: TeamSettings,
        workforce: Workforce,
        key: kms.IKey,
    ) -> None:
        """
        Args:
            name: in the account and Region; with members, their group in the user pool is called by it.
            key: encrypts the notifications; its policy must let SageMaker use it.
        """
        super().__init__(scope, construct_id)
        if settings.notify:
            self.notifications = TeamNotifications(self, "Notifications", key=key, mailboxes=settings.mailboxes)
        self.resource = sagemaker.CfnWorkteam(
            self,
            "Team",
            workteam_name=name,
            workforce_name=workforce.name,
            description=settings.description,
            member_definitions=list(_members(name, settings, workforce)),
            notification_configuration=sagemaker.CfnWorkteam.NotificationConfigurationProperty(
                notification_topic_arn=self.notifications.topic.topic_arn
            )
            if self.notifications
            else None,
        )
        self.resource.node.add_dependency(workforce.ready)
        if self.notifications:
            # With its policy: SageMaker tries the topic.
            self.resource.node.add_dependency(self.notifications)
        if group := workforce.groups.get(name):
            self.resource.add_resource_dependency(group)

    @property
    def arn(self) -> str:
        """Of the work team, for labeling jobs."""
        return self.resource.attr_workteam_arn


def _members(name: str, settings: TeamSettings, workforce: Workforce) -> Iterator[_Member]:
    if not workforce.accounts:
        groups = list(settings.groups)
        yield _Member(oidc_member_definition=sagemaker.CfnWorkteam.OidcMemberDefinitionProperty(oidc_groups=groups))
        return
    for group in (*([name] if settings.members else []), *settings.groups):
        yield _Member(
            cognito_member_definition=sagemaker.CfnWorkteam.CognitoMemberDefinitionProperty(
                cognito_user_pool=workforce.accounts.user_pool,
                cognito_client_id=workforce.accounts.client,
                cognito_user_group=group,
            )
        )
