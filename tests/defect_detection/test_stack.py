"""What a project's part of a stack promises, beside how its state machine runs."""

import json
import re
from typing import Any

import pytest

from defect_detection.transform_job import MOST_HOURS
from groundwork.labeling.defect_use import MOST_TRAINING_HOURS
from tests.defect_detection.defect_app import PROJECTS
from tests.defect_detection.engine_world import Synthesized

PASSED_TO = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def resources(synthesized: Synthesized, kind: str, path: str) -> dict[str, dict[str, Any]]:
    """Whole resources of a type whose logical id begins with a path."""
    begin = re.sub("[^A-Za-z0-9]", "", path)
    found = synthesized.template["Resources"].items()
    return {name: each for name, each in found if each["Type"] == kind and name.startswith(begin)}


def definition(synthesized: Synthesized, project: str) -> dict[str, Any]:
    machines = resources(synthesized, "AWS::StepFunctions::StateMachine", f"DefectDetection-{project}/Machine")
    (machine,) = machines.values()
    text = machine["Properties"]["DefinitionString"]
    return json.loads("".join(part if isinstance(part, str) else "x" for part in text["Fn::Join"][1]))


def statements(synthesized: Synthesized, path: str) -> list[dict[str, Any]]:
    policies = resources(synthesized, "AWS::IAM::Policy", path).values()
    return [each for policy in policies for each in policy["Properties"]["PolicyDocument"]["Statement"]]


