"""The state machine that trains a head, from its beginning to its end, as the template has them, under its roles."""

from typing import Any

import pytest

from tests.optimization.behaviour import Behaviour
from tests.optimization.fake_sagemaker import PREFIX

MACHINE = "StepFunctions::StateMachine"
PACKAGE = f"{PREFIX}model-package/models-chat/1"
TRAINED = [
    *("ImportModel", "LookAtImport", "CheckModel", "ConvertCapture", "LookAtConversion", "CheckData"),
    *("StartJob", "LookAtJob", "LookAtJob", "ReadResults"),
]


def optimize(behaviour: Behaviour, name: str) -> dict[str, Any]:
    return behaviour.world.run(behaviour.world.id(MACHINE, "JobchatOptimize"), name=name)


def test_a_head_that_passes_the_gate_waits_for_a_person(behaviour: Behaviour) -> None:
    execution = optimize(behaviour, "success")
    states = behaviour.world.states(execution["executionArn"])
    assert states == [*TRAINED, "Register", "AskForApproval", "WaitsForApproval"], execution
    package = behaviour.fake.packages[PACKAGE]
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["CustomerMetadataProperties"]["throughput-ratio"] == "1.5"
    assert package["CustomerMetadataProperties"]["licence-accepted"] == "yes"
    (container,) = package["InferenceSpecification"]["Containers"]
    (head,) = container["AdditionalModelDataSources"]
    assert head["ChannelName"] == "eagle"
    assert head["S3DataSource"]["S3Uri"].endswith("/draft/")
    (mail,) = behaviour.world.mail()
    assert mail.startswith("models-chat: a head waits for approval")
    assert PACKAGE in mail
    assert "throughput 1.50 times" in mail


def test_a_repeat_finds_the_job_and_its_package_and_pays_for_neither_again(behaviour: Behaviour) -> None:
    assert optimize(behaviour, "first")["status"] == optimize(behaviour, "again")["status"] == "SUCCEEDED"
    assert len(behaviour.fake.operations("CreateOptimizationJob")) == 1
    assert len(behaviour.fake.packages) == 1


def test_a_job_that_somebody_else_starts_at_the_same_moment_is_found(behaviour: Behaviour) -> None:
    answer = behaviour.fake._generic("CreateOptimizationJob")

    def raced(request: dict[str, Any]) -> dict[str, Any]:
        answer(dict(request))
        return answer(request)

    behaviour.fake.__dict__["_CreateOptimizationJob"] = raced
    assert optimize(behaviour, "raced")["status"] == "SUCCEEDED"
    del behaviour.fake.__dict__["_CreateOptimizationJob"]
    assert len(behaviour.fake.things["OptimizationJob"]) == 1


def test_a_head_that_does_not_pass_the_gate_is_told_and_not_registered(behaviour: Behaviour) -> None:
    behaviour.trained = {"output_throughput": 110.0}
    execution = optimize(behaviour, "gate")
    states = behaviour.world.states(execution["executionArn"])
    assert (execution["status"], states) == ("SUCCEEDED", [*TRAINED, "TellNotWorthIt", "NotWorthIt"])
    assert behaviour.fake.packages == {}
    (mail,) = behaviour.world.mail()
    assert "throughput is 1.100 of before; at least 1.2 is asked" in mail


def test_a_job_that_fails_is_told_and_tried_anew_under_another_name(behaviour: Behaviour) -> None:
    behaviour.fake.on_job = lambda job: "FAILED"
    execution = optimize(behaviour, "failed")
    assert (execution["status"], execution["error"]) == ("FAILED", "OptimizationFailed")
    assert "is FAILED: out of memory" in execution["cause"]
    (mail,) = behaviour.world.mail()
    assert "is FAILED: out of memory" in mail
    behaviour.fake.on_job = behaviour._train
    assert optimize(behaviour, "better")["status"] == "SUCCEEDED"
    first, second = behaviour.fake.operations("CreateOptimizationJob")
    assert second["OptimizationJobName"] == f"{first['OptimizationJobName']}-2"


