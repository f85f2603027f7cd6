"""`python -m operations doctor`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.doctor import cli
from operations.doctor.checks.all import CHECKS
from tests.operations.doctor.account import quota, ready
from tests.operations.doctor.aws import DENIED, FakeAws, Refused
from tests.operations.doctor.world import EVERYTHING


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "all.yaml").write_text(EVERYTHING)
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str, answers: dict[str, Any] | None = None, account: str = "111122223333") -> Any:
        identity = {"sts:GetCallerIdentity": {"Account": account, "Arn": "arn:aws:iam::111122223333:role/x"}}
        aws = FakeAws(ready() | identity | (answers or {}))
        monkeypatch.setattr(cli, "clients_of", lambda profile: aws.client)
        return CliRunner().invoke(app, ["doctor", "all", "--folder", str(tmp_path), *arguments])

    return run


def test_an_account_that_is_ready_ends_with_0(doctor: Any) -> None:
    result = doctor()
    assert result.exit_code == 0, result.output
    assert "all in 111122223333, us-east-1: 1 warn, " in result.output


def test_what_will_fail_ends_with_1_and_says_what_to_do(doctor: Any) -> None:
    result = doctor(answers={"ssm:GetParameter": Refused("ParameterNotFound")})
    assert result.exit_code == 1
    assert "cdk bootstrap aws://111122223333/us-east-1" in result.output


def test_a_failure_outranks_what_is_not_known(doctor: Any) -> None:
    answers = {"ssm:GetParameter": Refused("ParameterNotFound"), "eks:DescribeClusterVersions": DENIED}
    assert doctor(answers=answers).exit_code == 1


def test_what_could_not_be_looked_at_ends_with_2(doctor: Any) -> None:
    result = doctor(answers={"eks:DescribeClusterVersions": DENIED})
    assert result.exit_code == 2
    assert "allow eks:DescribeClusterVersions" in result.output


def test_json_has_every_finding_and_nothing_else_on_standard_output(doctor: Any) -> None:
    listed = {"Quotas": [quota("L-00000001", "ml.m7i.4xlarge for cluster usage", 0)]}
    result = doctor("--json", answers={"service-quotas:ListServiceQuotas": listed})
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["counts"]["fail"] == 1
    assert {finding["check"] for finding in found["findings"]} == {check.name for check in CHECKS}
    (short,) = [finding for finding in found["findings"] if finding["verdict"] == "fail"]
    assert "--quota-code L-00000001 --desired-value 2 --region us-east-1" in short["remedy"]


def test_one_check_can_be_run_alone(doctor: Any) -> None:
    found = json.loads(doctor("--json", "--only", "bootstrap", "--only", "subnets").stdout)
    assert {finding["check"] for finding in found["findings"]} == {"bootstrap", "subnets"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--only", "weather"), "no such check. Checks: bootstrap"),
        (("--folder", "nowhere"), "Environments there: none"),
        (("--region", "Virginia"), "region"),
    ],
)
def test_bad_input_ends_with_2_in_one_message(doctor: Any, arguments: tuple[str, ...], words: str) -> None:
    result = doctor(*arguments)
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert "Traceback" not in result.output


def test_credentials_of_another_account_are_refused_before_anything_is_asked(doctor: Any) -> None:
    result = doctor(account="444455556666")
    assert result.exit_code == 2
    assert "The credentials are of account 444455556666; the environment goes to 111122223333." in result.stderr


def test_credentials_that_end_while_it_runs_end_with_2(doctor: Any) -> None:
    result = doctor(answers={"eks:DescribeClusterVersions": Refused("ExpiredTokenException", "ended")})
    assert (result.exit_code, "ExpiredTokenException" in result.stderr) == (2, True)


def test_another_region_is_asked_instead_of_the_files(doctor: Any) -> None:
    result = doctor("--json", "--region", "eu-west-1", "--only", "bootstrap")
    assert [finding["subject"] for finding in json.loads(result.stdout)["findings"]] == [
        "bootstrap of eu-west-1",
        "bootstrap of us-east-1",
    ]


def test_the_policy_is_printed_without_an_account(doctor: Any) -> None:
    result = doctor("--policy", answers={"sts:GetCallerIdentity": DENIED})
    assert result.exit_code == 0
    assert json.loads(result.stdout)["Version"] == "2012-10-17"


def test_a_profile_that_is_not_there_and_missing_credentials_are_one_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    folder = str(Path(__file__).parents[3] / "environments")
    for arguments in (["--profile", "nobody"], []):
        result = CliRunner().invoke(app, ["doctor", "dev", "--folder", folder, *arguments])
        assert result.exit_code == 2
        assert "credentials" in result.stderr or "nobody" in result.stderr
