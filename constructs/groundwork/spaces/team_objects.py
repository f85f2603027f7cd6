"""All that one team has in the cluster, as objects of Kubernetes."""

from collections.abc import Sequence
from dataclasses import dataclass

from groundwork.images import ImageLock
from groundwork.spaces import manifests
from groundwork.spaces.admission import admission_policy
from groundwork.spaces.manifests import Manifest
from groundwork.spaces.removal_access import namespace_rights
from groundwork.spaces.team_settings import SharedSpaceSettings, TeamSettings
from groundwork.spaces.template_settings import TemplateSettings


@dataclass(frozen=True, kw_only=True)
class TeamObjects:
    """In the order in which they are applied. What goes together is applied together, as one resource of a stack."""

    namespace: list[Manifest]
    """Empty for a team with a quota, as `account`."""
    account: list[Manifest]
    rules: list[Manifest]
    """Who may read logs and end Spaces, and what a Space must be like."""
    templates: list[Manifest]
    spaces: dict[str, Manifest]
    """Those that the team shares, by name."""

    @property
    def applied(self) -> list[list[Manifest]]:
        """The objects of each resource."""
        steps = [self.namespace, self.account, self.rules, self.templates, *([space] for space in self.spaces.values())]
        return [step for step in steps if step]


def team_objects(
    team: TeamSettings,
    *,
    templates: Sequence[TemplateSettings],
    shared_spaces: Sequence[SharedSpaceSettings],
    web_ui: bool,
    storage_class: str,
    image_lock: ImageLock,
) -> TeamObjects:
    """What a team has.

    Args:
        templates: of all teams, and so `shared_spaces`.
        web_ui: whether Spaces have web pages.

    Raises:
        KeyError: an image of a template has no digest.
    """
    own = {template.name: template for template in templates if template.name in team.templates}
    return TeamObjects(
        namespace=manifests.namespace_objects(team),
        account=manifests.account_objects(team),
        rules=[
            *manifests.log_reader_objects(team),
            *namespace_rights(team.namespace_name),
            *admission_policy(team, list(own.values()), web_ui=web_ui),
        ],
        templates=[
            manifests.workspace_template(template, team=team, image_lock=image_lock, storage_class=storage_class)
            for template in own.values()
        ],
        spaces={
            space.name: manifests.shared_workspace(space, team=team, template=own[space.template])
            for space in shared_spaces
            if space.team == team.name
        },
    )
