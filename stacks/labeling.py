"""The workforce of an environment, and its teams."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.labeling.members import Members
from groundwork.labeling.notifications import PUBLISHER
from groundwork.labeling.settings import LabelingSettings
from groundwork.labeling.team_settings import TeamSettings
from groundwork.labeling.work_team import WorkTeam
from groundwork.labeling.workforce import Workforce
from groundwork.labeling.workforce_settings import WorkforceSettings
from stacks.platform_stack import PlatformStack

CLOSED = (
    "Ground Truth is open to accounts that have used it before, and to no others: AWS refuses labeling jobs and "
    "workforces elsewhere. Projects that begin with a manifest work in every account."
)
OPEN_PORTAL = (
    "The workers' portal can be reached from everywhere on the internet, behind a password and a second factor: "
    "`labeling.workforce` names neither `source_cidrs` nor a `vpc`."
)


class LabelingStack(PlatformStack):
    """The people who label. Nothing is labeled by deploying it."""

    workforce: Workforce
    teams: dict[str, WorkTeam]
    """By the name in the environment file."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: LabelingSettings,
        key: DataKey,
        vpc: ec2.IVpc | None,
        subnets: Sequence[ec2.ISubnet],
        operations_key: kms.IKey,
    ) -> None:
        """
        Args:
            settings: with a `workforce`.
            key: encrypts the notices to teams.
            vpc: where the workers' portal is, if the section asks for it.
            subnets: private ones of the VPC.
            operations_key: encrypts logs and notices; its policy must let CloudWatch Logs use it.
        """
        super().__init__(scope, construct_id, environment=environment, stateful=True, description="Workforce and teams")
        self._environment, self._settings = environment, settings
        self._key = key
        assert settings.workforce
        self.workforce = self._add_workforce(settings.workforce, vpc, subnets, operations_key)
        self.teams = {}
        self._add_teams(self.workforce)
        self._warn(settings.workforce)

    def _add_workforce(
        self,
        settings: WorkforceSettings,
        vpc: ec2.IVpc | None,
        subnets: Sequence[ec2.ISubnet],
        operations_key: kms.IKey,
    ) -> Workforce:
        return Workforce(
            self,
            "Workforce",
            environment=self._environment.name,
            settings=settings,
            groups=[self._name(team) for team in self._settings.teams if team.members],
            vpc=vpc,
            subnets=subnets,
            operations_key=operations_key,
            keep=self._environment.keep_data,
        )

    def _add_teams(self, workforce: Workforce) -> None:
        self._key.grant_to_publishers(PUBLISHER)
        members = {self._name(team): team.mailboxes for team in self._settings.teams if team.members}
        people = Members(self, "Members", workforce=workforce, groups=members) if members else None
        for settings in self._settings.teams:
            team = WorkTeam(
                self,
                f"Team-{settings.name}",
                name=self._name(settings),
                settings=settings,
                workforce=workforce,
                key=self._key.key,
            )
            if people and settings.members:
                # SageMaker subscribes those to the notifications who are in the group when the team is made.
                team.resource.node.add_dependency(*people.seats[self._name(settings)])
            self.teams[settings.name] = team

    def _name(self, team: TeamSettings) -> str:
        return f"{self._environment.name}-{team.name}"

    def _warn(self, settings: WorkforceSettings) -> None:
        annotations = cdk.Annotations.of(self)
        annotations.add_warning_v2("Groundwork:GroundTruthIsClosed", CLOSED)
        if not (settings.existing or settings.source_cidrs or settings.vpc):
            annotations.add_warning_v2("Groundwork:LabelingPortalIsOpen", OPEN_PORTAL)
