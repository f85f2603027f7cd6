"""The life-cycle scripts on a root of their own: on a new node, twice, without the volume."""

from pathlib import Path

from groundwork.cluster.lifecycle_scripts import lifecycle_scripts, scripts_hash
from tests.cluster.sections import GPU, groups, read
from tests.cluster.shell import program, run, run_file


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
    assert "modprobe gdrdrv" in (node.parent / "called").read_text()


def test_huge_pages_and_drivers_outlive_a_restart(node: Path) -> None:
    (node / "sys/class/infiniband/rdmap0s0").mkdir(parents=True)
    run(node)
    assert (node / "etc/sysctl.d/90-fabric.conf").read_text() == "vm.nr_hugepages = 2560\n"
    assert (node / "etc/modules-load.d/fabric.conf").read_text() == "gdrdrv\n"


def test_nodes_reserve_as_many_huge_pages_as_the_environment_file_asks_for(node: Path, tmp_path: Path) -> None:
    asked = read(**groups({**GPU, "fabric": "efa"}), fabric={"hugepages_mib": 16384})
    folder = tmp_path / "scripts"
    folder.mkdir()
    for name, text in lifecycle_scripts(hugepages_mib=asked.hugepages_mib).items():
        (folder / name).write_text(text)
    (node / "sys/class/infiniband/rdmap0s0").mkdir(parents=True)
    result = run_file(node, folder / "on_create_main.sh")
    assert result.returncode == 0, result.stderr
    assert (node / "proc/sys/vm/nr_hugepages").read_text().strip() == "8192"
    assert (node / "etc/sysctl.d/90-fabric.conf").read_text() == "vm.nr_hugepages = 8192\n"


def test_nodes_never_reserve_fewer_than_others_pods_are_known_to_ask_for() -> None:
    efa = groups({**GPU, "fabric": "efa"})
    assert read(**efa, fabric={"hugepages_mib": 0}).hugepages_mib == read(**efa).hugepages_mib == 5120


def test_other_huge_pages_are_other_scripts() -> None:
    assert scripts_hash(lifecycle_scripts()) != scripts_hash(lifecycle_scripts(hugepages_mib=16384))


def test_more_huge_pages_than_needed_are_left_alone(node: Path) -> None:
    (node / "sys/class/infiniband/rdmap0s0").mkdir(parents=True)
    (node / "proc/sys/vm/nr_hugepages").write_text("9000\n")
    run(node)
    assert (node / "proc/sys/vm/nr_hugepages").read_text().strip() == "9000"


def test_nothing_is_downloaded() -> None:
    lines = (line for script in lifecycle_scripts().values() for line in script.splitlines())
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    assert not any(word in text for word in ("curl", "wget", "http", "yum", "dnf", "aws "))


def test_a_changed_script_has_another_prefix() -> None:
    scripts = lifecycle_scripts()
    assert scripts_hash(scripts) == scripts_hash(dict(reversed(scripts.items())))
    assert scripts_hash(scripts) != scripts_hash(scripts | {"on_create.sh": "exit 0"})


def test_a_failure_is_in_the_log_of_the_node(node: Path) -> None:
    program(node.parent / "bin", "systemctl", "exit 1")
    assert run(node, "on_create.sh").returncode == 1
    log = (node / "var/log/provision/provisioning.log").read_text()
    assert "on_create_main.sh failed" in log
    program(node.parent / "bin", "systemctl", "exit 0")
    assert run(node, "on_create.sh").returncode == 0
