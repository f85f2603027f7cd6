"""What the proxy of sandboxed browsers lets through. Where there is a Squid, it is asked itself."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import IPv4Address, IPv4Network, ip_address
from pathlib import Path

import pytest

from groundwork.inference.browser_proxy_config import PROXY_PORT, public_ranges, squid_config

SQUID = shutil.which("squid", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
OWN = (IPv4Network("10.40.0.0/16"), IPv4Network("198.51.100.0/24"))
NOBODY = 65534
HOSTS = {
    "www.example.com": "203.0.113.7",
    "a.example.org": "203.0.113.7",
    "inside.example.org": "10.1.2.3",
    "metadata.example.org": "169.254.169.254",
    "host.example.org": "127.0.0.1",
    "own.example.org": "198.51.100.9",
    "evil.example.net": "203.0.113.7",
}


def test_names_are_checked_before_they_are_resolved_and_no_address_is_looked_up() -> None:
    lines = squid_config(["www.example.com", "*.example.org"], own=OWN).splitlines()
    assert "acl allowed dstdomain -n .example.org www.example.com" in lines
    assert [line.removeprefix("http_access ") for line in lines if line.startswith("http_access")] == [
        "deny !CONNECT",
        "deny !https",
        "deny !allowed",
        "deny inside",
        "allow all",
    ]
    (inside,) = [line for line in lines if line.startswith("acl inside dst ")]
    assert inside.endswith(" 10.40.0.0/16 198.51.100.0/24")
    assert not [line for line in lines if "ssl" in line or "bump" in line]


def test_the_security_group_can_name_all_that_is_public_and_nothing_else() -> None:
    ranges = public_ranges(OWN)

    def open_to(address: str) -> bool:
        return any(IPv4Address(address) in each for each in ranges)

    assert all(map(open_to, ("8.8.8.8", "93.184.216.34", "11.0.0.1", "100.63.0.1", "172.32.0.1", "192.169.0.1")))
    private = ("10.0.0.1", "10.40.1.1", "100.64.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "198.51.100.9")
    assert not any(map(open_to, private))
    # 60 rules are what a security group may have; one more names the interface endpoints.
    assert len(ranges) < 60


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Outside of pytest's own, which is closed to the user that a Squid runs as."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def proxy(folder: Path) -> Iterator[int]:
    """The port of a Squid with the configuration, that resolves names by a file and leaves this machine never."""
    if not SQUID:
        pytest.skip("no squid on this machine")
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
    hosts = folder / "hosts"
    hosts.write_text("".join(f"{address} {name}\n" for name, address in HOSTS.items()))
    config = squid_config(["www.example.com", "*.example.org"], own=OWN)
    config = config.replace(f"http_port {PROXY_PORT}", f"http_port 127.0.0.1:{port}")
    # What is let through fails at once: nothing is connected to from here.
    config += f"hosts_file {hosts}\ntcp_outgoing_address 127.0.0.1\nshutdown_lifetime 0 seconds\n"
    file = folder / "squid.conf"
    file.write_text(config)
    log = folder / "log"
    log.touch()
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    os.chown(log, user, -1)
    with log.open("w") as out:
        command = [SQUID, "-N", "-d", "1", "-f", str(file)]
        more = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        assert process.poll() is None, log.read_text()
        with closing(socket.socket()) as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def status(port: int, request: str) -> int:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as client:
        client.sendall(f"{request} HTTP/1.1\r\nHost: www.example.com\r\n\r\n".encode())
        return int(client.recv(64).split()[1])


@pytest.mark.parametrize("name", ["www.example.com", "WWW.example.com", "a.example.org", "a.example.org."])
def test_squid_connects_to_allowed_sites(proxy: int, name: str) -> None:
    assert status(proxy, f"CONNECT {name}:443") == 503  # tried, and not to be reached from here


@pytest.mark.parametrize(
    "request_line",
    [
        "CONNECT evil.example.net:443",
        "CONNECT example.com:443",
        "CONNECT b.www.example.com:443",
        "CONNECT notexample.org:443",
        "CONNECT www.example.com.evil.example.net:443",
        "CONNECT www.example.com:80",
        "CONNECT www.example.com:22",
        "GET http://www.example.com/",
        "GET https://www.example.com/",
        "POST http://a.example.org:443/",
        "CONNECT inside.example.org:443",
        "CONNECT metadata.example.org:443",
        "CONNECT host.example.org:443",
        "CONNECT own.example.org:443",
        "CONNECT 203.0.113.7:443",
        "CONNECT 169.254.170.2:443",
        "CONNECT 127.0.0.1:443",
        "CONNECT [::1]:443",
        "GET cache_object://localhost/info",
    ],
)
def test_squid_refuses_everything_else(proxy: int, request_line: str) -> None:
    assert status(proxy, request_line) == 403


def test_the_tests_resolve_to_addresses_that_mean_something_else_to_nobody() -> None:
    assert all(ip_address(address).is_private for address in HOSTS.values())
