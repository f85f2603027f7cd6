"""A request as it leaves a client, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request; nothing in it is decoded."""

    method: str = "GET"
    scheme: str = "https"
    host: str
    path: str
    """As it stands in the request line, without the query."""
    query: str = ""
    """As it stands behind the question mark."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name, without `host`."""
    body: bytes = b""
    client: IPv4Address
    at: float = 0.0
    """Seconds; only differences count."""

    @property
    def port(self) -> int:
        return 443 if self.scheme == "https" else 80


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Where a request ended."""

    by: str
    """What answered: `container`, `listener`, `firewall`, `distribution` or `security group`."""
    status: int | None = None
    """None where the container answers, or nobody."""
    rule: str = ""
    """The firewall's rule that ended it."""
    counted: frozenset[str] = frozenset()
    """The firewall's rules that matched and only counted."""
    location: str = ""
    """Where a redirect leads."""
    received: Request | None = None
    """What the container got."""

    def __str__(self) -> str:
        """As the table writes it: `container`, `404 firewall`, `no connection`."""
        if self.by == "security group":
            return "no connection"
        return self.by if self.status is None else f"{self.status} {self.by}"
