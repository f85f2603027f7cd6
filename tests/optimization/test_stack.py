"""What the stack of the jobs promises, beside how its state machines run."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from groundwork.optimization.optimize_steps import between_looks
from groundwork.optimization.package import SERVICE_MODELS, function_package, program_package
from rules.report import open_findings
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


def test_every_finding_of_the_checks_has_a_reason(synthesized: Synthesized) -> None:
    assert open_findings(synthesized.assembly) == []


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


@pytest.mark.parametrize("path", ["Job-chat/OptimizeStep", "Job-chat/SwitchStep", "Job-further/OptimizeStep"])
def test_roles_are_handed_to_sagemaker_only_and_actions_are_named(synthesized: Synthesized, path: str) -> None:
    found = statements(synthesized, path)
    assert found["WithItsRoles"]["Condition"] == PASSED_TO
    for statement in found.values():
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        assert statement["Resource"] != "*", statement


@pytest.mark.parametrize("path", ["Job-chat/Roles/Training", "Job-chat/Roles/Processing"])
def test_sagemaker_works_for_this_account_only_and_knows_no_wildcard_beside_questions(
    synthesized: Synthesized, path: str
) -> None:
    trust = synthesized.only("IAM::Role", path=path)["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    everywhere = {sid for sid, each in statements(synthesized, path).items() if each["Resource"] == "*"}
    assert everywhere == {"WriteMetrics", "Look"}


def test_a_job_reaches_its_own_prefixes_and_no_others(synthesized: Synthesized) -> None:
    text = json.dumps(statements(synthesized, "Job-further/"))
    assert "example-models/further/*" in text
    assert "example-heads/further/*" in text
    assert "example-data/own/*" in text
    assert "chat" not in text
    built_in = json.dumps(statements(synthesized, "Job-built-in/"))
    assert set(re.findall("s3:::([a-z0-9-]+)", built_in)) == {"example-models"}


def test_the_endpoints_role_reads_heads_and_nothing_else_of_the_results(synthesized: Synthesized) -> None:
    (policy,) = synthesized.resources("S3::BucketPolicy", path="Results").values()
    found = {s.get("Sid"): s for s in policy["PolicyDocument"]["Statement"]}
    assert found["ReadHeads"]["Action"] == "s3:GetObject"
    assert found["ReadHeads"]["Resource"]["Fn::Join"][1][-1] == "/*/draft/*"
    reader = found["ReadHeads"]["Principal"]["AWS"]["Fn::GetStackOutput"]
    assert reader["StackName"] == "Models-Inference-chat"
    assert "GetAttRole" in reader["OutputName"]
    key = synthesized.only("KMS::Key")["KeyPolicy"]["Statement"]
    assert [s["Action"] for s in key if s.get("Sid") == "DecryptHeads"] == ["kms:Decrypt"]


def test_converted_captures_are_deleted_and_have_no_key_that_sagemaker_refuses(synthesized: Synthesized) -> None:
    found = synthesized.only("S3::Bucket", path="TrainingData")
    (rule,) = [r for r in found["LifecycleConfiguration"]["Rules"] if r.get("Prefix") == "models-chat/"]
    assert rule["ExpirationInDays"] == 90
    (encryption,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


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
