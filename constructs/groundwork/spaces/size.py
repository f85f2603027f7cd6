"""How large the stack for Spaces becomes: CloudFormation refuses one with too many teams, and nothing before it does.

Limits: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (read 2026-11-23).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwork.settings import Refusal
from groundwork.spaces.names import VOLUME_CLASS
from groundwork.spaces.team_objects import team_objects
from groundwork.spaces.team_settings import SharedSpaceSettings, TeamSettings
from groundwork.spaces.template_settings import TemplateSettings

MAX_RESOURCES = 500
MAX_BYTES = 1_000_000
BASE_RESOURCES = 52
"""What the stack has beside its teams at the most: 49 with version 0.1.x and a web page, and the CDK's own."""
BASE_BYTES = 70_000
_BYTES_OF_A_RESOURCE = 700
"""What stands around the objects that a resource applies, and the end of a team's Spaces."""
_BYTES_OF_A_PRINCIPAL = 1_300
"""An access entry; each further namespace is a line of it."""
_BYTES_OF_A_CLIENT = 500
"""A rule that lets an address range in by SSH."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a template has at the most, as the tests hold against synthesized ones."""

    resources: int
    size: int
    """In bytes."""


def stack_size(
    teams: Sequence[TeamSettings],
    templates: Sequence[TemplateSettings],
    shared_spaces: Sequence[SharedSpaceSettings] = (),
    *,
    ssh_clients: int = 0,
) -> Size:
    """How large the stack becomes, measured on what is applied for its teams.

    Args:
        ssh_clients: address ranges that connect by SSH.
    """
    digests = {image.root: f"sha256:{'0' * 64}" for template in templates for image in template.images}
    applied = [
        objects
        for team in teams
        for objects in team_objects(
            team,
            templates=templates,
            shared_spaces=shared_spaces,
            web_ui=True,
            storage_class=VOLUME_CLASS,
            image_lock=digests,
        ).applied
    ]
    principals = {principal for team in teams for principal in team.principals}
    # One more for each team, which ends its Spaces.
    resources = len(applied) + len(teams) + len(principals) + ssh_clients
    # A manifest is a text in a text.
    written = sum(len(json.dumps(json.dumps(objects))) for objects in applied)
    around = _BYTES_OF_A_RESOURCE * (len(applied) + len(teams))
    entries = _BYTES_OF_A_PRINCIPAL * len(principals) + sum(80 * len(team.principals) for team in teams)
    size = BASE_BYTES + written + around + entries + _BYTES_OF_A_CLIENT * ssh_clients
    return Size(resources=BASE_RESOURCES + resources, size=size)


def refusals_of_size(
    teams: Sequence[TeamSettings],
    templates: Sequence[TemplateSettings],
    shared_spaces: Sequence[SharedSpaceSettings] = (),
    *,
    ssh_clients: int = 0,
) -> Iterator[Refusal]:
    """Too much for one stack."""
    size = stack_size(teams, templates, shared_spaces, ssh_clients=ssh_clients)
    allowed = "fewer teams, shared Spaces or principals; a role that many people take is one principal"
    if size.resources > MAX_RESOURCES:
        reason = f"makes up to {size.resources} resources, and a stack of CloudFormation has {MAX_RESOURCES} at most"
        yield Refusal(reason=reason, allowed=allowed, value=f"{len(teams)} teams, {len(shared_spaces)} shared Spaces")
    elif size.size > MAX_BYTES:
        reason = f"makes a template of up to {size.size} bytes, and CloudFormation takes {MAX_BYTES} at most"
        allowed = f"fewer templates for each team, shorter lifecycle scripts, or {allowed}"
        yield Refusal(reason=reason, allowed=allowed, value=f"{len(teams)} teams, {len(shared_spaces)} shared Spaces")
