"""The shell scripts on a root of their own: on a new node, twice, without the volume, on a fabric that lies."""

import os
import subprocess
from pathlib import Path

import pytest

from groundwork.cluster import fabric_manifests
from groundwork.cluster.lifecycle_scripts import FOLDER, lifecycle_scripts, scripts_hash

COMMANDS = ("mountpoint", "systemctl", "modprobe", "lnetctl")


def program(folder: Path, name: str, body: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/bash\n{body}\n")
    file.chmod(0o755)


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
    for name in COMMANDS:
        program(bin_folder, name, f'echo "{name} $*" >> "{tmp_path}/called"')
    return root


def run(root: Path, script: str = "on_create_main.sh", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{root.parent}/bin:{os.environ['PATH']}",
        "GROUNDWORK_ROOT": str(root),
        "GROUNDWORK_POLL_SECONDS": "0",
        "GROUNDWORK_LOG_SECONDS": "0",
        **more,
    }
    command = ["bash", str(FOLDER / script)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_containerd_and_kubelet_move_to_the_volume(node: Path) -> None:
    result = run(node)
    assert result.returncode == 0, result.stderr
    config = (node / "opt/sagemaker/containerd/config.toml").read_text()
    assert 'root = "/opt/sagemaker/containerd/data-root"' in config
    assert 'default_runtime_name = "runc"' in config
    assert (node / "opt/sagemaker/containerd/data-root/images/one").read_text() == "image"
    assert (node / "var/lib/kubelet").readlink() == Path("/opt/sagemaker/kubelet")
    assert (node / "opt/sagemaker/kubelet/pki/key").read_text() == "kept"
    unit = (node / "etc/systemd/system/containerd.service.d/override.conf").read_text()
    assert "ExecStart=/usr/bin/containerd --config /opt/sagemaker/containerd/config.toml" in unit
    assert "systemctl daemon-reload" in (node.parent / "called").read_text()


def test_gpu_nodes_run_containers_by_nvidias_runtime(node: Path) -> None:
    (node / "usr/bin").mkdir(parents=True)
    program(node / "usr/bin", "nvidia-container-runtime", "")
    run(node)
    assert 'default_runtime_name = "nvidia"' in (node / "opt/sagemaker/containerd/config.toml").read_text()


def test_a_second_run_changes_nothing(node: Path) -> None:
    run(node)
    before = sorted(str(path) for path in node.rglob("*"))
    assert run(node).returncode == 0
    assert sorted(str(path) for path in node.rglob("*")) == before


def test_without_the_volume_the_node_still_joins(node: Path) -> None:
    program(node.parent / "bin", "mountpoint", "exit 1")
    result = run(node)
    assert result.returncode == 0
    assert "/opt/sagemaker is not mounted" in result.stdout
    assert (node / "var/lib/kubelet/pki/key").exists()


def test_nodes_with_efa_reserve_huge_pages_and_load_the_drivers(node: Path) -> None:
    (node / "sys/class/infiniband/rdmap0s0").mkdir(parents=True)
    assert run(node).returncode == 0
    assert (node / "proc/sys/vm/nr_hugepages").read_text().strip() == "2560"
    called = (node.parent / "called").read_text()
    assert all(each in called for each in ("modprobe gdrdrv", "modprobe lustre", "lnetctl lnet configure"))


def test_more_huge_pages_than_needed_are_left_alone(node: Path) -> None:
    (node / "sys/class/infiniband/rdmap0s0").mkdir(parents=True)
    (node / "proc/sys/vm/nr_hugepages").write_text("9000\n")
    run(node)
    assert (node / "proc/sys/vm/nr_hugepages").read_text().strip() == "9000"


def test_nothing_is_downloaded() -> None:
    text = "".join(lifecycle_scripts().values())
    assert not any(word in text for word in ("curl", "wget", "http", "yum", "dnf", "aws "))


def test_a_changed_script_has_another_prefix() -> None:
    scripts = lifecycle_scripts()
    assert scripts_hash(scripts) == scripts_hash(dict(reversed(scripts.items())))
    assert scripts_hash(scripts) != scripts_hash(scripts | {"on_create.sh": "exit 0"})


SMOKE_TEST = Path(fabric_manifests.__file__).parent / "fabric_smoke_test.sh"
RATE = 'echo "bytes   #sent   #ack     total       time     MB/sec    usec/xfer   Mxfers/sec"\n'


@pytest.fixture
def pod(tmp_path: Path) -> Path:
    """A pod with one EFA device that counts what `fi_pingpong` sends, at 6000 MB/s."""
    root, bin_folder = tmp_path / "root", tmp_path / "bin"
    counters = root / "sys/class/infiniband/rdmap0s0/ports/1/hw_counters"
    counters.mkdir(parents=True)
    (counters / "tx_bytes").write_text("1000\n")
    bin_folder.mkdir()
    program(bin_folder, "fi_info", "exit 0")
    send(bin_folder, counters / "tx_bytes", rate="6000.00", counted=4 * 1024**3)
    return root


def send(bin_folder: Path, counter: Path, *, rate: str, counted: int) -> None:
    line = f'echo "1m      2k      =2k      3.9g        0.70s   {rate}     174.76       0.01"'
    program(bin_folder, "fi_pingpong", f"{RATE}{line}\necho {1000 + counted} > {counter}")


def smoke_test(root: Path, *, index: int = 1) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{root.parent}/bin:{os.environ['PATH']}",
        "GROUNDWORK_ROOT": str(root),
        "GROUNDWORK_POLL_SECONDS": "0",
        "JOB_COMPLETION_INDEX": str(index),
        "SERVER": "efa-smoke-test-0.efa-smoke-test",
        "SECONDS_ALLOWED": "2",
        "MIN_MEGABYTES": "1611",
    }
    return subprocess.run(
        ["bash", str(SMOKE_TEST)], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("index", [0, 1])
def test_a_transfer_by_efa_passes(pod: Path, index: int) -> None:
    result = smoke_test(pod, index=index)
    assert result.returncode == 0, result.stderr
    assert "passed: the EFA devices sent 4294967296 bytes" in result.stdout


def test_a_transfer_that_the_devices_did_not_see_fails(pod: Path) -> None:
    """What a fall-back to TCP looks like: everything works, and the EFA counters stand still."""
    send(pod.parent / "bin", pod / "sys/class/infiniband/rdmap0s0/ports/1/hw_counters/tx_bytes", rate="6000", counted=0)
    result = smoke_test(pod)
    assert result.returncode == 1
    assert "the EFA devices sent 0 bytes" in result.stderr


def test_a_slow_transfer_fails(pod: Path) -> None:
    counter = pod / "sys/class/infiniband/rdmap0s0/ports/1/hw_counters/tx_bytes"
    send(pod.parent / "bin", counter, rate="900.5", counted=4 * 1024**3)
    result = smoke_test(pod)
    assert result.returncode == 1
    assert "900.5 MB/s, and at least 1611 are wanted" in result.stderr


def test_no_device_fails(pod: Path) -> None:
    program(pod.parent / "bin", "fi_info", "exit 61")
    assert "libfabric finds no EFA device" in smoke_test(pod).stderr


def test_nobody_who_answers_fails(pod: Path) -> None:
    program(pod.parent / "bin", "fi_pingpong", "exit 1")
    result = smoke_test(pod)
    assert result.returncode == 1
    assert "no transfer to efa-smoke-test-0.efa-smoke-test by EFA" in result.stderr
