"""What a person sees of `python -m operations local`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.errors import OperationError
from operations.local import cli
from operations.local.workspace import Workspace


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    own = Workspace(root=tmp_path)
    monkeypatch.setattr(cli, "Workspace", lambda: own)
    return own


def test_down_without_an_engine_is_no_error() -> None:
    result = CliRunner().invoke(cli.app, ["down"])
    assert (result.exit_code, result.output) == (0, "No engine was running.\n")


def test_status_without_an_engine_says_how_to_start_one() -> None:
    assert "make local" in CliRunner().invoke(cli.app, ["status"]).output


def test_logs_without_an_engine_is_refused(workspace: Workspace) -> None:
    result = CliRunner().invoke(cli.app, ["logs"])
    assert isinstance(result.exception, OperationError)
    assert str(workspace.log) in str(result.exception)


def test_up_checks_the_environment_before_it_starts_an_engine(assemblies: Path, workspace: Workspace) -> None:
    result = CliRunner().invoke(cli.app, ["up", "prod", "--assembly", str(assemblies / "first")])
    assert "has no Stage Prod" in str(result.exception)
    assert not workspace.engine.exists()


def test_up_ends_a_deployment_that_hangs_and_names_what_it_waits_for(assemblies: Path, workspace: Workspace) -> None:
    arguments = ["up", "hanging", "--assembly", str(assemblies / "hanging"), "--timeout", "15"]
    result = CliRunner().invoke(cli.app, arguments)
    CliRunner().invoke(cli.app, ["down"])
    message = str(result.exception)
    assert "cdk deploy did not end within 15 s" in message
    assert "Still working on Hanging-Silence: Silence [AWS::CloudFormation::CustomResource]" in message
    assert f"Log of the engine: {workspace.log}" in message
