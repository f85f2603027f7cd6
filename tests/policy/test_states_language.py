"""Every state machine is one that Step Functions takes, and the two validators would say so if it were not."""

import json
from pathlib import Path

from tests.policy.states_language import problems

SOUND = {
    "StartAt": "Ask",
    "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60, "Next": "Done"},
        "Done": {"Type": "Succeed"},
    },
}


def _problems_of(definition: object, folder: Path) -> list[str]:
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": json.dumps(definition)}}
    (folder / "some.template.json").write_text(json.dumps({"Resources": {"Machine": machine}}))
    return problems(folder)


def test_a_sound_one_has_no_problem(tmp_path: Path) -> None:
    assert _problems_of(SOUND, tmp_path) == []


def test_a_state_that_nothing_leads_to_is_found(tmp_path: Path) -> None:
    stray = SOUND | {"States": SOUND["States"] | {"Stray": {"Type": "Succeed"}}}
    assert any("Machine" in problem and "Stray" in problem for problem in _problems_of(stray, tmp_path))


def test_a_path_that_does_not_parse_is_found(tmp_path: Path) -> None:
    crooked = SOUND | {"States": SOUND["States"] | {"Done": {"Type": "Succeed", "InputPath": "$.a[?(@.b"}}}
    assert any("InputPath" in problem or "path" in problem.lower() for problem in _problems_of(crooked, tmp_path))


def test_those_of_the_shipped_environments_are_sound(assembly: Path) -> None:
    assert problems(assembly) == []
