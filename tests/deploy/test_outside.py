"""What needs something that is not on this machine, and how a one-off task ends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.local.assembly import AssemblyStack, Environment
from operations.local.clients import client
from operations.local.engine.task_outcomes import NOT_RUN, Outcome, TaskOutcomes
from operations.local.inventory import take_inventory
from operations.local.running_engine import RunningEngine

# An account of its own: other tests count what is left in theirs.
ACCOUNT, REGION = "444455556666", "eu-central-1"
WAIT = {"Delay": 0.2, "MaxAttempts": 50}


def template(*, digest: str, ttl: int) -> str:
    record = {"Type": "A", "TTL": str(ttl), "ResourceRecords": ["192.0.2.1"]}
    mirror = {
        "ServiceToken": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:none",
        "Source": "ghcr.io/example/gateway",
        "Digest": digest,
    }
    resources = {
        "Mirror": {"Type": "Custom::ImageMirror", "Properties": mirror},
        "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "own.example.com"}},
        "Own": {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {**record, "HostedZoneId": {"Ref": "Zone"}, "Name": "a.own.example.com"},
        },
        "Theirs": {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {**record, "HostedZoneId": "Z0123456789ABCDEFGHIJ", "Name": "a.example.com"},
        },
        "Named": {
            "Type": "AWS::Route53::RecordSet",
            "Properties": {**record, "HostedZoneName": "example.org.", "Name": "a.example.org"},
        },
    }
    return json.dumps({"Resources": resources})


@pytest.fixture(scope="module")
def stacks(engine: RunningEngine) -> Iterator[Any]:
    """CloudFormation, with the stack `outside`, created and then updated."""
    cloudformation = client(engine, "cloudformation", account=ACCOUNT, region=REGION)
    cloudformation.create_stack(StackName="outside", TemplateBody=template(digest="sha256:1", ttl=60))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="outside", WaiterConfig=WAIT)
    cloudformation.update_stack(StackName="outside", TemplateBody=template(digest="sha256:2", ttl=300))
    cloudformation.get_waiter("stack_update_complete").wait(StackName="outside", WaiterConfig=WAIT)
    yield cloudformation
    cloudformation.delete_stack(StackName="outside")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="outside", WaiterConfig=WAIT)


def environment() -> Environment:
    stack = AssemblyStack(
        name="outside", construct_path="", template=Path(), metadata=None, account=ACCOUNT, region=REGION
    )
    return Environment(assembly=Path(), stage="", stacks=(stack,))


def test_it_is_walked_through_and_told_apart_from_what_is_emulated(engine: RunningEngine, stacks: Any) -> None:
    (stack,) = take_inventory(engine, environment())
    assert stack.walked_through == {
        "Mirror": "Custom::ImageMirror",
        "Theirs": "AWS::Route53::RecordSet",
        "Named": "AWS::Route53::RecordSet",
    }
    assert stack.emulated == {"Zone": "AWS::Route53::HostedZone", "Own": "AWS::Route53::RecordSet"}


def test_a_record_in_a_zone_of_the_engine_is_in_that_zone(engine: RunningEngine, stacks: Any) -> None:
    dns = client(engine, "route53", account=ACCOUNT, region=REGION)
    (zone,) = dns.list_hosted_zones()["HostedZones"]
    records = {
        each["Name"]: each for each in dns.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    }
    assert records["a.own.example.com."]["TTL"] == 300


def test_an_outcome_is_told_by_the_name_of_the_container() -> None:
    outcomes = TaskOutcomes()
    outcomes.replace({"Release": {"exit_code": 3, "log": ["one", "two"]}})
    assert outcomes.of("Release") == Outcome(exit_code=3, log=("one", "two"))
    assert outcomes.of("Prepare") == Outcome(exit_code=0, log=(NOT_RUN,))
    assert outcomes.document() == {"Release": {"exit_code": 3, "log": ("one", "two")}}
    outcomes.replace({})
    assert outcomes.of("Release").exit_code == 0
