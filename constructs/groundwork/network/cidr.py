"""Which address ranges a VPC and its secondary ranges can have.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html (restrictions on association), read
2026-11-23.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from groundwork.settings import Refusal

_10, _172, _192 = IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16")
_SHARED = IPv4Network("100.64.0.0/10")
_10_0, _10_0_15, _172_31 = IPv4Network("10.0.0.0/16"), IPv4Network("10.0.0.0/15"), IPv4Network("172.31.0.0/16")
_DOCKER = IPv4Network("172.17.0.0/16")
_PRIVATE = (_10, _172, _192, _SHARED)

LAYOUT_PREFIXES = range(16, 23)
"""Prefix lengths of a new VPC: below /22 the data and public subnets would be too small for a load balancer."""


def refusals_of_primary(network: IPv4Network) -> Iterator[Refusal]:
    """Why this cannot be the primary range of a new VPC."""
    if network.prefixlen not in LAYOUT_PREFIXES:
        yield Refusal(reason="a range of the wrong size", allowed="a prefix between /16 and /22")
    yield from _refusals_of_place(network)


def refusals_of_secondary(networks: Sequence[IPv4Network], primary: IPv4Network) -> Iterator[Refusal]:
    """Why these cannot be the secondary ranges of a VPC with that primary range."""
    for index, network in enumerate(networks):
        at = (index,)
        if not 16 <= network.prefixlen <= 28:
            yield Refusal(reason="a range of the wrong size", allowed="a prefix between /16 and /28", at=at)
        yield from _refusals_of_place(network, at=at)
        if other := next((taken for taken in (primary, *networks[:index]) if network.overlaps(taken)), None):
            yield Refusal(reason=f"overlaps {other}", allowed="ranges that do not overlap", at=at)
        elif reason := _forbidden_beside(network, primary, networks[:index]):
            yield Refusal(reason=reason, allowed=f"a range of {_SHARED} that is still free", at=at)


def _refusals_of_place(network: IPv4Network, at: tuple[int, ...] = ()) -> Iterator[Refusal]:
    if not any(network.subnet_of(block) for block in _PRIVATE):
        yield Refusal(reason="not a private range", allowed=f"a range of {', '.join(map(str, _PRIVATE))}", at=at)
    elif network.overlaps(_DOCKER):
        reason = f"overlaps {_DOCKER}, which SageMaker and Docker use themselves"
        yield Refusal(reason=reason, allowed="another private range", at=at)


def _forbidden_beside(network: IPv4Network, primary: IPv4Network, others: Sequence[IPv4Network]) -> str | None:
    """Why a secondary range cannot join a VPC with that primary range, from the table of restrictions."""
    home = next((block for block in (_10, _172, _192) if primary.subnet_of(block)), None)
    private = next((block for block in (_10, _172, _192) if network.subnet_of(block)), None)
    if private and private != home:
        return f"a VPC in {primary} cannot take a secondary range from {private}"
    if network.overlaps(_172_31):
        return f"a VPC in {primary} cannot take a secondary range from {_172_31}"
    if network.overlaps(_10_0) and any(r.overlaps(_10_0_15) for r in (primary, *others)):
        return f"a VPC with a range in {_10_0_15} cannot take a secondary range from {_10_0}"
    return None
