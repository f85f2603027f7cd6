"""The configuration of the proxy that a sandboxed browser reaches the internet by.

Directives: https://www.squid-cache.org/Doc/config/ (read 2026-11-23); tried with Squid 5.7.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network

PROXY_PORT = 3128
_INSIDE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/3",
    "::1",
    "64:ff9b::/96",
    "fc00::/7",
    "fe80::/10",
)
"""This host, private and link-local networks with the metadata of tasks and instances, and what is no destination:
https://www.iana.org/assignments/iana-ipv4-special-registry (read 2026-11-23)."""
_PRIVATE = tuple(IPv4Network(each) for each in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"))
"""What a VPC can route to; the rest of the list above leads nowhere."""


def squid_config(domains: Sequence[str], *, own: Sequence[IPv4Network]) -> str:
    """Tunnels to port 443 of the allowed names, and nothing else; what is inside of them stays encrypted.

    Args:
        domains: names; `*.example.com` is that name and all below it.
        own: the VPC's address ranges.
    """
    names = " ".join(sorted(name.removeprefix("*") for name in domains))
    inside = " ".join(dict.fromkeys([*_INSIDE, *map(str, own)]))
    lines = [
        f"http_port {PROXY_PORT}",
        # Without -n an address is looked up, and whoever owns it chooses the name that is found.
        f"acl allowed dstdomain -n {names}",
        f"acl inside dst {inside}",
        "acl https port 443",
        # The names first: one that is not allowed is not even resolved.
        "http_access deny !CONNECT",
        "http_access deny !https",
        "http_access deny !allowed",
        "http_access deny inside",
        "http_access allow all",
        "cache deny all",
        "cache_mem 8 MB",
        "pinger_enable off",
        "via off",
        "forwarded_for delete",
        "connect_timeout 20 seconds",
        "shutdown_lifetime 5 seconds",
        "client_lifetime 1 hour",
        "visible_hostname proxy",
        "pid_filename none",
        "netdb_filename none",
        "access_log stdio:/dev/stdout",
        "cache_log /dev/null",
        "coredump_dir /tmp",
    ]
    return "\n".join(lines) + "\n"


def public_ranges(own: Sequence[IPv4Network]) -> list[IPv4Network]:
    """The addresses outside of private networks, as a security group can name them: it has no rule that denies.

    Args:
        own: the VPC's address ranges, which are left out as well.
    """
    ranges = [IPv4Network("0.0.0.0/0")]
    for taken in (*_PRIVATE, *own):
        ranges = [part for each in ranges for part in _without(each, taken)]
    return sorted(ranges)


def _without(network: IPv4Network, taken: IPv4Network) -> list[IPv4Network]:
    if network.subnet_of(taken):
        return []
    return list(network.address_exclude(taken)) if taken.subnet_of(network) else [network]
