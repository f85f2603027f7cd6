"""The program: its exit codes, and the message that a processing job hands on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from capture_converter import __main__ as program
from tests.handlers.capture_converter.captures import chat, line, said

LAMBDA = Path(program.__file__).parents[1]


@pytest.fixture(autouse=True)
def message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "output/message"
    path.parent.mkdir()
    monkeypatch.setattr(program, "EXIT_MESSAGE", path)
    return path


def source(folder: Path, *lines: bytes) -> str:
    path = folder / "in/a.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path.parent)


def test_it_runs_as_a_module_with_nothing_but_its_folder(tmp_path: Path) -> None:
    given = ["--source", source(tmp_path, line(chat("Why?"), said("So."))), "--target", str(tmp_path / "out")]
    command = [sys.executable, "-m", "capture_converter", "convert", *given]
    environment = {**os.environ, "PYTHONPATH": str(LAMBDA)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["lines"] == 1
    check = [sys.executable, "-m", "capture_converter", "validate", "--source", str(tmp_path / "out/train")]
    subprocess.run([*check, "--format", "openai_chat"], env=environment, timeout=60, check=True)


def test_nothing_to_train_on_is_a_failure(tmp_path: Path, message: Path) -> None:
    target = str(tmp_path / "out")
    assert program.main(["convert", "--source", source(tmp_path, b"{"), "--target", target]) == 1
    assert message.read_text().startswith("nothing to train on")


def test_wrong_settings_are_named(tmp_path: Path, message: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"format": "alpaca"}')
    given = ["convert", "--source", source(tmp_path), "--target", str(tmp_path / "out"), "--settings", str(settings)]
    assert program.main(given) == 2
    assert message.read_text().startswith("settings: format: 'alpaca' is not allowed")


def test_another_kind_of_address_is_refused(message: Path) -> None:
    assert program.main(["validate", "--source", "https://example.com/x", "--format", "sharegpt"]) == 2
    assert "s3://bucket/prefix or a folder" in message.read_text()


def test_a_bad_data_set_fails_and_the_message_names_lines(tmp_path: Path, message: Path) -> None:
    given = ["validate", "--source", source(tmp_path, *[b"{"] * 50), "--format", "sharegpt", "--tolerance", "0.5"]
    assert program.main(given) == 1
    assert "50 of 50 lines in 1 files are bad" in message.read_text()
    assert "a.jsonl:1: no JSON" in message.read_text()
    assert message.stat().st_size <= 1000


def test_a_tolerance_of_everything_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(["validate", "--source", ".", "--format", "sharegpt", "--tolerance", "1"])
    assert stopped.value.code == 2
    assert "less than 1" in capsys.readouterr().err
