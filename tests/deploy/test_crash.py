"""An engine that has crashed: what it left running is ended, and a person reads why nothing answers."""

import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations import __main__ as command_line
from operations.errors import OperationError
from operations.local import cli
from operations.local.cdk import CdkFailedError
from operations.local.certificate import write_certificate
from operations.local.clients import client
from operations.local.orphans import end_orphans
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine, find_engine
from operations.local.turn import turn
from operations.local.workspace import Workspace

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
ROLE = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
SLEEPER = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]])"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    own = Workspace(root=tmp_path)
    own.engine.mkdir()
    return own


def members(group: int) -> list[int]:
    """Living processes of a group; one that has ended and was not reaped has no command line."""
    found = []
    for line in subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True
    ).stdout.splitlines():
        pid, of, state = line.split()
        if int(of) == group and "Z" not in state:
            found.append(int(pid))
    return found


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


def test_a_function_of_a_crashed_engine_is_ended_by_stop(tmp_path: Path) -> None:
    workspace = Workspace(root=tmp_path)
    engine = start_engine(workspace)
    try:
        start_function(engine, running := tmp_path / "running")
        assert eventually(running.exists)
        os.kill(engine.pid, signal.SIGKILL)
        assert eventually(lambda: find_engine(workspace) is None and engine.pid not in members(engine.pid))
        assert members(engine.pid)
        assert stop_engine(workspace) is True
        assert eventually(lambda: members(engine.pid) == [])  # whoever has inherited them still has to take note
        assert stop_engine(workspace) is False
    finally:
        for pid in members(engine.pid):
            os.kill(pid, signal.SIGKILL)


def start_function(engine: RunningEngine, running: Path) -> None:
    """One that says that it runs by making a file, and then sleeps."""
    code = ["import time", "def handler(*_):", f"    open({str(running)!r}, 'w').close()", "    time.sleep(60)"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "\n".join(code))
    iam, functions = (client(engine, name, account="111122223333", region="eu-central-1") for name in ("iam", "lambda"))
    role = iam.create_role(RoleName="sleeper", AssumeRolePolicyDocument=ROLE)["Role"]["Arn"]
    functions.create_function(
        FunctionName="sleeper",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": packed.getvalue()},
        Timeout=60,
    )
    functions.invoke(FunctionName="sleeper", InvocationType="Event")


@pytest.fixture
def group() -> Iterator[object]:
    """Start a process that leaves another one behind, in a group of its own; the group's number."""
    started: list[int] = []

    def start(argument: str) -> int:
        leader = subprocess.Popen([sys.executable, "-c", SLEEPER, argument], start_new_session=True)
        started.append(leader.pid)
        leader.wait(20)
        assert members(leader.pid)
        return leader.pid

    yield start
    for number in started:
        for pid in members(number):
            os.kill(pid, signal.SIGKILL)


def test_only_a_group_that_works_in_this_workspace_is_ended(workspace: Workspace, group: object) -> None:
    ours, stranger = group(f"{workspace.temporary}/worker.py"), group("/tmp/engine/worker.py")
    workspace.state.write_text(json.dumps({"pid": stranger, "port": 4566}))
    assert end_orphans(workspace, timeout=5) is False
    assert members(stranger)
    workspace.state.write_text(json.dumps({"pid": ours, "port": 4566}))
    assert end_orphans(workspace, timeout=5) is True
    assert members(ours) == []


@pytest.mark.parametrize("content", ["", '{"pid":', "[]", "null", '{"pid": null}'])
def test_a_state_file_that_says_nothing_is_no_engine(workspace: Workspace, content: str) -> None:
    workspace.state.write_text(content)
    assert stop_engine(workspace) is False


def test_a_command_that_never_ends_does_not_keep_others_waiting_for_good(workspace: Workspace) -> None:
    with turn(workspace, timeout=1), pytest.raises(OperationError, match="Another command has been starting"):
        start_engine(workspace, timeout=0.2)


@pytest.fixture
def silent(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEngine]:
    """An engine that holds its lock and whose port nobody serves."""
    write_certificate(certificate=workspace.certificate, key=workspace.key)
    workspace.log.write_text("first line\nthe last thing it said\n")
    engine = RunningEngine(workspace=workspace, pid=os.getpid(), port=9)
    monkeypatch.setattr(cli, "Workspace", lambda: workspace)
    with workspace.state.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(json.dumps({"pid": engine.pid, "port": engine.port}))
        held.flush()
        yield engine


def test_the_status_of_an_engine_that_does_not_answer_names_its_log(silent: RunningEngine, assemblies: Path) -> None:
    error = CliRunner().invoke(cli.app, ["status", "small", "--assembly", str(assemblies / "first")]).exception
    assert isinstance(error, OperationError)
    assert "does not answer" in str(error)
    assert str(error).count("the last thing it said") == 1


def test_a_deployment_that_fails_as_the_engine_crashes_says_both(
    silent: RunningEngine, assemblies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashed(*_: object, **__: object) -> None:
        raise CdkFailedError("cdk deploy ended with exit code 1.")

    monkeypatch.setattr(cli, "bootstrap", crashed)
    monkeypatch.setattr(cli, "start_engine", lambda _: silent)
    error = CliRunner().invoke(cli.app, ["up", "small", "--assembly", str(assemblies / "first")]).exception
    assert isinstance(error, OperationError)
    assert str(error).startswith(
        "cdk deploy ended with exit code 1.\nThe engine on https://127.0.0.1:9 does not answer"
    )
    assert "the last thing it said" in str(error)


def test_a_folder_that_cannot_be_written_is_one_message(
    tmp_path: Path, assemblies: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(cli, "Workspace", lambda: Workspace(root=tmp_path / "file"))
    monkeypatch.setattr(sys, "argv", ["operations", "local", "up", "small", "--assembly", str(assemblies / "first")])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"{tmp_path}/file/engine: Not a directory\n"
