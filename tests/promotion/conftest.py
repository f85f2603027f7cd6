"""One engine, one set of assemblies and one rendering of the workflows for all tests of the promotion."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from operations.local.cdk import QUICK_POLLING
from operations.local.clients import SECRET_KEY
from operations.local.process import start_engine, stop_engine
from operations.local.running_engine import RunningEngine
from operations.local.workspace import PROJECT, Workspace, bare_environment
from operations.toolkit import QUALIFIER
from promotion.options import PIPELINE, Plan, plan_of
from promotion.workflow.render import render
from tests.promotion.small_app import ACCOUNTS, REGION, synthesize
from tests.toolkit import make_toolkit

ENVIRONMENT = """\
name: {name}
account: "{account}"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
"""
OF_EACH = {"dev": "keep_data: false\n", "staging": "", "prod": "production: true\n"}


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with dev, staging and prod."""
    folder = tmp_path_factory.mktemp("files") / "environments"
    folder.mkdir()
    for name, account in ACCOUNTS.items():
        (folder / f"{name}.yaml").write_text(ENVIRONMENT.format(name=name, account=account) + OF_EACH[name])
    return folder


@pytest.fixture(scope="session")
def plan(environments: Path) -> Plan:
    """With the pipeline that is shipped."""
    return plan_of(environments, PIPELINE)


@pytest.fixture(scope="session")
def workflows(plan: Plan) -> dict[str, str]:
    """By file name."""
    return render(plan)


@pytest.fixture(scope="session")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an assembly for each variant of the small platform."""
    folder = tmp_path_factory.mktemp("variants")
    synthesize(folder)
    return folder


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """Bootstrapped for dev and ended with the session."""
    workspace = Workspace(root=tmp_path_factory.mktemp("local"))
    engine = start_engine(workspace)
    try:
        make_toolkit(engine, account=ACCOUNTS["dev"], region=REGION, qualifier=QUALIFIER)
        yield engine
    finally:
        stop_engine(workspace)


@pytest.fixture(scope="session")
def machine(engine: RunningEngine) -> Callable[[Path], dict[str, str]]:
    """What a process on a runner finds in its environment after `configure-aws-credentials`: here, the engine's."""

    def environment(home: Path) -> dict[str, str]:
        bare = bare_environment()
        certificate = str(engine.workspace.certificate)
        programs = (str(Path(sys.executable).parent), str(PROJECT / "node_modules" / ".bin"))
        nodes, *rest = bare["PATH"].split(os.pathsep)
        return {
            **bare,
            "PATH": os.pathsep.join((nodes, *programs, *rest)),
            "PYTHONPATH": str(PROJECT),
            "AWS_ENDPOINT_URL": engine.endpoint,
            "AWS_CA_BUNDLE": certificate,
            "NODE_EXTRA_CA_CERTS": certificate,
            "NODE_OPTIONS": f"--require {QUICK_POLLING}",
            "AWS_ACCESS_KEY_ID": ACCOUNTS["dev"],
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_HOME": str(home),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
        }

    return environment
