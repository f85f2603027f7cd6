"""The `network` section of an environment file."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork import regions
from groundwork.network import cidr as cidr_rules
from groundwork.network.endpoint_services import ENDPOINT_SERVICES
from groundwork.settings import Allowed, LogRetentionDays, Refusal, Section, each_once, refusals_of_repeats, refuse

AddressRange = Annotated[IPv4Network, Allowed("an address range such as 10.0.0.0/16, without host bits")]
ZoneId = Annotated[str, Field(pattern=r"^[a-z]{2,4}[0-9]-az[0-9]+$"), Allowed("a zone id such as use1-az4")]
ZoneName = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$"), Allowed("a zone such as us-east-1a")]
VpcId = Annotated[str, Field(pattern=r"^vpc-[0-9a-f]{8,17}$"), Allowed("a VPC id such as vpc-0a1b2c3d4e5f67890")]
SubnetId = Annotated[str, Field(pattern=r"^subnet-[0-9a-f]{8,17}$"), Allowed("a subnet id")]
RouteTableId = Annotated[str, Field(pattern=r"^rtb-[0-9a-f]{8,17}$"), Allowed("a route table id")]

MAX_ZONES = 4
"""Address space is laid out for this many zones, so that a zone can be added without moving a subnet."""

Zones = Annotated[
    Annotated[int, Field(ge=2, le=MAX_ZONES)]
    | Annotated[tuple[ZoneId, ...], Field(min_length=2, max_length=MAX_ZONES), AfterValidator(each_once)],
    Allowed(f"2 to {MAX_ZONES}, or a list of as many zone ids such as [use1-az4, use1-az6]"),
]


class NewVpc(Section):
    """A VPC that the environment creates."""

    cidr: AddressRange
    """Primary address range, between /16 and /22. Cannot be changed later without replacing the VPC."""
    zones: Zones = 2
    """How many Availability Zones: the first ones of the account. Or which, by zone id: where a training plan or a
    reservation demands one, and where the first ones lack a service (use1-az3 does). A number cannot be exchanged for
    ids later, as that would replace the subnets; more of either can be added at the end."""
    nat: Literal["none", "one", "one-per-zone"] = "none"
    """NAT gateways for the private and cluster subnets; each costs about 33 USD a month before traffic."""
    cluster_cidrs: tuple[AddressRange, ...] = ()
    """Secondary ranges for cluster nodes and their pods, one per zone. None, unless nodes are planned."""

    @property
    def zone_count(self) -> int:
        return self.zones if isinstance(self.zones, int) else len(self.zones)

    @field_validator("cidr")
    @classmethod
    def _cidr_fits_the_layout(cls, value: IPv4Network) -> IPv4Network:
        refuse(cidr_rules.refusals_of_primary(value))
        return value

    @field_validator("cluster_cidrs")
    @classmethod
    def _one_cluster_cidr_per_zone(
        cls, value: tuple[IPv4Network, ...], info: ValidationInfo
    ) -> tuple[IPv4Network, ...]:
        refuse(cls._refusals_of_cluster_cidrs(value, info))
        return value

    @staticmethod
    def _refusals_of_cluster_cidrs(value: tuple[IPv4Network, ...], info: ValidationInfo) -> Iterator[Refusal]:
        zones: int | tuple[str, ...] | None = info.data.get("zones")
        count = zones if isinstance(zones, int) else len(zones or ())
        if value and count and len(value) != count:
            yield Refusal(reason=f"{len(value)} ranges for {count} zones", allowed="one range per zone, or none")
        if primary := info.data.get("cidr"):
            yield from cidr_rules.refusals_of_secondary(value, primary)


class ExistingSubnet(Section):
    """A subnet of an existing VPC."""

    id: SubnetId
    """The subnet's id."""
    zone: ZoneName
    """The Availability Zone's name in this account."""
    route_table: RouteTableId
    """The route table that the subnet is associated with."""


