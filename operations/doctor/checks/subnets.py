"""Whether the subnets of an existing VPC are there, and where the file says."""

from collections.abc import Iterator

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok
from operations.doctor.reader import Read, Reader, RefusedError
from operations.doctor.sections.network import ExistingVpc, Subnet


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each subnet."""
    existing = facts.environment.network.existing if facts.environment.network else None
    if existing is None:
        return
    for role in ("private", "data", "public", "cluster"):
        subnets: tuple[Subnet, ...] = getattr(existing, role)
        for subnet in subnets:
            yield _looked_up(f"network.existing.{role} {subnet.id}", subnet, existing, reader)


def _looked_up(subject: str, subnet: Subnet, existing: ExistingVpc, reader: Reader) -> Finding:
    try:
        found = reader.ask("ec2", "DescribeSubnets", SubnetIds=[subnet.id])["Subnets"][0]
    except RefusedError as error:
        if not error.code.startswith("InvalidSubnet"):
            raise
        return fail(subject, f"{reader.region} has no such subnet in this account", "correct the id")
    if found["VpcId"] != existing.id:
        return fail(subject, f"it is in {found['VpcId']}, not in {existing.id}", "correct `network.existing`")
    if found["AvailabilityZone"] != subnet.zone:
        zone = found["AvailabilityZone"]
        return fail(subject, f"it is in {zone}, and the file says {subnet.zone}", f"write `zone: {zone}`")
    free = found["AvailableIpAddressCount"]
    return ok(subject, f"in {found['AvailabilityZone']} ({found['AvailabilityZoneId']}), {free:,} addresses free")


CHECK = Check(
    name="subnets",
    asks="Are the existing subnets where the file says?",
    reads=(Read(service="ec2", operation="DescribeSubnets", action="ec2:DescribeSubnets"),),
    run=run,
)
