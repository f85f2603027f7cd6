"""Which zones of the Region the file means."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from operations.doctor.environment import Facts
from operations.doctor.reader import Read, Reader

READ = Read(service="ec2", operation="DescribeAvailabilityZones", action="ec2:DescribeAvailabilityZones")


@dataclass(frozen=True, kw_only=True)
class Zone:
    """One Availability Zone: ids are the same in every account, names are not."""

    id: str
    name: str


def zones_of(reader: Reader) -> tuple[Zone, ...]:
    """The Region's zones that every account has, by name, as CloudFormation counts them."""
    filters = [{"Name": "opt-in-status", "Values": ["opt-in-not-required"]}, {"Name": "state", "Values": ["available"]}]
    found = reader.ask("ec2", "DescribeAvailabilityZones", Filters=filters)["AvailabilityZones"]
    zones = (Zone(id=zone["ZoneId"], name=zone["ZoneName"]) for zone in found)
    return tuple(sorted(zones, key=lambda zone: zone.name))


def private_zones(facts: Facts, zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
    """Where services and endpoints stand."""
    return _zones(facts, zones, existing="private")


def cluster_zones(facts: Facts, zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
    """Where the cluster's nodes can stand, in the order of its subnets."""
    return _zones(facts, zones, existing="cluster")


def zones_of_group(zone: int | str | None, offered: tuple[Zone, ...]) -> tuple[Zone, ...]:
    """What an instance group's `zone` stands for among the cluster's; all of them without one."""
    if zone is None:
        return offered
    if isinstance(zone, int):
        return offered[zone - 1 : zone]
    return tuple(each for each in offered if zone in (each.id, each.name))


def _zones(facts: Facts, zones: tuple[Zone, ...], *, existing: str) -> tuple[Zone, ...]:
    network = facts.environment.network
    if network and network.existing:
        names = [subnet.zone for subnet in getattr(network.existing, existing)]
        return _picked(names, zones, lambda zone: zone.name)
    if not network or not network.vpc:
        return ()
    wanted = network.vpc.zones
    return zones[:wanted] if isinstance(wanted, int) else _picked(wanted, zones, lambda zone: zone.id)


def _picked(names: Iterable[str], zones: tuple[Zone, ...], key: Callable[[Zone], str]) -> tuple[Zone, ...]:
    # One that the account does not have stays in its place, and nothing is offered there.
    known = {key(zone): zone for zone in zones}
    return tuple(known.get(name, Zone(id=name, name=name)) for name in names)
