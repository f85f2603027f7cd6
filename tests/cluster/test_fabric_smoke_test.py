"""The smoke test of the fabric, in a pod whose devices count, do not count, or are not there."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from groundwork.cluster import fabric_manifests
from tests.cluster.shell import program, run_file

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


def smoke_test(root: Path, *, index: int = 1) -> CompletedProcess[str]:
    more = {"SERVER": "efa-smoke-test-0.efa-smoke-test", "SECONDS_ALLOWED": "2", "MIN_MEGABYTES": "1611"}
    return run_file(root, SMOKE_TEST, JOB_COMPLETION_INDEX=str(index), **more)


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
