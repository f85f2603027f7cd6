"""`python -m operations quotas` over the shipped environment of Canada."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.errors import OperationError
from operations.quotas import cli

OPUS = "Cross-region model inference tokens per minute for Anthropic Claude Opus 4.5"


def run(monkeypatch: pytest.MonkeyPatch, assembly: Path, *, quota: float):
    monkeypatch.setattr(cli, "_listed", lambda region, account: [{"QuotaName": OPUS, "Value": quota}])
    monkeypatch.setenv("COLUMNS", "250")
    return CliRunner().invoke(app, ["quotas", "canada", "--assembly", str(assembly)])


def test_a_quota_that_depends_on_the_share_of_output_says_which(
    monkeypatch: pytest.MonkeyPatch, assembly: Path
) -> None:
    result = run(monkeypatch, assembly, quota=1_200_000)
    assert result.exit_code == 0, result.output
    assert "at most 50% of the tokens are output" in result.output
    assert "400,000" in result.output


def test_a_quota_that_is_too_small_ends_with_2(monkeypatch: pytest.MonkeyPatch, assembly: Path) -> None:
    result = run(monkeypatch, assembly, quota=399_999)
    assert result.exit_code == 2
    assert "too small" in result.output


def test_an_environment_without_models_needs_no_account(assembly: Path) -> None:
    result = CliRunner().invoke(app, ["quotas", "dev", "--assembly", str(assembly)])
    assert result.exit_code == 0
    assert "no model of Bedrock" in result.output


def test_missing_credentials_are_said_in_one_line(monkeypatch: pytest.MonkeyPatch, assembly: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    result = CliRunner().invoke(app, ["quotas", "canada", "--assembly", str(assembly)])
    assert isinstance(result.exception, OperationError)
    assert "cannot be read" in str(result.exception)
