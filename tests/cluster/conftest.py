"""Two synthesized platforms with a cluster: one with fabric and storage, one closed, with partitions and Karpenter."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app as platform_app
from groundwork.cluster.settings import ClusterSettings
from groundwork.yaml_document import read_yaml
from tests.cluster.cluster_app import FILES, platform
from tests.cluster.extras_stack import extras_template
from tests.cluster.shell import program
from tests.cluster.template import Template


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    """The cluster's templates of both."""
    app = cdk.App(context=platform_app.context(), outdir=str(tmp_path_factory.mktemp("clusters")))
    stages = {name: platform(app, file) for name, file in FILES.items()}
    assembly = app.synth()
    return {
        name: Template(
            json.loads(
                Path(assembly.get_nested_assembly(f"assembly-{stage.stage_name}").directory)
                .joinpath(stage.cluster.template_file)
                .read_text()
            )
        )
        for name, stage in stages.items()
    }


@pytest.fixture(scope="session")
def rollouts(templates: dict[str, Template]) -> Template:
    """EFA, Lustre, tiered storage, spot; data kept."""
    return templates["rl-rollouts"]


@pytest.fixture(scope="session")
def partitions(templates: dict[str, Template]) -> Template:
    """Closed network, MIG, Karpenter, deep checks; nothing kept."""
    return templates["partitions"]


@pytest.fixture(scope="session")
def extras() -> Template:
    """What a cluster may have beside its nodes."""
    return extras_template()


@pytest.fixture(scope="session")
def files() -> dict[str, dict[str, Any]]:
    """The files of both, as plain data."""
    return {name: json.loads(json.dumps(read_yaml(file).content, default=str)) for name, file in FILES.items()}


@pytest.fixture(scope="session")
def settings(files: dict[str, dict[str, Any]]) -> dict[str, ClusterSettings]:
    """Their `cluster` sections."""
    return {name: ClusterSettings.model_validate_json(json.dumps(file["cluster"])) for name, file in files.items()}


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A node with Amazon Linux 2023, its volume mounted, and a record of what was called."""
    root, bin_folder = tmp_path / "root", tmp_path / "bin"
    for folder in ("etc", "opt/sagemaker", "var/lib/containerd/images", "var/lib/kubelet/pki", "proc/sys/vm", "sys"):
        (root / folder).mkdir(parents=True)
    (root / "etc/os-release").write_text('VERSION_ID="2023"\n')
    (root / "proc/sys/vm/nr_hugepages").write_text("0\n")
    (root / "var/lib/kubelet/pki/key").write_text("kept")
    (root / "var/lib/containerd/images/one").write_text("image")
    bin_folder.mkdir()
    for name in ("mountpoint", "systemctl", "modprobe"):
        program(bin_folder, name, f'echo "{name} $*" >> "{tmp_path}/called"')
    return root
