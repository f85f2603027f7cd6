"""The bootstrap policy of every example covers all that its templates hold, and opens no way to more rights."""

import json
from pathlib import Path

import pytest

from operations.local.assembly import read_environment
from promotion.bootstrap.execution_policy import ExecutionPolicy, execution_policy
from promotion.bootstrap.policy_size import LARGEST, MOST, size
from promotion.bootstrap.resource_permissions import actions_of
from promotion.synthesized import environment_names
from review.assembly import Resource
from review.escalation import Reach, escalations
from review.roles import Role
from review.statement import read_statements
from rules.template import Template
from tests.promotion.iam import allowed

# What the examples have beside the others whose images nobody has locked yet.
UNLOCKED = """
    AWS::EKS::PodIdentityAssociation AWS::FSx::FileSystem AWS::Lambda::Permission AWS::SQS::Queue AWS::SQS::QueuePolicy
    AWS::ServiceDiscovery::PrivateDnsNamespace AWS::ServiceDiscovery::Service
""".split()
DROPPED = ("iam:", "sts:")
"""Held to names and conditions, or not granted at all: tests/promotion/test_execution_policy.py."""


@pytest.fixture(scope="module")
def policies(assembly: Path) -> dict[str, tuple[set[str], ExecutionPolicy]]:
    """The resource types and the policy of each environment, by name."""
    found: dict[str, tuple[set[str], ExecutionPolicy]] = {}
    for name in environment_names(assembly):
        stacks = read_environment(assembly=assembly, name=name).stacks
        bodies = [json.loads(stack.template.read_text()) for stack in stacks]
        types = {resource["Type"] for body in bodies for resource in body["Resources"].values()}
        found[name] = types, execution_policy(stacks, account=stacks[0].account, qualifier="groundwork")
    return found


def test_every_resource_type_of_every_example_is_covered(
    policies: dict[str, tuple[set[str], ExecutionPolicy]],
) -> None:
    assert {"dev", "staging", "prod", "gateway-edge", "partitions", "endpoints"} <= set(policies)
    for name, (types, made) in policies.items():
        granted = {a for p in made.policies for s in p["Statement"] if s["Effect"] == "Allow" for a in s["Action"]}
        for kind in types:
            needed = {action for action in actions_of(kind) if not action.startswith(DROPPED)}
            assert needed <= granted, f"{name}: {kind}"
        where = {"aws__RequestedRegion": made.regions[0], "iam__PermissionsBoundary": "x"}
        assert allowed(made.policies, "kms:CreateKey", **where) is ("AWS::KMS::Key" in types)


@pytest.mark.parametrize("kind", UNLOCKED)
def test_types_of_examples_without_locked_images_are_known(kind: str) -> None:
    assert actions_of(kind)


def test_every_policy_fits_and_names_no_whole_service(
    policies: dict[str, tuple[set[str], ExecutionPolicy]],
) -> None:
    for name, (_, made) in policies.items():
        assert len(made.policies) <= MOST, name
        assert max(map(size, (*made.policies, made.boundary))) <= LARGEST, name
        grants = [s for policy in made.policies for s in policy["Statement"] if s["Effect"] == "Allow"]
        assert not [action for s in grants for action in s["Action"] if "*" in action], name


def test_no_known_way_to_more_rights_is_open(policies: dict[str, tuple[set[str], ExecutionPolicy]]) -> None:
    for name, (_, made) in policies.items():
        found = {e.path.name: e for e in escalations(_role(list(made.policies)))}
        assert {path for path, e in found.items() if e.reach == Reach.OPEN} == set(), name
        assert {"CreateAccessKey", "AttachUserPolicy", "PutGroupPolicy", "SetDefaultPolicyVersion"}.isdisjoint(found)
    # The same question about what the CDK gives when nobody says otherwise.
    administrator = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    assert [e.reach for e in escalations(_role([administrator]))] == [Reach.OPEN]


def _role(policies: list[dict]) -> Role:
    template = Template("policy.json", {}, stack="Bootstrap", account=None, region=None)
    statements = tuple(s for policy in policies for s in read_statements(template, policy))
    resource = Resource(stack="Bootstrap", id="Role", type="AWS::IAM::Role", path="Role", properties={}, body={})
    return Role(resource=resource, trust=(), statements=statements, managed=(), boundary_name="", boundary=None)
