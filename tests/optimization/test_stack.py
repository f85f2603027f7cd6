"""What the stack of the jobs promises, beside how its state machines run."""

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from groundwork.optimization.optimize_steps import between_looks
from groundwork.optimization.package import SERVICE_MODELS, function_package, program_package
from groundwork.optimization.plan import conversion_digest
from groundwork.optimization.settings import BenchmarkSettings
from groundwork.optimization.source_settings import CapturedData
from model_optimization.job import DataSet, Job, Program, Switch, read_job
from model_optimization.patience import LOOK_SECONDS, most_looks
from tests.optimization.synthesized import Synthesized

PASSED_TO = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
MACHINES = ("Job-chat/Optimize", "Job-chat/Switch", "Job-further/Optimize", "Job-built-in/Optimize")


def statements(synthesized: Synthesized, path: str) -> dict[str, dict[str, Any]]:
    """By their Sid, of the policies below a path."""
    policies = synthesized.resources("IAM::Policy", path=path).values()
    return {s["Sid"]: s for policy in policies for s in policy["PolicyDocument"]["Statement"] if "Sid" in s}


def definition(synthesized: Synthesized, path: str) -> dict[str, Any]:
    text = synthesized.only("StepFunctions::StateMachine", path=path)["DefinitionString"]
    return json.loads("".join(part if isinstance(part, str) else "x" for part in text["Fn::Join"][1]))


@pytest.mark.parametrize("path", MACHINES)
def test_every_task_is_repeated_caught_and_ended_in_time_and_every_state_is_reached(
    synthesized: Synthesized, path: str
) -> None:
    found = definition(synthesized, path)
    states, reached = found["States"], {found["StartAt"]}
    for name, state in states.items():
        targets = [state.get("Next"), state.get("Default")]
        targets += [each["Next"] for each in (*state.get("Choices", []), *state.get("Catch", []))]
        reached |= {target for target in targets if target}
        if state["Type"] == "Task":
            assert state["TimeoutSeconds"] == 900, name
            assert [each["ErrorEquals"] for each in state["Catch"]] == [["States.ALL"]], name
            repeated = {error for each in state["Retry"] for error in each["ErrorEquals"]}
            assert {"States.Timeout", "Sandbox.Timedout", "Lambda.ServiceException"} <= repeated, name
    assert reached == states.keys()
    machine = synthesized.only("StepFunctions::StateMachine", path=path)
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    alarm = synthesized.only("CloudWatch::Alarm", path=path)
    assert alarm["AlarmActions"] == ["arn:aws:sns:us-east-1:111122223333:alarms"]
    metrics = {m["MetricStat"]["Metric"]["MetricName"] for m in alarm["Metrics"] if "MetricStat" in m}
    assert metrics == {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}


@pytest.mark.parametrize("hours", [2, 48, 1344])
def test_no_job_is_looked_at_so_often_that_its_execution_has_too_many_events(hours: int) -> None:
    wait = between_looks(hours).to_minutes()
    # 11 events a look; a day of import and one of conversion are looked at every 5 minutes as well.
    assert 11 * (hours * 60 / wait + 2 * 24 * 12) < 25000
    assert wait >= 5


def test_an_execution_has_more_time_than_its_job(synthesized: Synthesized) -> None:
    found = definition(synthesized, "Job-chat/Optimize")
    job = found["States"]["Job"]["Result"]
    assert found["TimeoutSeconds"] > job["max_run_seconds"] + job["max_pending_seconds"] + 2 * 24 * 3600


