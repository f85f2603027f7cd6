"""The policy of a team's namespace lets in what it should, and nothing else: its CEL is evaluated."""

from typing import Any

import celpy
import pytest

from groundwork.spaces.admission import admission_policy
from groundwork.spaces.names import longest_space_name
from tests.spaces.section import example

MINE = {"accessType": "OwnerOnly", "ownershipType": "OwnerOnly"}
OURS = {"accessType": "Public", "ownershipType": "Public"}
OWN, TOGETHER = {"name": "own"}, {"name": "together", "namespace": "spaces-analytics"}


def workspace(name: str = "a", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": spec}


def refused(space: dict[str, Any], before: dict[str, Any] | None = None) -> list[str]:
    """What the policy of team analytics says about making a Space, or about changing it."""
    settings = example("shared")
    policy = admission_policy(settings.teams[0], settings.templates, web_ui=True)[0]
    environment = celpy.Environment()
    values = {
        "object": space,
        "oldObject": before or {"spec": {}},
        "request": {"operation": "UPDATE" if before else "CREATE"},
    }
    context = {name: celpy.json_to_cel(value) for name, value in values.items()}
    return [
        rule["message"]
        for rule in policy["spec"]["validations"]
        if not environment.program(environment.compile(rule["expression"])).evaluate(context)
    ]


def test_a_space_of_ones_own_and_a_shared_one_are_let_in() -> None:
    assert refused(workspace(templateRef=OWN, **MINE)) == []
    assert refused(workspace(templateRef=TOGETHER, **OURS)) == []


@pytest.mark.parametrize("template", [None, {"name": "other"}, {"name": "own", "namespace": "spaces-reports"}])
def test_a_space_without_a_template_of_its_team_is_refused(template: dict[str, str] | None) -> None:
    spec = {**MINE, **({"templateRef": template} if template else {})}
    assert refused(workspace(**spec)) == ["a Space of team analytics uses one of its templates: own, together"]


def test_a_space_of_ones_own_cannot_be_opened_to_all() -> None:
    words = [f"{field} is OwnerOnly, unless the template is a shared one" for field in ("accessType", "ownershipType")]
    assert refused(workspace(templateRef=OWN, **OURS)) == words
    assert refused(workspace(templateRef=OWN)) == words
    assert refused(workspace(templateRef=OWN, **OURS), workspace(templateRef=OWN, **MINE)) == words


def test_what_was_let_in_can_be_stopped_after_the_rules_have_changed() -> None:
    before = workspace(templateRef={"name": "gone"}, desiredStatus="Running", **OURS)
    assert refused(workspace(templateRef={"name": "gone"}, desiredStatus="Stopped", **OURS), before) == []


def test_a_name_that_does_not_fit_into_its_host_is_refused() -> None:
    longest = longest_space_name("spaces-analytics")
    assert refused(workspace("x" * longest, templateRef=OWN, **MINE)) == []
    assert len(refused(workspace("x" * (longest + 1), templateRef=OWN, **MINE))) == 1
