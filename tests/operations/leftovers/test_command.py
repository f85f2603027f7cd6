"""`python -m operations leftovers`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from operations.__main__ import app
from operations.leftovers import cli
from operations.leftovers.all import LOOKS
from tests.operations.doctor.aws import DENIED, FakeAws
from tests.operations.leftovers.account import BUCKET, ENVIRONMENT, OF_STACK, everything, nothing, tagged


@pytest.fixture
def leftovers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "us-prod.yaml").write_text(ENVIRONMENT)
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str, answers: dict[str, Any], account: str = "111122223333") -> Any:
        identity = {"sts:GetCallerIdentity": {"Account": account}}
        monkeypatch.setattr(cli, "clients_of", lambda profile: FakeAws(identity | answers).client)
        return CliRunner().invoke(app, ["leftovers", "us-prod", "--folder", str(tmp_path), *arguments])

    return run


def test_nothing_left_ends_with_0(leftovers: Any) -> None:
    result = leftovers(answers=nothing())
    assert result.exit_code == 0, result.output
    assert "us-prod in 111122223333, eu-west-1, us-east-1: 0 forgotten, 0 kept, 0 not looked at" in result.output


def test_something_forgotten_ends_with_3_and_says_what_it_costs_and_how_it_goes(leftovers: Any) -> None:
    result = leftovers(answers=everything())
    assert result.exit_code == 3, result.output
    assert "volume vol-1 in eu-west-1, of the cluster us-prod: 8.00 USD a month (100 GiB)" in result.output
    assert "-> aws ec2 delete-volume --volume-id vol-1 --region eu-west-1" in result.output
    assert "Kept by keep_data: true" in result.output


def test_what_keep_data_keeps_alone_ends_with_0(leftovers: Any) -> None:
    arns = tagged({BUCKET: OF_STACK})
    result = leftovers(answers=nothing() | {"resourcegroupstaggingapi:GetResources": arns, "s3:HeadBucket": {}})
    assert (result.exit_code, "0 forgotten, 2 kept" in result.output) == (0, True)


def test_what_could_not_be_looked_at_ends_with_2(leftovers: Any) -> None:
    result = leftovers(answers=nothing() | {"fsx:DescribeBackups": DENIED})
    assert result.exit_code == 2
    assert "backups of file systems in eu-west-1: fsx:DescribeBackups is denied in eu-west-1" in result.output


def test_json_has_everything_and_nothing_else_on_standard_output(leftovers: Any) -> None:
    result = leftovers("--json", answers=everything() | {"ec2:DescribeAddresses": DENIED})
    found = json.loads(result.stdout)
    assert result.exit_code == 3
    assert {"vol-1", "vo_1", BUCKET} <= {each["id"] for each in found["leftovers"]}
    assert {each["look"] for each in found["unseen"]} == {"public addresses"}
    assert found["usd_per_month"] > 174


def test_another_account_is_refused_before_anything_is_asked(leftovers: Any) -> None:
    result = leftovers(answers=everything(), account="444455556666")
    assert (result.exit_code, "are of account 444455556666" in result.stderr) == (2, True)


def test_an_environment_that_is_not_there_is_one_message(leftovers: Any, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["leftovers", "weather", "--folder", str(tmp_path)])
    assert (result.exit_code, "Environments there: us-prod" in result.stderr) == (2, True)


def test_the_policy_allows_the_reads_and_nothing_else(leftovers: Any) -> None:
    (statement,) = json.loads(leftovers("--policy", answers={}).stdout)["Statement"]
    reads = {read.action for look in LOOKS for read in look.reads}
    assert set(statement["Action"]) == {*reads, "cloudformation:ListStacks"}


def test_the_document_tells_of_every_option() -> None:
    text = (Path(__file__).parents[3] / "docs" / "leftovers.md").read_text()
    commands: Any = get_command(app)
    known = {name for param in commands.commands["leftovers"].params for name in param.opts if name.startswith("--")}
    assert set(re.findall(r"^\| `(--[a-z-]+)", text, re.MULTILINE)) == known
