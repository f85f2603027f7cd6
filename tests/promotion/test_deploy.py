"""What is handed to the CDK CLI, and what becomes of its end."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.local.assembly import Environment, read_environment
from promotion import deploy as deploy_module
from promotion.deploy import deploy
from promotion.deployed import write_deployed
from promotion.errors import GateClosedError, PromotionError
from promotion.pipeline import Stage
from promotion.rollback_alarms import rollback_alarms
from promotion.seal import seal

STAGE = Stage(environment="dev", monitoring_minutes=15)
ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:Dev-Site-Errors-1"


class Account:
    """Its stacks are deployed, or not yet."""

    def __init__(self, *, deployed: bool) -> None:
        self._deployed = deployed

    def reader(self, _service: str, _region: str) -> "Account":
        return self

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> dict[str, Any]:  # noqa: N803
        if not self._deployed:
            message = f"Stack '{StackName}' does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStackResource")
        assert LogicalResourceId.startswith("Errors")
        return {"StackResourceDetail": {"PhysicalResourceId": "Dev-Site-Errors-1"}}


class Cli:
    """Stands in for the process of the CDK CLI."""

    ends_with: int | None = 0
    command: list[str]

    def __init__(self, command: list[str], **_: object) -> None:
        Cli.command = command

    def wait(self, timeout: float) -> int:
        if Cli.ends_with is None and not hasattr(self, "_killed"):
            raise subprocess.TimeoutExpired(Cli.command, timeout)
        return Cli.ends_with or 0

    def kill(self) -> None:
        self._killed = True


@pytest.fixture
def dev(variants: Path) -> Environment:
    return read_environment(assembly=variants / "first", name="dev")


@pytest.fixture(autouse=True)
def cli(monkeypatch: pytest.MonkeyPatch) -> type[Cli]:
    monkeypatch.setattr(deploy_module.subprocess, "Popen", Cli)
    monkeypatch.setattr(Cli, "ends_with", 0)
    return Cli


def _deploy(dev: Environment, *, deployed: bool) -> list[str]:
    account: Any = Account(deployed=deployed)
    deploy(dev, account, stage=STAGE, digest=seal(dev.assembly), timeout=1)
    return Cli.command[2:]


def test_alarms_that_exist_roll_a_deployment_back(dev: Environment) -> None:
    command = _deploy(dev, deployed=True)
    assert command[:4] == ["deploy", "Dev/Foundation", "Dev/Site", "--exclusively"]
    place = command.index("--rollback-trigger-alarm-arns")
    assert command[place : place + 4] == [
        "--rollback-trigger-alarm-arns",
        ALARM,
        "--monitoring-time-minutes",
        "15",
    ]


def test_what_was_changed_after_it_was_verified_is_not_deployed(variants: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(variants / "first", tmp_path / "cdk.out"))
    digest = seal(copied)
    next(copied.glob("assembly-Dev/*Site*.template.json")).write_text("{}")
    Cli.command = []
    account: Any = Account(deployed=True)
    dev = read_environment(assembly=copied, name="dev")
    with pytest.raises(GateClosedError, match="is not what was sealed: nothing is deployed"):
        deploy(dev, account, stage=STAGE, digest=digest, timeout=1)
    assert Cli.command == []


def test_before_the_first_deployment_no_alarm_is_watched(dev: Environment) -> None:
    command = _deploy(dev, deployed=False)
    assert command[command.index("--rollback-trigger-alarm-arns") + 1] == "none"
    assert "--monitoring-time-minutes" not in command


def test_an_alarm_is_watched_in_its_own_region_only(dev: Environment) -> None:
    account: Any = Account(deployed=True)
    assert rollback_alarms(dev, account, region="us-east-1", wanted=("Site/Errors",)) == [ALARM]
    assert rollback_alarms(dev, account, region="eu-west-1", wanted=("Site/Errors",)) == []
    assert rollback_alarms(dev, account, region="us-east-1", wanted=()) == []


def test_a_deployment_that_fails_stops_the_promotion(dev: Environment, cli: type[Cli]) -> None:
    cli.ends_with = 1
    with pytest.raises(GateClosedError, match="cdk deploy of Dev ended with exit code 1"):
        _deploy(dev, deployed=True)


def test_a_deployment_that_does_not_end_is_ended(dev: Environment, cli: type[Cli]) -> None:
    cli.ends_with = None
    with pytest.raises(GateClosedError, match="did not end within 1 s, but CloudFormation goes on"):
        _deploy(dev, deployed=True)


def test_a_base_is_written_to_a_new_folder_only(dev: Environment, tmp_path: Path) -> None:
    account: Any = Account(deployed=True)
    with pytest.raises(PromotionError, match="exists already: name a new folder"):
        write_deployed(dev, account, out=tmp_path)
