"""A file with too many teams for one stack is refused before anything is made, by what a synthesized stack has."""

from collections.abc import Callable

import pytest

from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.size import BASE_BYTES, BASE_RESOURCES, MAX_RESOURCES, Size, stack_size
from tests.spaces.section import problems, section
from tests.spaces.spaces_app import VARIANTS, Variant
from tests.spaces.templates import SpacesTemplate

Platforms = dict[str, SpacesTemplate]


def size(settings: SpacesSettings) -> Size:
    clients = len(settings.direct_ssh.clients) if settings.direct_ssh else 0
    return stack_size(settings.teams, settings.templates, settings.shared_spaces, ssh_clients=clients)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_stack_is_never_larger_than_it_is_said_to_be(spaces: Platforms, variant: Variant) -> None:
    said, stack = size(variant.settings), spaces[variant.name]
    assert len(stack.resources) <= said.resources
    assert stack.bytes <= said.size


def test_the_largest_is_little_smaller(spaces: Platforms) -> None:
    """Else files would be refused that fit: with a page on the internet and keys of KMS."""
    old = next(variant for variant in VARIANTS if variant.name == "old")
    said = size(old.settings)
    assert said.resources - 6 <= len(spaces["old"].resources)
    assert said.size - BASE_BYTES / 6 <= spaces["old"].bytes


def test_what_a_team_adds_is_what_is_counted(spaces: Platforms) -> None:
    """Two teams with three templates, two principals and a shared Space, and what stands beside them."""
    stack = spaces["web"]
    of_teams = {key for key in stack.resources if key.startswith(("Teamanalytics", "Teamreports", "Access"))}
    of_teams |= {k for k, r in stack.resources.items() if r.get("Properties", {}).get("Removes") == "namespace"}
    variant = next(variant for variant in VARIANTS if variant.name == "web")
    assert len(of_teams) == size(variant.settings).resources - BASE_RESOURCES == 13


def teams(count: int, *, principals: int = 1, template: str = "") -> str:
    """A change of the section: so many teams with the template."""
    entries = [
        f"{{name: team-{i}, templates: [lab], principals: ["
        + ", ".join(f"'arn:aws:iam::111122223333:role/Role-{i}-{p}'" for p in range(principals))
        + "]}"
        for i in range(count)
    ]
    return f"{{templates: [{{{template}}}], teams: [{', '.join(entries)}]}}"


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        (lambda count: teams(count), (MAX_RESOURCES - BASE_RESOURCES) // 6),
        (lambda count: teams(count, principals=50), (MAX_RESOURCES - BASE_RESOURCES) // 55),
    ],
    ids=["one-principal", "many-principals"],
)
def test_as_many_teams_are_accepted_as_a_stack_has_room_for(change: Callable[[int], str], fits: int) -> None:
    assert size(section(change(fits))).resources <= MAX_RESOURCES
    (problem,) = problems(change(fits + 1))
    assert problem.startswith(f"teams: '{fits + 1} teams, 0 shared Spaces': makes up to ")
    assert "resources, and a stack of CloudFormation has 500 at most; allowed: fewer teams" in problem


def test_a_template_that_is_too_long_for_cloudformation_is_refused() -> None:
    script = f"lifecycle_script: '{'x' * 1024}', environment: {{A: '{'y' * 9000}'}}"
    (problem,) = problems(teams(60, template=script))
    assert "bytes, and CloudFormation takes 1000000 at most; allowed: fewer templates for each team" in problem


def test_shared_spaces_are_counted_as_well() -> None:
    shared = ", ".join(f"{{name: room-{i}, display_name: R, team: team-0, template: lab}}" for i in range(90))
    change = teams(60, template="ownership: shared")[:-1] + f", shared_spaces: [{shared}]}}"
    (problem,) = problems(change)
    assert problem.startswith("shared_spaces: '60 teams, 90 shared Spaces': makes up to 502 resources")
