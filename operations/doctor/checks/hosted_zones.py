"""Whether the hosted zones that names are entered into are there, and of the right kind."""

from collections.abc import Iterator
from dataclasses import dataclass

from operations.doctor.check import Check
from operations.doctor.environment import Facts
from operations.doctor.finding import Finding, fail, ok, warn
from operations.doctor.reader import Read, Reader, RefusedError, each


@dataclass(frozen=True, kw_only=True)
class _Use:
    """A name, and the zone that it is to stand in."""

    field: str
    zone: str
    name: str
    private: bool


def run(facts: Facts, reader: Reader) -> Iterator[Finding]:
    """One finding for each zone. Zones that are made by the deployment are not there yet."""
    uses = [use for use in _uses(facts) if use.zone.startswith("Z")]
    yield from each(uses, lambda use: use.field, lambda use: [_looked_up(use, facts, reader)])


def _uses(facts: Facts) -> Iterator[_Use]:
    if (gateway := facts.environment.gateway) and gateway.domain.zone:
        private = gateway.exposure == "private"
        yield _Use(field="gateway.domain.zone", zone=gateway.domain.zone, name=gateway.domain.name, private=private)
    spaces = facts.environment.spaces
    if spaces and (web := spaces.web_ui) and web.zone:
        yield _Use(field="spaces.web_ui.zone", zone=web.zone, name=web.domain, private=web.private_zone)
    if spaces and (ssh := spaces.direct_ssh):
        yield _Use(field="spaces.direct_ssh.zone", zone=ssh.zone, name=ssh.domain, private=True)


def _looked_up(use: _Use, facts: Facts, reader: Reader) -> Finding:
    try:
        found = reader.ask("route53", "GetHostedZone", Id=use.zone)
    except RefusedError as error:
        if error.code != "NoSuchHostedZone":
            raise
        return fail(use.field, f"the account has no hosted zone {use.zone}", "correct the id")
    zone = found["HostedZone"]
    name = zone["Name"].rstrip(".")
    private = zone.get("Config", {}).get("PrivateZone", False)
    if use.name != name and not use.name.endswith(f".{name}"):
        return fail(use.field, f"the zone is of {name}, and {use.name} does not stand in it", "the zone of that name")
    if private != use.private:
        kinds = {True: "private", False: "public"}
        return fail(use.field, f"the zone is {kinds[private]}", f"a {kinds[use.private]} zone of {name}")
    network = facts.environment.network
    if private and network and network.existing:
        here = {vpc.get("VPCId") for vpc in found.get("VPCs", ())}
        if network.existing.id not in here:
            command = f"aws route53 associate-vpc-with-hosted-zone --hosted-zone-id {use.zone} --vpc " + (
                f"VPCRegion={facts.region},VPCId={network.existing.id}"
            )
            return warn(use.field, f"{network.existing.id} cannot look up names of the zone", command)
    return ok(use.field, f"{'private' if private else 'public'} zone of {name}")


CHECK = Check(
    name="hosted-zones",
    asks="Are the hosted zones there?",
    reads=(Read(service="route53", operation="GetHostedZone", action="route53:GetHostedZone"),),
    run=run,
)
