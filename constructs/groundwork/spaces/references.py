"""What the parts of the `spaces` section say about each other."""

from collections.abc import Iterator, Sequence

from groundwork.settings import Refusal
from groundwork.spaces.names import longest_space_name
from groundwork.spaces.team_settings import SharedSpaceSettings, TeamSettings
from groundwork.spaces.template_settings import TemplateSettings

SHORTEST_LIMIT = 10
"""Characters that the namespace must leave to the names of Spaces."""


def below(index: int, refusals: Iterator[Refusal]) -> Iterator[Refusal]:
    """The refusals of one entry, as refusals of its list."""
    for r in refusals:
        yield Refusal(reason=r.reason, allowed=r.allowed, at=(index, *r.at), value=r.value)


def refusals_of_namespaces(teams: Sequence[TeamSettings], *, web_ui: bool) -> Iterator[Refusal]:
    """Two teams in one namespace, and namespaces whose hosts would be too long."""
    names = [team.namespace_name for team in teams]
    for index, name in enumerate(names):
        if name in names[:index]:
            reason = f"in the namespace of team {teams[names.index(name)].name}"
            yield Refusal(reason=reason, allowed="a namespace or quota of its own", at=(index,), value=name)
        if web_ui and (left := longest_space_name(name)) < SHORTEST_LIMIT:
            reason = f"leaves {max(left, 0)} characters to the names of its Spaces: both stand in one label of a host"
            yield Refusal(reason=reason, allowed="a shorter namespace, of at most 32", at=(index,), value=name)


def refusals_of_team_templates(
    teams: Sequence[TeamSettings], templates: Sequence[TemplateSettings]
) -> Iterator[Refusal]:
    """Templates that there are not, that go into a queue without one, or that nobody has."""
    known = {template.name: template for template in templates}
    for team_index, team in enumerate(teams):
        for index, name in enumerate(team.templates):
            at = (team_index, "templates", index)
            if name not in known:
                yield Refusal(reason="no such template", allowed=", ".join(known), at=at, value=name)
            elif known[name].priority and not team.quota:
                reason = "has a priority, and a team without a quota has no queue"
                yield Refusal(reason=reason, allowed="quota, or a template without priority", at=at, value=name)
    for name in known:
        if not any(name in team.templates for team in teams):
            yield Refusal(reason=f"no team has the template {name}", allowed="no such template, or a team with it")


def refusals_of_shared_spaces(
    spaces: Sequence[SharedSpaceSettings],
    teams: Sequence[TeamSettings],
    templates: Sequence[TemplateSettings],
    *,
    web_ui: bool,
) -> Iterator[Refusal]:
    """Shared Spaces without a team, without a template that is shared, or with a name that does not fit."""
    shared = {template.name for template in templates if template.ownership == "shared"}
    by_name = {team.name: team for team in teams}
    for index, space in enumerate(spaces):
        team = by_name.get(space.team)
        if team is None:
            yield Refusal(reason="no such team", allowed=", ".join(by_name), at=(index, "team"), value=space.team)
            continue
        if space.template not in (offered := [name for name in team.templates if name in shared]):
            reason = f"not a template of team {team.name} with ownership: shared"
            allowed, at = ", ".join(offered) or "none: the team has no such template", (index, "template")
            yield Refusal(reason=reason, allowed=allowed, at=at, value=space.template)
        if any((other.team, other.name) == (space.team, space.name) for other in spaces[:index]):
            yield Refusal(reason="the name stands twice", allowed="another name", at=(index, "name"), value=space.name)
        limit = longest_space_name(team.namespace_name)
        if web_ui and len(space.name) > limit:
            reason = f"{len(space.name)} characters; its host has room for {limit}"
            yield Refusal(reason=reason, allowed=f"at most {limit} characters", at=(index, "name"), value=space.name)
