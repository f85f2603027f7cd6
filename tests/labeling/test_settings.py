"""What the section refuses: the field, and what is allowed."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from groundwork.labeling.settings import LabelingSettings
from groundwork.labeling.workforce_settings import WorkforceSettings
from groundwork.problems import problems_of
from tests.labeling.labeling_app import OIDC, SECRET, SECTIONS, example, section

MANIFEST = {
    "task": "classification",
    "manifest": "s3://example-data/train.manifest",
    "references": ["s3://example-data/images/"],
}
BY_PEOPLE = {
    "task": "classification",
    "images": "s3://example-data/images/",
    "team": "line-one",
    "tasks": {"title": "Cookies", "description": "Is it whole?", "instructions": "Look for cracks."},
}


def changed(**more: Any) -> dict[str, Any]:
    """The example's section, with other keys."""
    return {**copy.deepcopy(example()["labeling"]), **more}


def workforce(**more: Any) -> dict[str, Any]:
    return changed(workforce=more, teams=[])


def vpc() -> dict[str, Any]:
    return {"workforce": {"vpc": {"clients": ["10.40.0.0/16"]}}, "teams": []}


def team(**more: Any) -> dict[str, Any]:
    return {"name": "inspectors", "members": ["a.worker@example.com"], **more}


def errors(content: Any) -> dict[str, str]:
    """What is said, by the field."""
    with pytest.raises(ValidationError) as caught:
        section(content)
    return {p.field: str(p) for p in problems_of(caught.value, LabelingSettings, content).values()}


def people(count: int, start: int = 0) -> list[str]:
    return [f"w{index}@example.com" for index in range(start, start + count)]


@pytest.mark.parametrize("content", [example()["labeling"], *SECTIONS.values(), {"projects": {"cookies": MANIFEST}}])
def test_sections_that_can_be_deployed_are_read(content: dict[str, Any]) -> None:
    settings = section(content)
    assert len(settings.teams) == len(content.get("teams", []))
    assert list(settings.refusals_in("us-east-1")) == []


REFUSED: list[tuple[str, dict[str, Any], str, tuple[str, ...]]] = [
    ("a new customer", changed(existing_customer=False), "workforce", ("no new customers", "existing_customer: true")),
    ("teams alone", changed(workforce=None), "teams", ("no workforce", "`workforce`")),
    ("everybody", workforce(source_cidrs=["0.0.0.0/0"]), "workforce.source_cidrs[0]", ("everybody", "/8 and /32")),
    ("half of all", workforce(source_cidrs=["128.0.0.0/1"]), "workforce.source_cidrs[0]", ("part of the internet",)),
    (
        "eleven ranges",
        workforce(source_cidrs=[f"192.0.2.{16 * i}/28" for i in range(11)]),
        "workforce.source_cidrs",
        ("11 ranges", "10 at most"),
    ),
    (
        "a range twice",
        workforce(source_cidrs=["192.0.2.0/24", "192.0.2.8/29"]),
        "workforce.source_cidrs[1]",
        ("already in a range", "each address once"),
    ),
    ("no range", workforce(source_cidrs=["192.0.2.1/24"]), "workforce.source_cidrs[0]", ("host bits",)),
    ("nobody in the VPC", workforce(vpc={"clients": []}), "workforce.vpc.clients", ("at least 1",)),
    ("everybody in the VPC", workforce(vpc={"clients": ["0.0.0.0/0"]}), "workforce.vpc.clients[0]", ("everybody",)),
    ("a provider missing", workforce(sign_in="oidc"), "workforce", ("no `oidc`: nobody could sign in", "addresses")),
    ("a provider too many", workforce(oidc=OIDC), "workforce.oidc", ("sign in at Cognito", "none")),
    (
        "a provider of an existing one",
        workforce(existing="default", sign_in="oidc", oidc=OIDC),
        "workforce.oidc",
        ("has its own", "none"),
    ),
    (
        "a secret in the file",
        workforce(sign_in="oidc", oidc={**OIDC, "client_secret": "not-a-real-one"}),
        "workforce.oidc.client_secret",
        ("(not shown)", "full ARN", "Secrets Manager"),
    ),
    (
        "plain HTTP",
        workforce(sign_in="oidc", oidc={**OIDC, "issuer": "http://login.example.com/"}),
        "workforce.oidc.issuer",
        ("https://",),
    ),
    (
        "changes of an existing one",
        workforce(existing="default", source_cidrs=["192.0.2.0/24"]),
        "workforce.source_cidrs",
        ("not changed", "update-workforce"),
    ),
    (
        "a sender without invitations",
        workforce(sign_in="oidc", oidc=OIDC, sender="labels@example.com"),
        "workforce.sender",
        ("invites its people",),
    ),
    ("a name", workforce(existing="-default"), "workforce.existing", ("list-workforces",)),
    ("no mail address", changed(teams=[team(members=["worker"])]), "teams[0].members[0]", ("a mail address",)),
    (
        "somebody twice",
        changed(teams=[team(members=["a@example.com", "A@Example.com"])]),
        "teams[0].members[1]",
        ("named twice", "each entry once"),
    ),
    ("an empty team", changed(teams=[team(members=[])]), "teams[0].members", ("nobody", "mail addresses")),
    ("a group of a new pool", changed(teams=[team(groups=["veterans"])]), "teams[0].groups", ("no groups but",)),
    ("a team twice", changed(teams=[team(), team()]), "teams[1].name", ("named twice", "each name once")),
    ("26 teams", changed(teams=[team(name=f"t{i}") for i in range(26)]), "teams", ("at most 25",)),
    (
        "too many invitations",
        changed(teams=[team(members=people(51))]),
        "teams",
        ("51 invitations", "50 mails a day", "`workforce.sender`"),
    ),
    (
        "more than a stack holds",
        changed(
            workforce={"sender": "labels@example.com"},
            teams=[team(members=people(60)), team(name="two", members=people(41))],
        ),
        "teams",
        ("101 members", "100"),
    ),
    (
        "people of an identity provider",
        changed(workforce={"sign_in": "oidc", "oidc": OIDC}, teams=[team()]),
        "teams[0].members",
        ("has the people", "`groups`"),
    ),
    (
        "no group of an identity provider",
        changed(workforce={"sign_in": "oidc", "oidc": OIDC}, teams=[team(members=[])]),
        "teams[0].groups",
        ("no `groups`: nobody is in the team", "1 to 10"),
    ),
    (
        "eleven groups",
        changed(workforce={"existing": "default"}, teams=[team(groups=[f"g{i}" for i in range(10)])]),
        "teams[0].groups",
        ("one more for the members", "9 groups"),
    ),
    (
        "a project of another team",
        changed(projects={"cookies": {**BY_PEOPLE, "team": "night"}}),
        "projects.cookies.team",
        ("no such team", "line-one, line-two"),
    ),
]