def test_converted_captures_are_deleted_and_have_no_key_that_sagemaker_refuses(synthesized: Synthesized) -> None:
    found = synthesized.only("S3::Bucket", path="TrainingData")
    (rule,) = [r for r in found["LifecycleConfiguration"]["Rules"] if r.get("Prefix") == "models-chat/"]
    assert rule["ExpirationInDays"] == 90
    (encryption,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_other_settings_of_a_conversion_have_a_prefix_of_their_own_and_what_is_done_is_never_forgotten(
    synthesized: Synthesized,
) -> None:
    job = definition(synthesized, "Job-chat/Optimize")["States"]["Job"]["Result"]
    arguments = job["conversion"]["entrypoint"]
    target, state = (arguments[arguments.index(name) + 1] for name in ("--target", "--state"))
    digest = re.fullmatch(r"s3://x/models-chat/([0-9a-f]{8})/", target)
    assert digest
    assert state == f"s3://x/state/models-chat/{digest[1]}/"
    assert job["data"]["uri"] == f"{target}train/"
    rules = synthesized.only("S3::Bucket", path="TrainingData")["LifecycleConfiguration"]["Rules"]
    expiring = [rule["Prefix"] for rule in rules if "ExpirationInDays" in rule]
    assert expiring == ["models-chat/"]
    given = CapturedData(source="capture", endpoint="chat", rules={"ticket": "T-[0-9]+"})
    assert conversion_digest(given) == digest[1]
    assert conversion_digest(given.model_copy(update={"rules": {}})) != digest[1]


def test_nobody_looks_at_an_update_before_sagemaker_tells_of_it(synthesized: Synthesized) -> None:
    states = definition(synthesized, "Job-chat/Switch")["States"]
    before = {
        name: [each for each, state in states.items() if name in (state.get("Next"), state.get("Default"))]
        for name in ("VerifyConfiguration", "GoBack", "VerifyOldConfiguration")
    }
    waits = {name: [each for each in found if states[each]["Type"] == "Wait"] for name, found in before.items()}
    assert waits == {
        "VerifyConfiguration": ["UntilSeen", "VerifyConfigurationAgain"],
        "GoBack": ["UntilUpdateIsSeen", "GoBackAgain"],
        "VerifyOldConfiguration": ["UntilWayBackIsSeen", "VerifyOldConfigurationAgain"],
    }
    assert before == waits
    caught = {each["Next"] for state in states.values() for each in state.get("Catch", [])}
    assert "UntilUpdateIsSeen" in caught
    assert "GoBack" not in caught


def test_functions_read_all_that_the_machines_hand_to_them(synthesized: Synthesized) -> None:
    known = {kind: {each.name for each in fields(kind)} for kind in (Job, DataSet, Program, Switch)}
    parts = {"data": DataSet, "conversion": Program, "importing": Program, "switch": Switch}
    for path in MACHINES:
        job = definition(synthesized, path)["States"]["Job"]["Result"]
        assert job.keys() <= known[Job]
        for name, kind in parts.items():
            assert job.get(name, {}).keys() <= known[kind], name


def test_a_switch_has_more_time_than_all_that_it_waits_for(synthesized: Synthesized) -> None:
    found = definition(synthesized, "Job-chat/Switch")
    switch = read_job(found["States"]["Job"]["Result"]).switch
    assert switch
    steps = [each["Parameters"]["step"] for each in found["States"].values() if each["Type"] == "Task"]
    looks = [most_looks(step, switch) for step in steps]
    waits = {each["Seconds"] for name, each in found["States"].items() if name.startswith(("Plan", "VerifyOld"))
             and each["Type"] == "Wait"}  # fmt: skip
    assert waits == {LOOK_SECONDS}
    assert len([each for each in looks if each]) == 8
    assert sum(each or 0 for each in looks) * LOOK_SECONDS + 3600 < found["TimeoutSeconds"]
    # And no more events than an execution may have.
    assert 11 * sum(each or 0 for each in looks) + 11 * len(steps) < 25000
    longest = BenchmarkSettings(requests=100, input_tokens=2000, output_tokens=450).level_seconds * 5 + 900
    most = 2 * longest // LOOK_SECONDS + sum(each or 0 for step, each in zip(steps, looks, strict=True)
                                            if step != "look_at_benchmark")  # fmt: skip
    assert 11 * (most + 60 + len(steps)) < 25000


def test_a_change_of_a_package_of_the_own_group_is_told(synthesized: Synthesized) -> None:
    pattern = synthesized.only("Events::Rule")["EventPattern"]
    assert pattern["detail-type"] == ["SageMaker Model Package State Change"]
    (prefix,) = pattern["detail"]["ModelPackageArn"]
    assert prefix == {"prefix": "arn:aws:sagemaker:us-east-1:111122223333:model-package/models-chat/"} or (
        prefix["prefix"]["Fn::Join"][1][-1].endswith(":model-package/models-chat/")
    )


def test_only_a_job_with_an_endpoint_has_a_machine_that_switches_and_only_own_people_get_a_topic(
    synthesized: Synthesized,
) -> None:
    machines = synthesized.resources("StepFunctions::StateMachine")
    assert len(machines) == len(MACHINES)
    assert synthesized.only("SNS::Subscription")["Endpoint"] == "models@example.com"
    chat = definition(synthesized, "Job-chat/Optimize")["States"]["Job"]["Result"]
    assert chat["topic"] == "arn:aws:sns:us-east-1:111122223333:alarms"


def test_functions_know_sagemaker_as_the_sdk_of_this_program_does() -> None:
    package = function_package()
    session = Session()
    session.set_config_variable("data_path", str(package / SERVICE_MODELS))
    loader = session.get_component("data_loader")
    _, path = loader.load_data_with_path("sagemaker/2017-07-24/service-2")
    assert str(package) in path
    assert (
        "TrainingPlanArns" in session.get_service_model("sagemaker").shape_for("CreateOptimizationJobRequest").members
    )
    assert {"model_optimization", "capture_converter", "aws_lambda_powertools"} <= {p.name for p in package.iterdir()}
    assert not list(package.rglob("*.pyc"))


@pytest.mark.parametrize(
    ("folder", "module"),
    [
        ("model_optimization", "model_optimization.hub_import"),
        ("capture_converter", "capture_converter"),
        ("endpoint_benchmark", "endpoint_benchmark"),
    ],
)
def test_programs_run_out_of_a_zip_file(folder: str, module: str, tmp_path: Path) -> None:
    package, file = program_package(folder), tmp_path / "code.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for each in package.rglob("*"):
            if each.is_file():
                archive.write(each, each.relative_to(package).as_posix())
    ran = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        env={"PYTHONPATH": str(file)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("usage:")
