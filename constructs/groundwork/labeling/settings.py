"""The `labeling` section of an environment file."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork.labeling.project_settings import ProjectName, ProjectSettings
from groundwork.labeling.team_settings import MOST_TEAMS, TeamSettings, check_teams
from groundwork.labeling.workforce_settings import WorkforceSettings
from groundwork.settings import Refusal, Section, refuse


class LabelingSettings(Section):
    """People who label pictures, and what is trained with their labels.

    Ground Truth takes no new customers: without `workforce`, projects begin with manifests that are there already.
    """

    existing_customer: bool = False
    """Whether the account has used Ground Truth before it was closed to new customers. AWS cannot be asked."""
    workforce: WorkforceSettings | None = None
    """None: nobody labels."""
    teams: Annotated[tuple[TeamSettings, ...], Field(max_length=MOST_TEAMS)] = ()
    """The workforce's teams; 25 are possible in an account and Region, those of others included."""
    projects: Annotated[dict[ProjectName, ProjectSettings], Field(max_length=50)] = Field(default_factory=dict)
    """Projects of defect detection, by name."""

    @field_validator("workforce")
    @classmethod
    def _ground_truth_is_open_to_the_account(
        cls, value: WorkforceSettings | None, info: ValidationInfo
    ) -> WorkforceSettings | None:
        if value and info.data.get("existing_customer") is False:
            reason = "Ground Truth takes no new customers, and the section does not say that the account is an old one"
            allowed = "none, and projects with a `manifest`; or `existing_customer: true`, if it has used it before"
            refuse([Refusal(reason=reason, allowed=allowed, value="given")])
        return value

    @field_validator("teams")
    @classmethod
    def _teams_fit_the_workforce(
        cls, value: tuple[TeamSettings, ...], info: ValidationInfo
    ) -> tuple[TeamSettings, ...]:
        if "workforce" in info.data:
            check_teams(value, info.data["workforce"])
        return value

    @field_validator("projects")
    @classmethod
    def _teams_of_projects_exist(
        cls, value: dict[str, ProjectSettings], info: ValidationInfo
    ) -> dict[str, ProjectSettings]:
        if "teams" in info.data:
            names = [team.name for team in info.data["teams"]]
            refuse(
                Refusal(reason="no such team", allowed=", ".join(names) or "none", at=(name, "team"), value=each.team)
                for name, each in value.items()
                if each.team and each.team not in names
            )
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Ground Truth, keys and algorithms belong to Regions."""
        parts: list[tuple[tuple[str, ...], Section]] = [(("projects", n), each) for n, each in self.projects.items()]
        parts += [(("workforce",), self.workforce)] if self.workforce else []
        for at, part in parts:
            for each in part.refusals_in(region):
                yield Refusal(reason=each.reason, allowed=each.allowed, at=(*at, *each.at), value=each.value)

    def refusals_without_network(self) -> Iterator[Refusal]:
        """Why the section cannot be deployed to an environment that has no network."""
        if self.projects:
            reason = "training and models have interfaces in the VPC"
            yield Refusal(
                reason=reason, allowed="a `network` section", at=("projects",), value=", ".join(self.projects)
            )
        if self.workforce and self.workforce.vpc:
            reason = "the portal has interfaces in the VPC"
            yield Refusal(reason=reason, allowed="a `network` section", at=("workforce", "vpc"), value="given")

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """What the projects' containers call."""
        needs: dict[str, frozenset[int]] = {}
        for project in self.projects.values():
            for service, zones in project.endpoint_services().items():
                needs[service] = zones | needs.get(service, frozenset())
        return needs
