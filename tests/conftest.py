"""One synthesized assembly of every shipped environment for the whole session, and its templates as plain data."""

import fcntl
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Before aws_cdk is imported: it starts Node, which copies the environment. The built-in validation costs seconds an
# app; tests/policy runs it once, over everything.
os.environ["CDK_VALIDATION"] = "false"
for _name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
    os.environ.pop(_name, None)

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "constructs"), str(ROOT / "lambda")]

import aws_cdk as cdk
import pytest
from xdist.scheduler import LoadScopeScheduling

import app as platform_app
from tests.app_run import run_app

# A million objects of aws_cdk and of boto3 live until the end: looking for garbage among them takes time.
gc.freeze()
gc.set_threshold(100_000, 20, 50)

pytest_plugins = ["tests.browser"]

Template = dict[str, Any]

SAID = "said.txt"
"""In the assembly of all environments: the exit code of the app that made it, and what it printed."""

TOGETHER = (
    ("tests/style/",),
    ("tests/deploy/",),
    ("tests/gateway_boot/",),
    (
        "tests/policy/",
        "tests/promotion/test_every_environment.py",
        "tests/snapshots/",
        "tests/settings/",
        "tests/constructs/",
        "tests/gateway/",
        "tests/operations/",
    ),
    ("tests/mig/",),
    ("tests/optimization/",),
    ("tests/spaces/",),
    ("tests/cluster/",),
    ("tests/defect_detection/",),
    ("tests/labeling_data/",),
    ("tests/labeling/",),
    ("tests/review/",),
    ("tests/promotion/",),
)
"""Folders whose tests share servers or a synthesized app: one process runs each line. The longest come first."""


class ByFolder(LoadScopeScheduling):
    """Gives each process one line of `TOGETHER` after the other; other files go one by one."""

    def _split_scope(self, nodeid: str) -> str:
        place = _place(nodeid)
        return TOGETHER[place][0] if place < len(TOGETHER) else nodeid.partition("::")[0]


def _place(nodeid: str) -> int:
    return next((i for i, folders in enumerate(TOGETHER) if nodeid.startswith(folders)), len(TOGETHER))


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: somebody always waits for an engine, a database or a function."""
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    """Say what belongs together when several processes run the tests."""
    config.option.loadscopereorder = False  # by time, as they are collected, and not by number
    return ByFolder(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes the longest begin."""
    items.sort(key=lambda item: _place(item.nodeid))


@dataclass(frozen=True)
class Stack:
    """A synthesized stack."""

    environment: str
    name: str
    template: Template
    protected: bool
    tags: dict[str, str]

    def resources(self, resource_type: str) -> dict[str, Template]:
        found: dict[str, Template] = self.template.get("Resources", {})
        return {key: value for key, value in found.items() if value["Type"] == resource_type}

    def properties(self, resource_type: str) -> list[Template]:
        return [resource.get("Properties", {}) for resource in self.resources(resource_type).values()]


def synthesize(folder: Path, outdir: Path) -> Path:
    """Synthesize a folder of environment files without the checks; the assembly."""
    app = cdk.App(context={**platform_app.context(), "environments": str(folder)}, outdir=str(outdir))
    platform_app.build(app)
    return Path(app.synth().directory)


def _stacks(assembly: Path) -> Iterator[Stack]:
    for manifest in sorted(assembly.glob("assembly-*/manifest.json")):
        for artifact in json.loads(manifest.read_text())["artifacts"].values():
            if artifact["type"] == "aws:cloudformation:stack":
                properties = artifact["properties"]
                environment, name = artifact["displayName"].split(" ")[0].split("/")
                yield Stack(
                    environment=environment,
                    name=name,
                    template=json.loads((manifest.parent / properties["templateFile"]).read_text()),
                    protected=properties.get("terminationProtection", False),
                    tags=properties.get("tags", {}),
                )


@pytest.fixture(scope="session")
def all_environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder with every shipped environment and example."""
    folder = tmp_path_factory.mktemp("environments")
    for file in [*ROOT.glob("environments/*.yaml"), *ROOT.glob("environments/examples/*.yaml")]:
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture(scope="session")
def assembly(all_environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assembly of all of them, made once, with every check; tests/policy tells what those found."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "assembly-of-all"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # for as long as `run_app` lets the app run, at the most
        if not shared.exists():  # no other process of this run was first
            own = tmp_path_factory.mktemp("assembly")
            result = run_app(all_environments, own)
            assert (own / "manifest.json").exists(), result.stdout + result.stderr
            (own / SAID).write_text(f"{result.returncode}\n{result.stdout}{result.stderr}")
            own.rename(shared)
    return shared


@pytest.fixture(scope="session")
def stacks(assembly: Path) -> list[Stack]:
    """Every stack of every shipped environment and example."""
    return list(_stacks(assembly))


@pytest.fixture(scope="session")
def stack(stacks: list[Stack]) -> Any:
    """Find one stack by the names of its environment and itself."""

    def find(environment: str, name: str) -> Stack:
        return next(s for s in stacks if (s.environment, s.name) == (environment, name))

    return find


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Stack]]:
    """Synthesize the given texts of environment files."""

    def run(*texts: str) -> list[Stack]:
        folder = tmp_path_factory.mktemp("given")
        for index, text in enumerate(texts):
            (folder / f"{index}.yaml").write_text(text)
        return list(_stacks(synthesize(folder, tmp_path_factory.mktemp("assembly"))))

    return run
