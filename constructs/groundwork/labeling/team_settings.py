"""Work teams: who gets the tasks of a labeling job."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from groundwork.gateway.names import TeamName
from groundwork.labeling.workforce_settings import WorkforceSettings
from groundwork.settings import Allowed, Email, Refusal, Section, each_once, refuse

MOST_TEAMS = 25
"""In an account and Region: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateWorkteam.html"""
MOST_SEATS = 100
"""Members of all teams together: each takes up to three of the 500 resources that a stack can have."""
MOST_GROUPS = 10
"""Groups of a team: MemberDefinitions and OidcMemberDefinition of the same call."""
INVITATIONS_A_DAY = 50
"""Cognito's own address sends no more mails than that in a day for an account:
https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"""

GroupName = Annotated[
    str,
    # Printable, without a space: both APIs take letters, marks, symbols, numbers and punctuation.
    Field(pattern=r"^[^\s\x00-\x1f\x7f]{1,63}$"),
    Allowed("1-63 characters without spaces"),
]


def _mailboxes_once(values: tuple[str, ...]) -> tuple[str, ...]:
    each_once(tuple(value.lower() for value in values))
    return values


class TeamSettings(Section):
    """A work team: the people who are invited by mail, or groups that the identity provider has."""

    name: TeamName
    """Projects name their team by it; deployed with the environment's name before it."""
    description: Annotated[
        str,
        Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"),
        Allowed("1-200 characters in one line"),
    ] = "Labels pictures"
    """Shown beside the team."""
    members: Annotated[tuple[Email, ...], Field(max_length=MOST_SEATS), AfterValidator(_mailboxes_once)] = ()
    """Mail addresses of people who get an account and an invitation; who is taken out loses both."""
    groups: Annotated[tuple[GroupName, ...], Field(max_length=MOST_GROUPS), AfterValidator(each_once)] = ()
    """Groups that are there already: of the identity provider, or of the existing workforce's user pool."""
    notify: bool = True
    """Whether members are mailed when there is work; each confirms that once."""

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """The members, spelled as mail servers compare them."""
        return tuple(member.lower() for member in self.members)


def check_teams(values: tuple[TeamSettings, ...], workforce: WorkforceSettings | None) -> None:
    """Refuse teams that the workforce cannot have.

    Raises:
        ValidationError: says which and why.
    """
    refuse(_refusals_of_teams(values, workforce))


def _refusals_of_teams(values: tuple[TeamSettings, ...], workforce: WorkforceSettings | None) -> Iterator[Refusal]:
    if values and not workforce:
        yield Refusal(reason="there is no workforce to take people from", allowed="a `workforce`", value="given")
        return
    for index, team in enumerate(values):
        if team.name in [other.name for other in values[:index]]:
            yield Refusal(reason="named twice", allowed="each name once", at=(index, "name"), value=team.name)
        if workforce:
            yield from _refusals_of_team(index, team, workforce)
    if (seats := sum(len(team.members) for team in values)) > MOST_SEATS:
        reason = f"{seats} members, and a stack cannot hold more than {MOST_SEATS}"
        allowed = f"{MOST_SEATS} members in all teams, or an identity provider with its `groups`"
        yield Refusal(reason=reason, allowed=allowed, value=seats)
    invited = {mailbox for team in values for mailbox in team.mailboxes}
    if workforce and len(invited) > INVITATIONS_A_DAY and not workforce.sender and not workforce.existing:
        reason = f"{len(invited)} invitations, and Cognito's own address sends {INVITATIONS_A_DAY} mails a day"
        yield Refusal(reason=reason, allowed="fewer at a time, or `workforce.sender`", value=len(invited))


def _refusals_of_team(index: int, team: TeamSettings, workforce: WorkforceSettings) -> Iterator[Refusal]:
    if workforce.sign_in == "oidc":
        if team.members:
            reason, allowed = "the identity provider has the people", "none, and their `groups`"
            yield Refusal(reason=reason, allowed=allowed, at=(index, "members"), value="given")
        if not team.groups:
            allowed = f"1 to {MOST_GROUPS} groups of the identity provider"
            yield Refusal(reason="no `groups`: nobody is in the team", allowed=allowed, at=(index, "groups"))
        return
    if team.groups and not workforce.existing:
        reason = "a new user pool has no groups but those of the teams"
        yield Refusal(reason=reason, allowed="none, and `members`", at=(index, "groups"), value=list(team.groups))
    if not team.members and not team.groups:
        allowed = "the mail addresses of its people" + (", or `groups`" if workforce.existing else "")
        yield Refusal(reason="no `members`: nobody is in the team", allowed=allowed, at=(index, "members"))
    if team.members and len(team.groups) == MOST_GROUPS:
        reason = f"{MOST_GROUPS} groups, and one more for the members"
        allowed = f"{MOST_GROUPS - 1} groups, or no members"
        yield Refusal(reason=reason, allowed=allowed, at=(index, "groups"), value=len(team.groups))
