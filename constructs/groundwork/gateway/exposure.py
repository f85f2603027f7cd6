"""How callers reach the gateway's load balancer."""

from dataclasses import dataclass
from ipaddress import IPv4Network


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One way in. Made from what the environment file says; the rules on its values are there."""

    internet_facing: bool
    """Whether the load balancer has public addresses."""
    host: str
    """The one host name that is served; every other is refused."""
    certificate_arn: str
    """Certificate of the Region for that name."""
    clients: tuple[IPv4Network, ...] = ()
    """Ranges that may connect. None: everybody, and then the load balancer must be internet-facing."""
    public_zone_id: str | None = None
    """Hosted zone that the name is entered into; None with an internet-facing load balancer: somebody else does."""
    private_zone: str | None = None
    """Name of a hosted zone that is made for the VPC alone, and the name entered into it."""
    admin_ui: bool = True
    """Whether the pages for administrators can be reached."""
    docs: bool = False
    """Whether the description of the interface can be reached."""
    requests_per_5_minutes: int = 2000
    """Requests that one address may make in any 5 minutes."""

    def __post_init__(self) -> None:
        if not self.clients and not self.internet_facing:
            raise ValueError("an internal load balancer needs the ranges of its clients")
