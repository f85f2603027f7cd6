"""Whether the Region has the instance types, in the zones where the file puts them."""

from collections.abc import Iterator
from dataclasses import dataclass

from operations.doctor import zones
from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, unknown, warn
from operations.doctor.reader import Read, Reader, each
from operations.doctor.zones import Zone, zones_of


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where one type is wanted."""

    field: str
    type: str
    zones: tuple[Zone, ...]
    reserved: bool = False
    """Whether its capacity is bought already, by a plan that names its zone."""
    spare: bool = False
    """Whether another type is taken where this one lacks."""


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each field and type. EC2 answers for SageMaker, which runs on EC2's types."""
    places = list(_places(facts, zones_of(reader)))
    yield from each(places, lambda place: f"{place.field} {place.type}", lambda place: _looked_up(place, facts, reader))


def _places(facts: Facts, known: tuple[Zone, ...]) -> Iterator[_Place]:
    own = zones.cluster_zones(facts, known)
    for field, group in facts.groups:
        where = zones.zones_of_group(group.zone, own)
        yield _Place(field=field, type=group.type, zones=where, reserved=bool(group.training_plan))
    private = zones.private_zones(facts, known)
    for field, endpoint in facts.endpoints:
        for place, kind in enumerate(endpoint.types):
            reserved = bool(endpoint.reservation)
            yield _Place(field=field, type=kind, zones=private, reserved=reserved, spare=place > 0)
    for field, job in facts.jobs:
        yield _Place(field=field, type=job.instance, zones=private, reserved=bool(job.training_plan))


def _looked_up(place: _Place, facts: Facts, reader: Reader) -> Iterator[Finding]:
    subject = f"{place.field} {place.type}"
    if not place.zones:
        yield unknown(subject, "the network has no subnets for it, as far as the file says", "look at `network`")
        return
    offered = reader.ask_all(
        "ec2",
        "DescribeInstanceTypeOfferings",
        "InstanceTypeOfferings",
        tokens=("NextToken", "NextToken"),
        LocationType="availability-zone-id",
        Filters=[{"Name": "instance-type", "Values": [place.type.removeprefix("ml.")]}],
    )
    has = {offering["Location"] for offering in offered}
    missing = [zone.id for zone in place.zones if zone.id not in has]
    where = ", ".join(sorted(has))
    if not has:
        reason = f"EC2 offers it in no zone of {facts.region}"
        yield (
            warn(subject, reason, "ask who sold the plan")
            if place.reserved
            else fail(subject, reason, "another type, or another Region: `doctor ENV --region REGION` asks there")
        )
    elif len(missing) == len(place.zones):
        say = warn if place.spare else fail
        reason = f"{', '.join(missing)} {'does' if len(missing) == 1 else 'do'} not have it; {where} in {facts.region}"
        yield say(subject, reason, f"put zones of {where} into `network.vpc.zones`, or take another type")
    elif missing:
        reason = f"{', '.join(missing)} of its zones without it; it is in {where}"
        yield warn(subject, reason, "capacity comes from the other zones only")
    else:
        yield ok(subject, f"offered in {', '.join(zone.id for zone in place.zones)}")


CHECK = Check(
    name="instance-offerings",
    asks="Does the Region have the instance types in these zones?",
    reads=(
        zones.READ,
        Read(
            service="ec2",
            operation="DescribeInstanceTypeOfferings",
            action="ec2:DescribeInstanceTypeOfferings",
        ),
    ),
    run=run,
)
