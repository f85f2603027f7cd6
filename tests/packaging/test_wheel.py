"""The wheel holds the constructs and the run-time code, and works in an app that knows nothing else of this project."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TEN_LINES = """\
from ipaddress import IPv4Network
import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from groundwork.network.settings import NewVpc
from groundwork.network.vpc import PlatformVpc
app = cdk.App()
stack = cdk.Stack(app, "Mine")
settings = NewVpc(cidr=IPv4Network("10.0.0.0/16"))
PlatformVpc(stack, "Network", settings=settings, internet=False, operations_key=kms.Key(stack, "Key"))
app.synth()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built as `pip wheel .` builds it, from what git would give a user."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True, timeout=30).split("\0"):
        if name.startswith(("constructs/", "lambda/", "pyproject", "README", "LICENSE")) and (ROOT / name).exists():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--wheel-dir", str(out)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", str(source), *offline], check=True, timeout=120)
    (built,) = out.glob("groundwork-*.whl")
    return built


def test_it_holds_every_module_and_every_file_of_the_run_time_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(p.relative_to(ROOT / "constructs")) for p in ROOT.glob("constructs/groundwork/**/*.py")}
    assert modules <= names, "name the new package in pyproject.toml"
    code = {p for p in (ROOT / "lambda").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert {f"groundwork/_lambda/{p.relative_to(ROOT / 'lambda')}" for p in code} <= names
    assert "groundwork/py.typed" in names
    assert not [name for name in names if name.startswith(("stacks/", "tests/", "operations/", "rules/"))]


def test_it_names_every_distribution_that_it_imports(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith("dist-info/METADATA"))
    required = {
        re.split(r"[<>=!~ ;]", line.removeprefix("Requires-Dist: "))[0]
        for line in archive.read(metadata).decode().splitlines()
        if line.startswith("Requires-Dist: ")
    }
    imported = {
        name.split(".")[0]
        for file in ROOT.glob("constructs/groundwork/**/*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in imported_names(node)
    }
    distributions = importlib.metadata.packages_distributions()
    foreign = imported - set(sys.stdlib_module_names) - {"groundwork"}
    assert foreign
    # pydantic pins its core to the version that fits it.
    assert {distributions[name][0] for name in foreign} - {"pydantic_core", "pydantic-core"} <= required


def imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_an_app_of_ten_lines_synthesizes_the_network_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python, pip = home / "bin/python", [sys.executable, "-m", "pip", "--python", str(home / "bin/python")]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--quiet", str(wheel)], check=True, timeout=60)
    # What the wheel depends on is already here; a path file stands in for downloading it again.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (tmp_path / "app.py").write_text(TEN_LINES)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"CDK_OUTDIR": str(tmp_path / "out")}
    subprocess.run([str(python), "app.py"], cwd=tmp_path, env=environment, check=True, timeout=120)
    template = json.loads((tmp_path / "out/Mine.template.json").read_text())
    types = [resource["Type"] for resource in template["Resources"].values()]
    assert types.count("AWS::EC2::VPC") == 1
    assert types.count("AWS::EC2::Subnet") == 4
    assert len(TEN_LINES.splitlines()) == 10