class ExistingVpc(Section):
    """A VPC that somebody else owns. Nothing in it is changed except what the enabled sections add."""

    id: VpcId
    """The VPC's id."""
    cidrs: Annotated[tuple[AddressRange, ...], Field(min_length=1, max_length=5)]
    """The VPC's own address ranges, primary first: what may call its endpoints."""
    private: Annotated[tuple[ExistingSubnet, ...], Field(min_length=2)]
    """Subnets for services, one per zone."""
    data: tuple[ExistingSubnet, ...] = ()
    """Subnets for databases and caches, one per zone. None: the private ones."""
    public: tuple[ExistingSubnet, ...] = ()
    """Subnets for internet-facing load balancers, one per zone."""
    cluster: tuple[ExistingSubnet, ...] = ()
    """Subnets for cluster nodes, one per zone."""
    endpoints: tuple[str, ...] = ()
    """Services that the VPC already has an endpoint for (`s3` for the gateway endpoint): not created again."""

    @property
    def all_subnets(self) -> Iterator[tuple[str, int, ExistingSubnet]]:
        """Every subnet with its role and its place among the subnets of that role."""
        for role in ("private", "data", "public", "cluster"):
            for index, subnet in enumerate(getattr(self, role)):
                yield role, index, subnet

    @field_validator("cidrs")
    @classmethod
    def _cidrs_are_of_a_vpc(cls, value: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        wrong = ((index, cidr) for index, cidr in enumerate(value) if not 16 <= cidr.prefixlen <= 28)
        allowed = "a prefix between /16 and /28"
        refuse(Refusal(reason="a range of the wrong size", allowed=allowed, at=(index,)) for index, _ in wrong)
        return value

    @field_validator("private", "data", "public", "cluster")
    @classmethod
    def _one_subnet_per_zone(
        cls, value: tuple[ExistingSubnet, ...], info: ValidationInfo
    ) -> tuple[ExistingSubnet, ...]:
        refuse(cls._refusals_of_subnets(value, info))
        return value

    @staticmethod
    def _refusals_of_subnets(value: tuple[ExistingSubnet, ...], info: ValidationInfo) -> Iterator[Refusal]:
        seen_zones: set[str] = set()
        roles = {s.id: name for name in ("private", "data", "public") for s in info.data.get(name, ())}
        private_zones = {s.zone for s in info.data.get("private", ())}
        for index, subnet in enumerate(value):
            if subnet.zone in seen_zones:
                yield Refusal(reason="two subnets in one zone", allowed="one subnet per zone", at=(index, "zone"))
            seen_zones.add(subnet.zone)
            if private_zones and subnet.zone not in private_zones:
                allowed = ", ".join(sorted(private_zones))
                yield Refusal(reason="no private subnet in this zone", allowed=allowed, at=(index, "zone"))
            if subnet.id in roles:
                reason = f"already one of the {roles[subnet.id]} subnets"
                yield Refusal(reason=reason, allowed="a subnet with one role", at=(index, "id"))
            roles[subnet.id] = f"{info.field_name}"

    @field_validator("endpoints")
    @classmethod
    def _endpoints_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        refuse(_refusals_of_services(value, known={"s3", *ENDPOINT_SERVICES}))
        return value


class NetworkSettings(Section):
    """The network that every other section lives in. Give `vpc` (a new one) or `existing`, not both."""

    internet: Literal["open", "none"] = "open"
    """`none`: no NAT, no internet gateway, no public subnet; AWS is reached through endpoints only."""
    vpc: NewVpc | None = None
    existing: ExistingVpc | None = None
    endpoints: tuple[str, ...] = ()
    """Interface endpoints for workloads of your own, beside those that the enabled sections need."""
    endpoint_zones: Annotated[int, Field(ge=1, le=MAX_ZONES)] | None = None
    """In how many zones the endpoints of `endpoints` stand. None: in every zone; one costs less and fails with it."""
    flow_log_retention_days: LogRetentionDays = 365
    """Days for which the flow logs of all traffic are kept."""

    @field_validator("vpc")
    @classmethod
    def _no_nat_without_internet(cls, value: NewVpc | None, info: ValidationInfo) -> NewVpc | None:
        if value and info.data.get("internet") == "none" and value.nat != "none":
            reason = "a NAT gateway is a path to the internet, and `internet` is none"
            refuse([Refusal(reason=reason, allowed="none", at=("nat",), value=value.nat)])
        return value

    @field_validator("existing")
    @classmethod
    def _exactly_one_vpc(cls, value: ExistingVpc | None, info: ValidationInfo) -> ExistingVpc | None:
        if "vpc" in info.data and (value is None) == (info.data["vpc"] is None):
            reason = "neither `vpc` nor `existing` is given" if value is None else "`vpc` and `existing` are both given"
            refuse([Refusal(reason=reason, allowed="exactly one of them")])
        if value and value.public and info.data.get("internet") == "none":
            reason = "public subnets are a path to the internet, and `internet` is none"
            refuse([Refusal(reason=reason, allowed="no public subnets", at=("public",))])
        return value

    @field_validator("endpoints")
    @classmethod
    def _endpoints_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        refuse(_refusals_of_services(value, known=set(ENDPOINT_SERVICES)))
        return value

    @field_validator("endpoint_zones")
    @classmethod
    def _no_more_endpoint_zones_than_zones(cls, value: int | None, info: ValidationInfo) -> int | None:
        zones = _zone_count(info.data.get("vpc"), info.data.get("existing"))
        if value and zones and value > zones:
            refuse([Refusal(reason=f"the VPC has {zones} zones", allowed=f"1 to {zones}")])
        return value

    @property
    def source(self) -> NewVpc | ExistingVpc:
        """The one of `vpc` and `existing` that is given."""
        return cast("NewVpc | ExistingVpc", self.vpc or self.existing)

    @property
    def zone_count(self) -> int:
        return _zone_count(self.vpc, self.existing)

    @property
    def cidrs(self) -> tuple[IPv4Network, ...]:
        """The VPC's address ranges, primary first."""
        match self.source:
            case NewVpc() as vpc:
                return (vpc.cidr, *vpc.cluster_cidrs)
            case ExistingVpc() as existing:
                return existing.cidrs

    @property
    def has_cluster_subnets(self) -> bool:
        return bool(self.vpc and self.vpc.cluster_cidrs) or bool(self.existing and self.existing.cluster)

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Zones belong to a Region, and each offers so many."""
        zones: int | tuple[str, ...] = self.vpc.zones if self.vpc else ()
        if isinstance(zones, int):
            if zones > (count := regions.zones(region)):
                reason = f"{region} offers {count} zones to every account"
                allowed = "2" if count == 2 else f"2 to {count}"
                yield Refusal(reason=reason, allowed=allowed, at=("vpc", "zones"), value=zones)
        else:
            prefix = f"{regions.zone_id_prefix(region)}-az"
            for index, zone in enumerate(zones):
                if not zone.startswith(prefix):
                    at, allowed = ("vpc", "zones", index), f"ids that begin with {prefix}"
                    yield Refusal(reason=f"not a zone of {region}", allowed=allowed, at=at, value=zone)
        for role, index, subnet in self.existing.all_subnets if self.existing else ():
            if subnet.zone[:-1] != region:
                at, allowed = ("existing", role, index, "zone"), f"{region}a, {region}b, ..."
                yield Refusal(reason=f"not a zone of {region}", allowed=allowed, at=at, value=subnet.zone)

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        return dict.fromkeys(self.endpoints, frozenset(range(self.endpoint_zones or self.zone_count)))


def _zone_count(vpc: NewVpc | None, existing: ExistingVpc | None) -> int:
    return vpc.zone_count if vpc else len(existing.private) if existing else 0


def _refusals_of_services(value: tuple[str, ...], *, known: set[str]) -> Iterator[Refusal]:
    for index, service in enumerate(value):
        if service not in known:
            yield Refusal(reason="not a known interface endpoint", allowed=", ".join(sorted(known)), at=(index,))
    yield from refusals_of_repeats(value)