def test_a_busy_service_is_asked_again(behaviour: Behaviour) -> None:
    behaviour.fake.throttled = {"CreateOptimizationJob": 3}
    execution = optimize(behaviour, "throttled")
    states = behaviour.world.states(execution["executionArn"])
    # The SDK's own two attempts were not enough.
    assert (execution["status"], states.count("StartJob")) == ("SUCCEEDED", 2)
    assert len(behaviour.fake.operations("CreateOptimizationJob")) == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"config": {"architectures": ["NemotronHForCausalLM"]}}, "no EAGLE head is trained for NemotronHForCausalLM"),
        ({"lines": [{"messages": []}]}, "1 of 1 lines in 1 files are bad"),
    ],
    ids=["architecture", "data"],
)
def test_what_cannot_be_trained_is_told_before_it_costs_money(
    behaviour: Behaviour, broken: dict[str, Any], said: str
) -> None:
    if "config" in broken:
        behaviour.put_model("s3://example-models/chat/", broken["config"])
    behaviour.lines = broken.get("lines", behaviour.lines)
    execution = optimize(behaviour, next(iter(broken)))
    assert execution["status"] == "FAILED"
    assert said in execution["cause"]
    assert behaviour.fake.operations("CreateOptimizationJob") == []


def test_a_right_that_is_missing_ends_the_execution_and_is_told(behaviour: Behaviour) -> None:
    statements = behaviour.fake.statements["optimize"]
    behaviour.fake.statements["optimize"] = [each for each in statements if each.get("Sid") != "WithItsRoles"]
    execution = optimize(behaviour, "right")
    assert execution["status"] == "FAILED"
    assert "optimize may not iam:PassRole on arn:aws:" in execution["cause"]
    (mail,) = behaviour.world.mail()
    assert "iam:PassRole" in mail


def test_a_head_is_trained_further_on_own_data_in_capacity_that_is_paid(behaviour: Behaviour) -> None:
    behaviour.fake.statements = behaviour.world.statements("further")
    behaviour.put_model("s3://example-models/further/")
    behaviour.put_head("s3://example-heads/further/")
    behaviour.put_data("s3://example-data/own/", {"conversations": [{"from": "human", "value": "Why?"}]})
    machine = behaviour.world.id(MACHINE, "JobfurtherOptimize")
    execution = behaviour.world.run(machine, name="further")
    assert execution["status"] == "SUCCEEDED", execution
    (model,) = behaviour.fake.operations("CreateModel")
    (head,) = model["PrimaryContainer"]["AdditionalModelDataSources"]
    assert (head["ChannelName"], head["S3DataSource"]["S3Uri"]) == ("eagle_model", "s3://example-heads/further/")
    (job,) = behaviour.fake.operations("CreateOptimizationJob")
    assert job["ModelSource"] == {"SageMakerModel": {"ModelName": model["ModelName"]}}
    assert job["TrainingPlanArns"] == ["arn:aws:sagemaker:us-east-1:111122223333:training-plan/plan"]
    (technique,) = job["OptimizationConfigs"]
    data = technique["ModelSpeculativeDecodingConfig"]["TrainingDataSource"]
    assert data == {"S3Uri": "s3://example-data/own/", "S3DataType": "S3Prefix"}
    # The job's own people were asked, and not those of the alarms.
    assert behaviour.world.mail() == []


def test_an_approval_starts_one_switch_however_often_it_is_told(behaviour: Behaviour) -> None:
    assert optimize(behaviour, "approved")["status"] == "SUCCEEDED"
    machine, package = behaviour.world.id(MACHINE, "JobchatSwitch"), behaviour.fake.packages[PACKAGE]
    package.update(ModelApprovalStatus="Rejected", changed=1764000002.0)
    behaviour.tell_of_change(PACKAGE)
    package.update(ModelApprovalStatus="Approved", changed=1764000003.0)
    for _ in range(2):
        behaviour.tell_of_change(PACKAGE)
    (execution,) = behaviour.world.executions(machine, least=1)
    assert execution["name"] == "v1-1764000003"
    assert behaviour.world.ended(execution["executionArn"])["status"] == "SUCCEEDED"
