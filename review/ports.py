"""Ports as security groups say them, and what two of them have in common."""

import re
from ipaddress import ip_network

EVERY_PORT = "every port"

_PORTS = re.compile(r"(?:(?P<protocol>[a-z0-9]+) )?(?P<first>-?\d+)(?: to (?P<last>-?\d+))?$")


def common(one: str, other: str) -> str:
    """The ports that both name, in the same words; empty where there are none. A protocol that is not named is TCP."""
    if EVERY_PORT in (one, other):
        return other if one == EVERY_PORT else one
    if one == other:
        return one
    a, b = _PORTS.match(one), _PORTS.match(other)
    if not a or not b or a["protocol"] != b["protocol"]:
        return ""
    first = max(int(a["first"]), int(b["first"]))
    last = min(int(a["last"] or a["first"]), int(b["last"] or b["first"]))
    if first > last:
        return ""
    text = str(first) if first == last else f"{first} to {last}"
    return f"{a['protocol']} {text}" if a["protocol"] else text


def overlaps(addresses: str, others: frozenset[str]) -> bool:
    """True where a range of addresses shares any with the others; False for whatever is no range."""
    try:
        network = ip_network(addresses, strict=False)
        ranges = [ip_network(other, strict=False) for other in others]
    except ValueError:
        return False
    return any(network.version == other.version and network.overlaps(other) for other in ranges)
