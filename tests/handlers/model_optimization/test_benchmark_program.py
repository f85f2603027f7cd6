"""The program of the Processing job, as it arrives there: a zip file, an image with AIPerf, and a role."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

import pytest

from endpoint_benchmark import __main__ as program
from endpoint_benchmark.aiperf import Load, command
from model_optimization.benchmark_report import from_aiperf
from tests.conftest import ROOT
from tests.handlers.model_optimization.benchmark_endpoint import CREDENTIALS_PATH, FakeEndpoint, serving

PACKAGE = ROOT / "lambda" / "endpoint_benchmark"
AIPERF = ROOT / "tests" / "handlers" / "model_optimization" / "benchmark_aiperf.py"


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the job gets: the package and the libraries that its list names, nothing else."""
    target = tmp_path_factory.mktemp("code") / "code.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for file in PACKAGE.glob("*.py"):
            archive.write(file, f"endpoint_benchmark/{file.name}")
        for name in (PACKAGE / "distributions.txt").read_text().split():
            for path in distribution(name).files or ():
                if path.suffix == ".py":
                    archive.write(str(path.locate()), str(path))
    return target


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of programs with `aiperf` in it."""
    target = tmp_path_factory.mktemp("bin") / "aiperf"
    target.write_text(f'#!/bin/sh\nexec {sys.executable} {AIPERF} "$@"\n')
    target.chmod(0o755)
    return target.parent


def run(
    code: Path, programs: Path | None, fake: FakeEndpoint, output: Path, *more: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    arguments = ["--endpoint", "chat", "--region", "ca-central-1", "--runtime-url", fake.url, "--output", str(output)]
    variables: Mapping[str, str] = {
        "PATH": f"{programs}:/usr/bin:/bin" if programs else "/nowhere",
        "PYTHONPATH": str(code),
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{fake.url}{CREDENTIALS_PATH}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(output),
        **environment,
    }
    # Without the packages of this environment: the zip file has to be enough.
    line = [sys.executable, "-S", "-m", "endpoint_benchmark", *arguments, *more]
    return subprocess.run(line, env=variables, timeout=60, capture_output=True, text=True, check=False)


def test_the_job_measures_every_concurrency_and_keeps_totals_only(code: Path, image: Path, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_text('{"text": "Why?"}\n{"text": "How?"}\n')
    output = tmp_path / "output"
    with serving(FakeEndpoint()) as fake:
        done = run(code, image, fake, output, "--concurrency", "1,4", "--requests", "6", "--prompts", str(prompts))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "measured chat at concurrency 1, 4"
    assert [str(each.relative_to(output)) for each in sorted(output.rglob("*")) if each.is_file()] == [
        "concurrency-1/profile_export_aiperf.json",
        "concurrency-4/profile_export_aiperf.json",
    ]
    assert [body["messages"][0]["content"] for _, _, body in fake.requests].count("Why?") == 6
    exports = {n: json.loads((output / f"concurrency-{n}/profile_export_aiperf.json").read_text()) for n in (1, 4)}
    assert exports[1]["offline"] == "1"
    points = from_aiperf(exports).points
    assert [(each.failed_requests, each.requests_per_second, each.ttft_ms.p95) for each in points] == [
        (0, 0.6, 20),
        (0, 0.6, 80),
    ]


@pytest.mark.parametrize(
    ("with_aiperf", "environment", "says"),
    [
        (False, {}, "the image has no program named aiperf"),
        (True, {"FAKE_AIPERF_FAILS": "4"}, "concurrency 4: aiperf ended with 3; its log says why"),
    ],
)
def test_a_run_that_fails_says_why(
    with_aiperf: bool,
    environment: dict[str, str],
    says: str,
    image: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(program, "EXIT_MESSAGE", tmp_path / "message")
    for name, value in {
        **environment,
        "PATH": f"{image}:{os.environ['PATH']}" if with_aiperf else "/nowhere",
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "session-token",
    }.items():
        monkeypatch.setenv(name, value)
    with serving(FakeEndpoint()) as fake:
        arguments = ["--endpoint", "chat", "--region", "ca-central-1", "--runtime-url", fake.url]
        arguments += ["--output", str(tmp_path), "--concurrency", "4,8", "--requests", "8"]
        assert program.main(arguments) == 1
    assert capsys.readouterr().err.strip() == says
    assert (tmp_path / "message").read_text() == says


def test_arguments_that_cannot_be_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--endpoint", "chat", "--region", "r", "--runtime-url", "u", "--output", "o", "--requests", "1"]
    with pytest.raises(SystemExit) as ended:
        program.main([*arguments, "--concurrency", "0,2"])
    assert ended.value.code == 2
    assert "0,2 is not allowed: numbers of 1 or more" in capsys.readouterr().err


def test_made_up_prompts_have_answers_of_one_length() -> None:
    load = Load(
        requests=64, warmup_requests=0, input_tokens=512, output_tokens=256, tokenizer="builtin", seed=7, prompts=None,
        timeout=60,
    )  # fmt: skip
    line = " ".join(command(load, url="http://127.0.0.1:1", concurrency=4, artifacts=Path("/a")))
    assert "--synthetic-input-tokens-mean 512 --synthetic-input-tokens-stddev 0" in line
    assert "--output-tokens-mean 256 --output-tokens-stddev 0" in line
    assert "--extra-inputs ignore_eos:true" in line
    assert "--warmup-request-count" not in line
    assert "--input-file" not in line
