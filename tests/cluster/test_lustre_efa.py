"""Nodes that reach FSx for Lustre by EFA: as many devices as FSx counts on, preferred to TCP, or no node at all."""

from pathlib import Path

import pytest

from tests.cluster.shell import program, run

ENTRY = "on_create_lustre_efa.sh"
LNETCTL = """
echo "lnetctl $*" >> "{folder}/called"
case "$1 $2" in
  "net show") cat "{folder}/lnet-$4" 2>/dev/null || exit 1 ;;
  "net add") printf -- "- nid: 10.0.0.1@%s\n  status: {status}\n  0: %s\n" "$4" "$6" >> "{folder}/lnet-$4" ;;
  "udsp show") cat "{folder}/lnet-udsp" 2>/dev/null || exit 1 ;;
  "udsp add") echo "src: $4" > "{folder}/lnet-udsp" ;;
esac
"""
ROUTE = 'echo "192.0.2.1 via 10.0.0.1 dev ens5 src 10.0.0.7 uid 0"'


def instance(node: Path, name: str, *, devices: int, status: str = "up") -> Path:
    """Make the node one of a type, with so many EFA devices."""
    for number in range(devices):
        # Names as on a P5: numbers of the PCI bus, with two and three digits.
        device = node / f"sys/class/infiniband/rdmap{70 + number * 4}s0/device"
        device.mkdir(parents=True)
        (device / "driver").symlink_to("../../../bus/pci/drivers/efa")
    firmware = node / "sys/devices/virtual/dmi/id/product_name"
    firmware.parent.mkdir(parents=True)
    firmware.write_text(f"{name}\n")
    program(node.parent / "bin", "lnetctl", LNETCTL.format(folder=node.parent, status=status))
    program(node.parent / "bin", "ip", ROUTE)
    return node


def called(node: Path) -> list[str]:
    return (node.parent / "called").read_text().splitlines()


def added(node: Path) -> list[str]:
    """The devices that LNet was given, in their order."""
    return [line.split()[6] for line in called(node) if line.startswith("lnetctl net add --net efa --if")]


def log(node: Path) -> str:
    return (node / "var/log/provision/provisioning.log").read_text()


@pytest.mark.parametrize(
    ("name", "devices", "wanted"),
    [("p5.48xlarge", 32, 8), ("p5en.48xlarge", 16, 8), ("p6-b200.48xlarge", 8, 8), ("p6-b300.48xlarge", 16, 16),
     ("g6e.48xlarge", 4, 2), ("g6.8xlarge", 1, 1)],
)  # fmt: skip
def test_lnet_has_as_many_devices_as_fsx_counts_on(node: Path, name: str, devices: int, wanted: int) -> None:
    assert run(instance(node, name, devices=devices), ENTRY).returncode == 0, log(node)
    step = devices // wanted
    assert added(node) == [f"rdmap{70 + number * 4}s0" for number in range(0, devices, step)]
    assert f"LNet has {wanted} EFA devices, and TCP on ens5" in log(node)


def test_efa_is_preferred_and_lustre_comes_last(node: Path) -> None:
    run(instance(node, "g6.8xlarge", devices=1), ENTRY)
    assert [line for line in called(node) if " show" not in line and "systemctl" not in line][-9:] == [
        "modprobe lnet",
        "modprobe kefalnd ipif_name=ens5",
        "modprobe ksocklnd",
        "lnetctl lnet configure",
        "lnetctl net add --net tcp --if ens5",
        "lnetctl net add --net efa --if rdmap70s0 --peer-credits 32",
        "lnetctl set discovery 1",
        "lnetctl udsp add --src efa --priority 0",
        "modprobe lustre",
    ]


def test_a_second_run_changes_nothing(node: Path) -> None:
    run(instance(node, "p5en.48xlarge", devices=16), ENTRY)
    before = called(node)
    assert run(node, ENTRY).returncode == 0, log(node)
    assert not [line for line in called(node)[len(before) :] if " add " in line]


def test_kubelet_does_not_start_without_it_after_a_restart(node: Path) -> None:
    run(instance(node, "p5en.48xlarge", devices=16), ENTRY)
    units = node / "etc/systemd/system"
    assert "ExecStart=/usr/local/sbin/lustre-efa" in (units / "lustre-efa.service").read_text()
    script = node / "usr/local/sbin/lustre-efa"
    assert script.stat().st_mode & 0o111
    assert "systemctl enable lustre-efa.service" in called(node)
    kubelet = (units / "kubelet.service.d/50-lustre-efa.conf").read_text()
    assert "Requires=lustre-efa.service\nAfter=lustre-efa.service\n" in kubelet


def test_a_node_without_a_device_does_not_join(node: Path) -> None:
    assert run(instance(node, "p5en.48xlarge", devices=0), ENTRY).returncode == 1
    assert "failed: the node has no EFA device. Without EFA the file system would be mounted by TCP." in log(node)


def test_a_device_of_another_driver_does_not_count(node: Path) -> None:
    instance(node, "p5en.48xlarge", devices=1)
    driver = node / "sys/class/infiniband/rdmap70s0/device/driver"
    driver.unlink()
    driver.symlink_to("../../../bus/pci/drivers/mlx5_core")
    assert run(node, ENTRY).returncode == 1
    assert "failed: the node has no EFA device" in log(node)


@pytest.mark.parametrize("module", ["lnet", "kefalnd", "lustre"])
def test_an_image_without_a_module_does_not_join(node: Path, module: str) -> None:
    instance(node, "p5en.48xlarge", devices=16)
    program(node.parent / "bin", "modprobe", f'[ "$1" != {module} ]')
    assert run(node, ENTRY).returncode == 1
    assert f"failed: the image has no kernel module {module}" in log(node)


def test_devices_that_do_not_come_up_fail(node: Path) -> None:
    """What happens where Lustre was loaded before: LNet takes some devices, and nothing says so."""
    assert run(instance(node, "p5en.48xlarge", devices=16, status="down"), ENTRY).returncode == 1
    assert "failed: 0 of 8 EFA devices are up in LNet" in log(node)


def test_a_node_without_a_route_fails(node: Path) -> None:
    instance(node, "p5en.48xlarge", devices=16)
    program(node.parent / "bin", "ip", "exit 2")
    assert run(node, ENTRY).returncode == 1
    assert "failed: the node has no route to the VPC" in log(node)


def test_other_nodes_reach_the_file_system_by_tcp(node: Path) -> None:
    assert run(instance(node, "p5en.48xlarge", devices=16), "on_create.sh").returncode == 0
    assert "modprobe lustre" in called(node)
    assert added(node) == []
    assert not (node / "etc/systemd/system/lustre-efa.service").exists()
