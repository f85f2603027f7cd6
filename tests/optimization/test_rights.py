"""What the roles of a job may do, and where its containers run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.optimization.optimization_app import (
    INFERENCE,
    LMI,
    MODEL,
    OWN_KEY,
    SECTION,
    add_optimization,
    job,
    new_app,
)
from tests.optimization.synthesized import Synthesized
from tests.optimization.test_stack import definition

PASSED_TO = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def statements(synthesized: Synthesized, path: str) -> dict[str, dict[str, Any]]:
    """By their Sid, of the policies below a path."""
    policies = synthesized.resources("IAM::Policy", path=path).values()
    return {s["Sid"]: s for policy in policies for s in policy["PolicyDocument"]["Statement"] if "Sid" in s}


@pytest.mark.parametrize("path", ["Job-chat/OptimizeStep", "Job-chat/SwitchStep", "Job-further/OptimizeStep"])
def test_roles_are_handed_to_sagemaker_only_and_actions_are_named(synthesized: Synthesized, path: str) -> None:
    found = statements(synthesized, path)
    assert found["WithItsRoles"]["Condition"] == PASSED_TO
    for statement in found.values():
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        assert statement["Resource"] != "*" or statement["Sid"] == "LookForConversions", statement


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


def test_what_belongs_to_a_job_alone_is_used_by_it_alone(synthesized: Synthesized) -> None:
    job = definition(synthesized, "Job-further/Optimize")["States"]["Job"]["Result"]
    assert (job["subnets"], job["security_groups"]) == (["subnet-0000000f"], ["sg-0000000f"])
    assert job["output_key"] == OWN_KEY
    training = statements(synthesized, "Job-further/Roles/Training")
    assert training["ResultsKey"]["Resource"] == OWN_KEY
    assert "subnet-0000000f" in json.dumps(training["PlaceInterfaces"])
    assert "subnet-0000000a" not in json.dumps(training["PlaceInterfaces"])
    assert statements(synthesized, "Job-further/OptimizeStep")["ReadWithOwnKey"]["Resource"] == OWN_KEY
    assert OWN_KEY not in json.dumps(statements(synthesized, "Job-chat/"))


def test_instances_of_one_job_reach_each_other(synthesized: Synthesized) -> None:
    (ingress,) = synthesized.resources("EC2::SecurityGroupIngress").values()
    assert (ingress["IpProtocol"], ingress["GroupId"]) == ("-1", ingress["SourceSecurityGroupId"])


def test_the_one_who_switches_has_what_the_endpoint_needs(synthesized: Synthesized) -> None:
    found = statements(synthesized, "Job-chat/SwitchStep")
    assert found["LookForOtherSwitches"]["Resource"].endswith(":stateMachine:models-chat-switch")
    plan = statements(synthesized, "Job-further/OptimizeStep")["TrainInPlan"]
    assert plan["Resource"].endswith(":training-plan/plan")


def test_a_key_of_a_jobs_own_and_a_package_of_another_group_can_be_used(tmp_path: Path) -> None:
    first, *_ = INFERENCE["endpoints"]
    package = "arn:aws:sagemaker:us-east-1:111122223333:model-package/others/3"
    model = {"source": "package", "arn": package, "weights": MODEL["uri"], "image": LMI}
    endpoint = {key: value for key, value in first.items() if key not in ("image", "environment")} | {"model": model}
    app = new_app(tmp_path)
    stack = add_optimization(app, {**SECTION, "jobs": [job(key=OWN_KEY)]}, {"endpoints": [endpoint]})
    app.synth()
    resources: dict[str, Any] = {}
    for file in tmp_path.glob("assembly-Models/*.template.json"):
        resources |= {file.name: json.loads(file.read_text())["Resources"]}
    (role,) = [text for name, text in resources.items() if "Inferencechat" in name]
    policies = [r["Properties"]["PolicyDocument"] for r in role.values() if r["Type"] == "AWS::IAM::Policy"]
    found = {each["Sid"]: each for policy in policies for each in policy["Statement"] if "Sid" in each}
    assert found["DecryptHeads"] == {
        "Sid": "DecryptHeads",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": OWN_KEY,
    }
    own = Synthesized(assembly=tmp_path, template={"Resources": resources[stack.template_file]})
    for step in ("OptimizeStep", "SwitchStep"):
        assert statements(own, f"Job-chat/{step}")["ServedPackage"]["Resource"] == package
