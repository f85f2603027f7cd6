"""What is assumed where only traffic decides: each quantity has a name, and `--usage NAME=NUMBER` replaces it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from review.errors import ReviewError


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A quantity in a month."""

    name: str
    quantity: float
    unit: str
    of: str
    """What each has so much of."""


ASSUMPTIONS = (
    Assumption(name="nat-gb", quantity=100, unit="GB", of="each NAT gateway"),
    Assumption(name="endpoint-gb", quantity=10, unit="GB", of="each interface endpoint"),
    Assumption(name="load-units", quantity=1, unit="LCU on average", of="each load balancer"),
    Assumption(name="requests", quantity=1_000_000, unit="requests", of="each firewall and each distribution"),
    Assumption(name="edge-gb", quantity=100, unit="GB to callers", of="each distribution"),
    Assumption(name="acu", quantity=0, unit="ACU on average above the minimum", of="each Aurora instance"),
    Assumption(name="database-gb", quantity=20, unit="GB", of="each Aurora cluster"),
    Assumption(name="database-io", quantity=10_000_000, unit="reads and writes", of="each Aurora cluster"),
    Assumption(name="backup-gb", quantity=20, unit="GB", of="each backup vault"),
    Assumption(name="log-gb", quantity=0.5, unit="GB written, and kept", of="each log group"),
    Assumption(name="bucket-gb", quantity=10, unit="GB", of="each bucket"),
    Assumption(name="bucket-writes", quantity=10_000, unit="requests that write", of="each bucket"),
    Assumption(name="image-gb", quantity=2, unit="GB", of="each image repository"),
    Assumption(name="calls", quantity=1_000, unit="calls of a second", of="each function"),
    Assumption(name="transitions", quantity=1_000, unit="state transitions", of="each state machine"),
    Assumption(name="messages", quantity=10_000, unit="messages", of="each topic and queue"),
    Assumption(name="key-calls", quantity=100_000, unit="calls", of="each key"),
    Assumption(name="secret-calls", quantity=10_000, unit="calls", of="each secret"),
    Assumption(name="users", quantity=20, unit="users that sign in", of="each user pool"),
    Assumption(name="queries", quantity=1_000_000, unit="queries", of="each hosted zone"),
    Assumption(
        name="burst-nodes",
        quantity=1,
        unit="nodes, as long as --utilization says",
        of="each group that Karpenter fills",
    ),
)
DEFAULT_UTILIZATION = 0.3
"""10 hours on 22 days are 220 of a month's 730."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The assumptions of one estimate."""

    utilization: float = DEFAULT_UTILIZATION
    """The share of a month, 0 to 1, in which what scales is at its most; in the rest it is at its least."""
    replaced: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        """Refuse what no month can have."""
        if not 0 <= self.utilization <= 1:
            raise ReviewError(f"--utilization {self.utilization:g}: allowed is a share from 0 to 1, such as 0.3.")
        known = {assumption.name for assumption in ASSUMPTIONS}
        for name, quantity in self.replaced.items():
            if name not in known:
                raise ReviewError(f"--usage {name}: no such assumption; allowed: {', '.join(sorted(known))}.")
            if not 0 <= quantity < float("inf"):
                raise ReviewError(f"--usage {name}={quantity:g}: allowed is a number from 0.")

    def of(self, name: str) -> float:
        """The quantity of an assumption."""
        return next(a.quantity for a in self.all if a.name == name)

    @property
    def all(self) -> tuple[Assumption, ...]:
        """Every assumption with its quantity."""
        return tuple(
            Assumption(name=a.name, quantity=self.replaced.get(a.name, a.quantity), unit=a.unit, of=a.of)
            for a in ASSUMPTIONS
        )
