"""Spaces on the engine: made, changed by a team that leaves, and taken down.

Their images have no digest in the shipped lock, so the example is synthesized here, with made-up ones. What calls the
Kubernetes API is walked through: this is about the stacks, their order and what they hand to each other. The change and
the end are asked of CloudFormation itself, which takes half the time of the CDK CLI.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from ruamel.yaml import YAML

import app as platform_app
from groundwork.environment_file import read_environments
from groundwork.spaces.size import stack_size
from operations.local.assembly import Environment, read_environment
from operations.local.clients import client
from operations.local.engine.launcher import INVENTORY_PATH
from operations.local.inventory import take_inventory
from operations.local.running_engine import RunningEngine
from stacks.platform import PlatformStage
from tests.deploy.creation import create
from tests.deploy.leftovers import added, leftovers
from tests.spaces.section import EXAMPLES, LOCK

TIMEOUT = 90.0
WAIT = {"Delay": 1, "MaxAttempts": 60}
NAME = "spaces-shared"
STACK = "SpacesShared-Spaces"
GONE = "reports"
"""The team that leaves."""


def synthesized(folder: Path, document: dict[str, Any]) -> Environment:
    """The environment of a file, without the checks: tests/policy makes those over it."""
    folder.mkdir()
    (folder / "environment.json").write_text(json.dumps(document))
    (folder / "environment.json").rename(folder / "environment.yaml")  # JSON is YAML
    (environment,) = read_environments(folder, image_lock=LOCK)
    app = cdk.App(context=platform_app.context(), outdir=str(folder / "assembly"))
    PlatformStage(app, environment=environment, image_lock=LOCK)
    return read_environment(assembly=Path(app.synth().directory), name=NAME)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The shipped example, of an environment that keeps nothing."""
    given: dict[str, Any] = YAML(typ="safe").load(EXAMPLES / f"{NAME}.yaml")
    given["cluster"]["kubernetes"]["as_of"] = str(given["cluster"]["kubernetes"]["as_of"])
    return {**given, "keep_data": False}


@pytest.fixture(scope="module")
def with_both(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return synthesized(tmp_path_factory.mktemp("spaces") / "both", document)


@pytest.fixture(scope="module")
def without_one(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    teams = [team for team in document["spaces"]["teams"] if team["name"] != GONE]
    changed = {**document, "spaces": {**document["spaces"], "teams": teams}}
    return synthesized(tmp_path_factory.mktemp("spaces") / "one", changed)


def removals(engine: RunningEngine) -> dict[str, list[str]]:
    """What the deployed stack removes at its end, and the namespaces of it."""
    held = engine.get(INVENTORY_PATH)["walked_through"]
    found: dict[str, list[str]] = {}
    for item in held:
        if item["ResourceType"] == "Custom::SpaceRemoval" and item["StackName"] == STACK:
            told = item["Properties"]
            names = told.get("Namespaces", [told["Namespace"]] if "Namespace" in told else [])
            found.setdefault(told["Removes"], []).extend(names)
    return {key: sorted(names) for key, names in found.items()}


def test_spaces_deploy_lose_a_team_and_leave_nothing(
    engine: RunningEngine,
    bootstrapped: Callable[[Environment], None],
    with_both: Environment,
    without_one: Environment,
) -> None:
    bootstrapped(with_both)
    (region,) = with_both.regions
    before = leftovers(engine, account=with_both.account, region=region)

    create(engine, with_both, timeout=TIMEOUT)
    stacks = {stack.name: stack for stack in take_inventory(engine, with_both)}
    assert {stack.status for stack in stacks.values()} == {"CREATE_COMPLETE"}
    assert "Custom::SpaceRemoval" in stacks[STACK].walked_through.values()
    both = ["spaces-analytics", "spaces-reports"]
    assert removals(engine) == {"namespace": both, "leaving-teams": both, "ingress": [], "records": []}

    cloudformation = client(engine, "cloudformation", account=with_both.account, region=region)
    changed = next(stack for stack in without_one.stacks if stack.name == STACK)
    bucket, key = f"cdk-groundwork-assets-{with_both.account}-{region}", "spaces-without-one.json"
    client(engine, "s3", account=with_both.account, region=region).upload_file(str(changed.template), bucket, key)
    cloudformation.update_stack(
        StackName=STACK, TemplateURL=f"{engine.endpoint}/{bucket}/{key}", Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig=WAIT)
    assert removals(engine) == {
        **{"namespace": both[:1], "leaving-teams": both[:1]},
        **{"ingress": [], "records": []},
    }

    for stack in reversed(with_both.stacks):
        cloudformation.delete_stack(StackName=stack.name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack.name, WaiterConfig=WAIT)
    left = added(before, leftovers(engine, account=with_both.account, region=region))
    # Left to the namespaces that they go with: a template in use would hold a deployment up.
    assert {*left} == {"walked through"}
    assert all(re.search(r"-Team\w+(Account|Templates)[0-9A-F]{8}-", name) for name in left["walked through"])


def test_the_real_stack_is_no_larger_than_the_file_is_told(with_both: Environment, document: dict[str, Any]) -> None:
    """Where the cluster is one of the platform's own."""
    (stack,) = (stack for stack in with_both.stacks if stack.name == STACK)
    (environment,) = read_environments(with_both.assembly.parent, image_lock=LOCK)
    spaces = environment.spaces
    assert spaces
    said = stack_size(spaces.teams, spaces.templates, spaces.shared_spaces)
    assert len(json.loads(stack.template.read_text())["Resources"]) <= said.resources
    assert stack.template.stat().st_size <= said.size
