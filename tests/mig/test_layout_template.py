"""What the template gives the change of layouts: rights, place, and what the guard is told."""

import json
from pathlib import Path
from typing import Any

import cfnlint
import pytest
from botocore.exceptions import ClientError

from eks_api.api_server import ApiServerError
from groundwork.mig.layout_access import GROUP, layout_access
from tests.gateway.iam_policy import allows
from tests.mig.layout_app import LAYOUTS, definition, resources

AREA = "eu-central-1:111122223333"
KUBERNETES = f"arn:aws:eks:{AREA}:cluster/training"
ENTRY = f"arn:aws:eks:{AREA}:access-entry/training/role/111122223333/nodes/01234567-89ab-cdef-0123-456789abcdef"
KEY = f"arn:aws:kms:{AREA}:key/11111111-2222-3333-4444-555555555555"
SAGEMAKER = "sagemaker.eu-central-1.amazonaws.com"
VIA = {"aws:ViaAWSService": "true"}
"""What IAM sees where a service calls on behalf of the role."""


def statements(role: str) -> list[dict[str, Any]]:
    """Of the policy of the role whose logical id begins so."""
    found = [
        statement
        for policy in resources("AWS::IAM::Policy")
        if any(each["Ref"].startswith(role) for each in policy["Roles"])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    assert found
    return found


def beside_logs(role: str) -> list[dict[str, Any]]:
    return [each for each in statements(role) if "logs:PutLogEvents" not in each["Action"]]


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("sagemaker:DescribeCluster", f"arn:aws:sagemaker:{AREA}:cluster/abcdefghijkl", {}),
        ("sagemaker:UpdateCluster", f"arn:aws:sagemaker:{AREA}:cluster/abcdefghijkl", {}),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/nodes", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
        *(
            (f"eks:{action}", resource, VIA)
            for action, resource in (
                ("DescribeCluster", KUBERNETES),
                ("CreateAccessEntry", KUBERNETES),
                ("DescribeAccessEntry", ENTRY),
                ("DeleteAccessEntry", ENTRY),
                ("AssociateAccessPolicy", ENTRY),
            )
        ),
        ("kms:DescribeKey", KEY, {"kms:ViaService": SAGEMAKER}),
        ("kms:CreateGrant", KEY, {"kms:ViaService": SAGEMAKER, "kms:GrantIsForAWSResource": "true"}),
    ],
)
def test_the_steps_may_do_what_they_do_and_sagemaker_for_them(action, resource, context) -> None:
    assert allows(statements("ChangeRole"), action=action, resource=resource, context=context)


def test_nothing_is_missing_that_cloudformation_needs_for_the_same_call() -> None:
    """Its schema names what UpdateCluster calls in turn; images of one's own, tags and other calls are not for here."""
    schemas = Path(cfnlint.__file__).parent / "data" / "schemas" / "resources"
    found = (
        json.loads(text) for file in schemas.iterdir() if '"AWS::SageMaker::Cluster"' in (text := file.read_text())
    )
    (schema,) = [each for each in found if each["typeName"] == "AWS::SageMaker::Cluster"]
    needed = {action for action in schema["handlers"]["update"]["permissions"] if not action.startswith("ec2:")}
    others = "UpdateClusterSoftware BatchAddClusterNodes BatchDeleteClusterNodes AddTags DeleteTags ListTags".split()
    given = {action for each in statements("ChangeRole") for action in as_list(each["Action"])}
    assert needed - {f"sagemaker:{name}" for name in others} == {a for a in given if not a.startswith("logs:")}


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("sagemaker:DeleteCluster", f"arn:aws:sagemaker:{AREA}:cluster/abcdefghijkl", {}),
        ("sagemaker:BatchDeleteClusterNodes", f"arn:aws:sagemaker:{AREA}:cluster/abcdefghijkl", {}),
        ("sagemaker:UpdateCluster", "arn:aws:sagemaker:eu-central-1:444455556666:cluster/abcdefghijkl", {}),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/other", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/nodes", {"iam:PassedToService": "ec2.amazonaws.com"}),
        ("eks:CreateAccessEntry", KUBERNETES, {}),
        ("eks:AssociateAccessPolicy", ENTRY, {"aws:ViaAWSService": "false"}),
        ("eks:CreateAccessEntry", KUBERNETES.replace("training", "other"), VIA),
        ("eks:AssociateAccessPolicy", ENTRY.replace("/training/", "/other/"), VIA),
        ("kms:CreateGrant", KEY, {"kms:ViaService": SAGEMAKER}),
        ("kms:CreateGrant", KEY, {"kms:GrantIsForAWSResource": "true"}),
        ("kms:Decrypt", KEY, {"kms:ViaService": SAGEMAKER, "kms:GrantIsForAWSResource": "true"}),
    ],
)
def test_the_steps_may_do_nothing_else(action, resource, context) -> None:
    assert not allows(statements("ChangeRole"), action=action, resource=resource, context=context)