@pytest.mark.parametrize(("content", "at", "words"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_deployed_is_refused_with_what_is_allowed(
    content: dict[str, Any], at: str, words: tuple[str, ...]
) -> None:
    found = errors(content)
    assert at in found
    assert [word for word in words if word not in found[at]] == []
    assert "not-a-real-one" not in found[at]


def test_the_examples_of_the_documentation_are_read() -> None:
    text = (Path(__file__).parents[2] / "docs/labeling.md").read_text()
    first, second = (YAML(typ="safe").load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
    assert section(first["labeling"]).teams[0].name == "line-one"
    settings = section({"existing_customer": True, **second})
    assert settings.workforce
    assert settings.workforce.oidc
    assert list(settings.refusals_in("us-east-1")) == []


def test_a_project_names_a_team_of_the_section() -> None:
    assert section(changed(projects={"cookies": BY_PEOPLE})).projects["cookies"].team == "line-one"


def test_what_runs_in_a_vpc_is_refused_without_a_network() -> None:
    at = {r.at for r in section(changed(projects={"cookies": MANIFEST}, **vpc())).refusals_without_network()}
    assert at == {("projects",), ("workforce", "vpc")}
    assert list(section(changed(projects={})).refusals_without_network()) == []


def test_a_region_without_ground_truth_is_refused() -> None:
    (refusal,) = section(changed(projects={})).refusals_in("eu-north-1")
    assert refusal.at == ("workforce",)
    assert "us-east-1" in refusal.allowed


def test_a_secret_of_another_region_is_refused() -> None:
    (refusal,) = section(SECTIONS["Oidc"]).refusals_in("eu-west-1")
    assert (refusal.at, refusal.value) == (("workforce", "oidc", "client_secret"), SECRET)
    assert refusal.allowed == "one of eu-west-1"


def test_the_regions_of_projects_count_too() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
    settings = section({"projects": {"cookies": {**MANIFEST, "key": key}}})
    assert [refusal.at for refusal in settings.refusals_in("eu-west-1")] == [("projects", "cookies", "key")]


def test_nobody_need_say_anything_where_nobody_labels() -> None:
    assert LabelingSettings() == section({})
    assert WorkforceSettings().sign_in == "cognito"
