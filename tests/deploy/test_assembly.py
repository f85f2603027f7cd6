"""Reading an assembly, and reading the events of a deployment."""

import json
from pathlib import Path
from typing import Any

import pytest

from operations.errors import OperationError
from operations.local.assembly import AssemblyStack, read_environment, stage_id
from operations.local.diagnosis import first_failure

STACK = AssemblyStack(
    name="Dev-Network",
    construct_path="Dev/Network",
    template=Path("/nonexistent"),
    metadata=None,
    account="111122223333",
    region="eu-central-1",
)


@pytest.mark.parametrize(("name", "stage"), [("dev", "Dev"), ("us-prod", "UsProd"), ("prod2", "Prod2")])
def test_an_environment_is_the_stage_of_its_name_in_pascal_case(name: str, stage: str) -> None:
    assert stage_id(name) == stage


def test_stacks_and_regions_of_an_environment(assemblies: Path) -> None:
    environment = read_environment(assembly=assemblies / "first", name="small")
    assert [stack.name for stack in environment.stacks] == ["Small-Foundation", "Small-Network", "Small-Edge"]
    assert environment.account == "111122223333"
    assert environment.regions == ("eu-central-1", "us-east-1")


def test_the_construct_behind_a_logical_id(assemblies: Path) -> None:
    foundation = read_environment(assembly=assemblies / "first", name="small").stacks[0]
    assert foundation.construct_path_of("Budget") == "Small/Foundation/Budget"
    assert foundation.construct_path_of("Nothing") == ""


def test_a_missing_assembly_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=f"{tmp_path}/manifest.json does not exist: synthesize first"):
        read_environment(assembly=tmp_path, name="dev")


def test_an_unknown_environment_lists_the_known_ones(assemblies: Path) -> None:
    with pytest.raises(OperationError, match=r"has no Stage Prod\. Stages in it: Small"):
        read_environment(assembly=assemblies / "first", name="prod")


@pytest.mark.parametrize("where", ["aws://unknown-account/eu-central-1", "aws://111122223333/unknown-region"])
def test_a_stack_without_a_definite_place_is_refused(tmp_path: Path, where: str) -> None:
    properties = {"stackName": "Dev-Network", "templateFile": "a.json"}
    stack = {"type": "aws:cloudformation:stack", "environment": where, "properties": properties, "displayName": "a"}
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": ".", "displayName": "Dev"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"a": stack, "b": stage}}))
    with pytest.raises(OperationError, match="Stack Dev-Network: its environment is"):
        read_environment(assembly=tmp_path, name="dev")


def _event(logical_id: str, status: str, reason: str = "") -> dict[str, Any]:
    own = logical_id == STACK.name
    return {
        "StackName": STACK.name,
        "StackId": "stack-id",
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": "stack-id" if own else "",
        "ResourceType": "AWS::CloudFormation::Stack" if own else "AWS::EC2::VPC",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def _first_failure(events: list[dict[str, Any]], tmp_path: Path) -> str:
    template = tmp_path / "template.json"
    template.write_text("{}")
    stack = AssemblyStack(**{**STACK.__dict__, "template": template})
    found = first_failure(stack, list(reversed(events)))
    return found.reason if found else ""


def test_the_first_failure_is_the_cause_not_the_consequence(tmp_path: Path) -> None:
    events = [
        _event(STACK.name, "CREATE_IN_PROGRESS"),
        _event("Vpc", "CREATE_FAILED", "the cause"),
        _event("Subnet", "CREATE_FAILED", "Resource creation cancelled"),
        _event(STACK.name, "ROLLBACK_IN_PROGRESS"),
        _event(STACK.name, "ROLLBACK_COMPLETE"),
    ]
    assert _first_failure(events, tmp_path) == "the cause"


def test_a_failure_of_an_earlier_operation_does_not_count(tmp_path: Path) -> None:
    events = [
        _event("Vpc", "UPDATE_FAILED", "an old story"),
        _event(STACK.name, "UPDATE_ROLLBACK_COMPLETE"),
        _event(STACK.name, "UPDATE_IN_PROGRESS"),
        _event("Vpc", "UPDATE_FAILED", "the cause"),
        _event(STACK.name, "UPDATE_ROLLBACK_IN_PROGRESS"),
        _event(STACK.name, "UPDATE_ROLLBACK_COMPLETE"),
    ]
    assert _first_failure(events, tmp_path) == "the cause"
    assert _first_failure([*events[:2], _event(STACK.name, "UPDATE_COMPLETE")], tmp_path) == ""