def test_the_rollout_may_start_this_state_machine_and_look_at_its_end() -> None:
    (start,), (look,) = beside_logs("RolloutJobStartRole"), beside_logs("RolloutJobDoneRole")
    assert (start["Action"], look["Action"]) == ("states:StartExecution", "states:DescribeExecution")
    assert start["Resource"]["Ref"].startswith("ChangeStateMachine")
    assert "ChangeStateMachine" in str(look["Resource"])


def test_the_guard_may_look_at_its_own_stack_and_do_nothing_else() -> None:
    (own,) = beside_logs("GuardJobStartRole")
    assert (own["Action"], own["Resource"]) == ("cloudformation:DescribeStacks", {"Ref": "AWS::StackId"})
    assert beside_logs("GuardJobDoneRole") == []


def test_in_kubernetes_it_may_see_and_close_nodes_and_evict_pods() -> None:
    role, binding = layout_access()
    rights = {(resource, verb) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]}
    assert rights == {("nodes", "list"), ("nodes", "patch"), ("pods", "list"), ("pods/eviction", "create")}
    assert binding["subjects"] == [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": GROUP}]
    (entry,) = resources("AWS::EKS::AccessEntry")
    assert entry["KubernetesGroups"] == [GROUP]
    assert entry["PrincipalArn"]["Fn::GetAtt"][0].startswith("ChangeRole")
    assert "AccessPolicies" not in entry


def test_its_kubernetes_objects_are_valid() -> None:
    validate = pytest.importorskip("kubernetes_validate")
    for manifest in layout_access():
        validate.validate(manifest, "1.34", strict=True)


def test_the_steps_run_in_the_vpc_with_the_clusters_address_and_no_secret() -> None:
    (function,) = [each for each in resources("AWS::Lambda::Function") if "VpcConfig" in each]
    assert (function["VpcConfig"]["SecurityGroupIds"], function["VpcConfig"]["SubnetIds"]) == (
        ["sg-0000000a"],
        ["subnet-0000000a"],
    )
    assert function["Handler"] == "mig_layout_change.handler.step"
    assert function["Environment"]["Variables"] == {
        "EKS_CLUSTER": "training",
        "EKS_ENDPOINT": "https://0123.gr7.eu-central-1.eks.amazonaws.com",
        "EKS_AUTHORITY": "Y2VydGlmaWNhdGU=",
        "HYPERPOD_CLUSTER": "training",
        "POWERTOOLS_SERVICE_NAME": "mig-layout-change",
    }


def test_the_guard_is_told_every_layout_and_what_may_change() -> None:
    (guard,) = resources("Custom::MigLayoutGuard")
    assert guard["Layouts"] == {"small": "all-1g.10gb", "mixed": LAYOUTS["mixed"].config_name}
    assert guard["MayChange"] == ["mixed"]
    assert guard["ServiceTimeout"] == "300"


def test_the_rollout_is_told_what_each_node_then_offers() -> None:
    (rollout,) = resources("Custom::MigLayouts")
    assert rollout["Layouts"] == {
        "small": {"Layout": "all-1g.10gb", "Resources": {"nvidia.com/mig-1g.10gb": 56}},
        "mixed": {
            "Layout": LAYOUTS["mixed"].config_name,
            "Resources": {"nvidia.com/gpu": 1, "nvidia.com/mig-1g.10gb": 7},
        },
    }
    assert rollout["Custom"] == ["mixed"]
    assert rollout["ServiceTimeout"] == "3600"


def test_every_task_has_a_time_out_and_repeats_what_may_pass() -> None:
    tasks = [state for state in definition()["States"].values() if state["Type"] == "Task"]
    assert len(tasks) == 8
    for task in tasks:
        assert task["TimeoutSeconds"] == 300
        repeated = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
        assert {ApiServerError.__name__, ClientError.__name__} <= repeated


def test_every_state_can_be_reached_and_every_way_ends() -> None:
    states = definition()["States"]
    ends = {name for name, state in states.items() if state["Type"] in ("Succeed", "Fail")}
    ways = {
        name: {state.get("Next"), state.get("Default")}
        | {each["Next"] for each in (*state.get("Choices", ()), *state.get("Catch", ()))}
        for name, state in states.items()
    }
    assert ends == {"Changed", "NotChanged", "Broken", "NotPartitioned"}
    reached = {definition()["StartAt"]}
    while more := {way for name in reached for way in ways[name] if way} - reached:
        reached |= more
    assert reached == set(states)


def test_logs_and_traces_of_the_state_machine_are_kept() -> None:
    (machine,) = [each for each in resources("AWS::StepFunctions::StateMachine") if "LoggingConfiguration" in each]
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert all("KmsKeyId" in each for each in resources("AWS::Logs::LogGroup"))
