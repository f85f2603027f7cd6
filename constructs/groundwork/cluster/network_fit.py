"""Whether the network has what the cluster section asks of it, and which subnet a zone stands for."""

from collections.abc import Iterator

from groundwork.cluster.settings import ClusterSettings
from groundwork.network.settings import NetworkSettings
from groundwork.settings import Refusal

_RESERVED = 5
"""Addresses of each subnet that AWS keeps."""


def cluster_zones(network: NetworkSettings) -> tuple[str, ...]:
    """The zones of the cluster subnets, in order: ids, or names in an existing VPC; empty texts where only their
    number is known."""
    if network.existing:
        return tuple(subnet.zone for subnet in network.existing.cluster)
    if network.vpc and network.vpc.cluster_cidrs:
        zones = network.vpc.zones
        return ("",) * zones if isinstance(zones, int) else zones
    return ()


def subnet_index(network: NetworkSettings, zone: str | int) -> int | None:
    """Which of the cluster subnets a zone has, from 0; None where it has none."""
    zones = cluster_zones(network)
    if isinstance(zone, int):
        return zone - 1 if zone <= len(zones) else None
    return zones.index(zone) if zone in zones else None


def refusals_with(cluster: ClusterSettings, network: NetworkSettings | None) -> Iterator[Refusal]:
    """Why the cluster cannot live in the network."""
    if network is None:
        yield Refusal(reason="there is no network for it", allowed="a `network` section with cluster subnets")
        return
    zones = cluster_zones(network)
    if not zones:
        reason = "the network has no cluster subnets"
        yield Refusal(reason=reason, allowed="network.vpc.cluster_cidrs, or network.existing.cluster")
        return
    if network.internet == "none" and not cluster.private_registry:
        reason = "without internet, charts and images come from a registry of yours"
        yield Refusal(reason=reason, allowed="a registry of ECR", at=("private_registry",))
    asked = [(("instance_groups", i, "zone"), group.zone) for i, group in enumerate(cluster.instance_groups)]
    if cluster.lustre:
        asked.append((("lustre", "zone"), cluster.lustre.zone))
    places = f"1 to {len(zones)}" if len(zones) > 1 else "1"
    for at, zone in asked:
        if zone is not None and subnet_index(network, zone) is None:
            named = [name for name in zones if name]
            allowed = ", ".join([*named, places]) if named else f"{places}, or name the zones in network.vpc.zones"
            yield Refusal(reason="the network has no cluster subnet there", allowed=allowed, at=at, value=zone)
    yield from _refusals_of_addresses(cluster, network)
    for index, group in enumerate(cluster.instance_groups):
        if group.training_plan and (isinstance(group.zone, int) and not all(zones)):
            reason = "a plan is bound to a zone's id, and the network says only how many zones it has"
            at = ("instance_groups", index, "zone")
            yield Refusal(reason=reason, allowed="ids in network.vpc.zones", at=at, value=group.zone)


def _refusals_of_addresses(cluster: ClusterSettings, network: NetworkSettings) -> Iterator[Refusal]:
    """Pods and interfaces take the addresses of the node's subnet: 81 on a ml.p5.48xlarge, which are 49 pods and 32
    interfaces (https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html)."""
    ranges = network.vpc.cluster_cidrs if network.vpc else ()
    free = [cidr.num_addresses - _RESERVED for cidr in ranges]
    if not free:
        return
    for index, group in enumerate(cluster.instance_groups):
        kind = group.instance_type
        taken = group.max_nodes * ((kind.pods or 0) + (kind.efa_devices if group.fabric == "efa" else 1))
        place = None if group.zone is None else subnet_index(network, group.zone)
        # Without a zone the nodes are spread over all of them.
        places = range(len(free)) if place is None else (place,)
        for each in places:
            free[each] -= -(-taken // len(places))
        if any(free[each] < 0 for each in places):
            reason = f"its nodes and pods take {taken} addresses, and with the groups before it that is too many"
            allowed = "fewer nodes, or larger network.vpc.cluster_cidrs"
            yield Refusal(reason=reason, allowed=allowed, at=("instance_groups", index, "count"), value=group.max_nodes)
