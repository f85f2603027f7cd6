"""How callers reach the gateway's load balancer."""

from dataclasses import dataclass
from ipaddress import IPv4Network

from groundwork.gateway.cloudfront_prefix_lists import origin_prefix_list
from groundwork.gateway.settings import GatewaySettings


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One way in. Made from what the environment file says; the rules on its values are there."""

    internet_facing: bool
    """Whether the load balancer has public addresses."""
    host: str
    """The one host name that is served; every other is refused."""
    certificate: str
    """ARN of a certificate of the Region for that name, or of a private authority that issues one; or `issue`, for one
    that ACM validates in `zone_id`."""
    clients: tuple[IPv4Network, ...] = ()
    """Ranges that may connect. None: everybody, and then the load balancer must be internet-facing, or the edge's."""
    origin_prefix_list: str | None = None
    """Only CloudFront may connect: the id of the list of its addresses."""
    zone_id: str | None = None
    """Hosted zone that the host stands in."""
    enter_host: bool = False
    """Whether the host is pointed at the load balancer in `zone_id`."""
    private_zone: str | None = None
    """Name of a hosted zone that is made for the VPC alone, and the host entered into it."""
    admin_ui: bool = True
    """Whether the pages for administrators can be reached."""
    docs: bool = False
    """Whether the description of the interface can be reached."""
    base_url: str | None = None
    """What callers begin with; None: CloudFront's own name, which is known only after the deployment."""
    requests_per_5_minutes: int = 2000
    """Requests that one address may make in any 5 minutes."""

    def __post_init__(self) -> None:
        if not self.clients and not self.internet_facing and not self.origin_prefix_list:
            raise ValueError("an internal load balancer needs the ranges of its clients")


def exposure_of(gateway: GatewaySettings, *, region: str) -> Exposure:
    """The way in that a section asks for.

    Args:
        region: the environment's.
    """
    domain, kind = gateway.domain, gateway.exposure
    edge, own_zone = kind.startswith("cloudfront"), domain.zone == "create"
    return Exposure(
        internet_facing=kind == "public",
        # A name that leads to CloudFront cannot be where CloudFront goes.
        host=f"origin.{domain.name}" if kind == "cloudfront-domain" else domain.name,
        certificate=domain.certificate,
        clients=gateway.clients,
        origin_prefix_list=origin_prefix_list(region, given=gateway.origin_prefix_list) if edge else None,
        zone_id=None if own_zone else domain.zone,
        enter_host=not edge and not own_zone,
        private_zone=domain.name if own_zone else None,
        admin_ui=gateway.ui,
        docs=gateway.docs,
        base_url=None if kind == "cloudfront" else f"https://{domain.name}",
        requests_per_5_minutes=gateway.requests_per_address,
    )