def plain(value: Any) -> str:
    """An ARN of the template."""
    match value:
        case {"Fn::Join": [joint, parts]}:
            return str(joint).join(plain(part) for part in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case str():
            return value
        case _:
            return "<token>"


def resolved(synthesized: Synthesized, path: str) -> list[dict[str, Any]]:
    """Statements with plain ARNs."""
    found = []
    for each in statements(synthesized, path):
        listed = each["Resource"] if isinstance(each["Resource"], list) else [each["Resource"]]
        found.append({"Sid": "none", **each, "Resource": [plain(one) for one in listed]})
    return found


@pytest.mark.parametrize("project", PROJECTS)
def test_every_task_is_repeated_caught_and_ended_in_time_and_every_state_is_reached(
    synthesized: Synthesized, project: str
) -> None:
    found = definition(synthesized, project)
    states, reached = found["States"], {found["StartAt"]}
    for name, state in states.items():
        targets = [state.get("Next"), state.get("Default")]
        targets += [each["Next"] for each in (*state.get("Choices", []), *state.get("Catch", []))]
        reached |= {target for target in targets if target}
        if state["Type"] != "Task":
            continue
        waits = name.startswith("WaitFor")
        if waits:
            # An event that got lost costs hours, and not the job.
            lost = {"ErrorEquals": ["States.Timeout"], "Next": name.replace("WaitFor", "LookAt"), "ResultPath": None}
            assert state["Catch"][0] == lost
        assert state["TimeoutSeconds"] == (6 * 3600 if waits else 960), name
        assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name
        # What is cleaned up and told when something fails is not cleaned up once more.
        end = {"CleanUp": "TellFailure", "TellFailure": "FailedUntold"}.get(name, "CleanUp")
        assert state["Catch"][-1]["Next"] == end, name
        repeated = {error for each in state["Retry"] for error in each["ErrorEquals"]}
        assert "Lambda.ServiceException" in repeated, name
        assert waits or {"States.Timeout", "Sandbox.Timedout"} <= repeated, name
    assert reached == states.keys()


@pytest.mark.parametrize("project", PROJECTS)
def test_machines_are_logged_and_traced_and_told_of(synthesized: Synthesized, project: str) -> None:
    path = f"DefectDetection-{project}/Machine"
    (machine,) = resources(synthesized, "AWS::StepFunctions::StateMachine", path).values()
    assert machine["Properties"]["TracingConfiguration"] == {"Enabled": True}
    assert machine["Properties"]["LoggingConfiguration"]["Level"] == "ALL"
    (alarm,) = resources(synthesized, "AWS::CloudWatch::Alarm", path).values()
    assert alarm["Properties"]["AlarmActions"] == ["arn:aws:sns:us-east-1:111122223333:alarms"]


def test_an_execution_has_more_time_than_its_workers_its_training_and_two_transforms(synthesized: Synthesized) -> None:
    hours = definition(synthesized, "boards")["TimeoutSeconds"] / 3600
    assert hours >= 2 * 10 * 24 + 2 + 2 * 24


def test_the_longest_execution_has_not_too_many_events(synthesized: Synthesized) -> None:
    states = definition(synthesized, "boards")["States"]
    looks = MOST_TRAINING_HOURS * 3600 / states["LookAtTrainingAgain"]["Seconds"]
    looks += 2 * MOST_HOURS * 3600 / states["LookAtTestAgain"]["Seconds"]
    looks += 2 * 30 * 24 * 3600 / states["WaitForClasses"]["TimeoutSeconds"]
    # A look is 11 events; all else goes through each state once.
    assert 11 * (looks + len(states)) < 25_000


@pytest.mark.parametrize("project", PROJECTS)
def test_what_executions_have_made_is_removed_after_their_machine_and_before_its_data(
    synthesized: Synthesized, project: str
) -> None:
    path = f"DefectDetection-{project}"
    ((removal, resource),) = resources(synthesized, "Custom::DefectRemoval", path).items()
    (machine,) = resources(synthesized, "AWS::StepFunctions::StateMachine", f"{path}/Machine").values()
    assert removal in machine["DependsOn"]
    buckets = resources(synthesized, "AWS::S3::Bucket", f"{path}/Data").keys()
    roles = resources(synthesized, "AWS::IAM::Role", f"{path}/Roles").keys()
    assert buckets | roles <= set(resource["DependsOn"])
    assert resource["Properties"]["Name"] == f"vision-{project}"
    assert resource["Properties"]["Keep"] == "true"
    assert resource["Properties"]["Serves"] == ("true" if project == "boards" else "false")


@pytest.mark.parametrize("project", PROJECTS)
def test_roles_go_to_sagemaker_only_and_rights_are_named(synthesized: Synthesized, project: str) -> None:
    path = f"DefectDetection-{project}"
    for each in resolved(synthesized, path):
        actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
        if "iam:PassRole" in actions:
            assert each["Condition"] == PASSED_TO
        for action in actions:
            if action.startswith("sagemaker:") and not action.startswith("sagemaker:List"):
                assert all(f"vision-{project}" in arn or "algorithm/" in arn for arn in each["Resource"]), each
            assert action != "*"
            assert not re.fullmatch(r"(sagemaker|s3|kms|iam):\*", action)
    training = resolved(synthesized, f"{path}/Roles/Training")
    reads = [arn for each in training if "s3:GetObject" in str(each["Action"]) for arn in each["Resource"]]
    assert reads
    assert not [arn for arn in reads if arn.endswith("<token>/*")]


def test_workers_portal_events_and_the_clock_call_functions_with_a_queue_for_what_is_lost(
    synthesized: Synthesized,
) -> None:
    rules = resources(synthesized, "AWS::Events::Rule", "DefectDetection-boards").values()
    patterns = [each["Properties"].get("EventPattern") for each in rules]
    (pattern,) = [each for each in patterns if each]
    assert pattern["detail"] == {"LabelingJobStatus": ["Completed", "Failed", "Stopped"]}
    assert plain(pattern["resources"][0]["prefix"]).endswith(":labeling-job/vision-boards-")
    assert [each["Properties"]["ScheduleExpression"] for each in rules if "EventPattern" not in each["Properties"]] == [
        "rate(30 minutes)"
    ]
    for each in rules:
        (target,) = each["Properties"]["Targets"]
        assert target["DeadLetterConfig"]["Arn"]
    # Nobody labels, and no endpoint waits for calls.
    assert resources(synthesized, "AWS::Events::Rule", "DefectDetection-cookies") == {}


def test_containers_have_a_network_of_their_own_and_call_nobody_but_by_tls(synthesized: Synthesized) -> None:
    training = definition(synthesized, "boards")["States"]["Job"]["Result"]["training"]
    assert training["network"]["Subnets"] == ["subnet-0000000a", "subnet-0000000b"]
    (group,) = resources(synthesized, "AWS::EC2::SecurityGroup", "DefectDetection-boards").values()
    (rule,) = group["Properties"]["SecurityGroupEgress"]
    assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (443, 443, "tcp")
