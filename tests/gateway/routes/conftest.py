"""The four exposures, each as the templates of a shipped example have it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from tests.conftest import Stack
from tests.constructs.gateway.templates import changed_text
from tests.gateway.routes.distribution import OWN_NAME
from tests.gateway.routes.table import EXPOSURES
from tests.gateway.routes.way_in import WayIn

Resources = dict[str, Any]
ANYBODY = IPv4Address("203.0.113.10")
CUSTOMER = IPv4Address("198.51.100.10")
COLLEAGUE = IPv4Address("10.1.2.3")


@dataclass(frozen=True, kw_only=True)
class Place:
    """An exposure, and who calls it."""

    home: Resources
    edge: Resources | None = None
    host: str
    """What callers call it."""
    origin: str
    """What the load balancer is called."""
    client: IPv4Address
    admin_ui: bool = True

    def way_in(self) -> WayIn:
        """One on which nobody has called yet."""
        return WayIn.of(self.home, self.edge)


@pytest.fixture(scope="session")
def places(stack: Callable[[str, str], Stack]) -> dict[str, Place]:
    """The exposures by their name."""

    def resources(environment: str, name: str) -> Resources:
        return stack(environment, name).template["Resources"]

    own, internal, origin = "gateway.example.com", "gateway.internal.example.com", "origin.gateway.example.com"
    return {
        "public": Place(
            home=resources("GatewayPublic", "Gateway"), host=own, origin=own, client=CUSTOMER, admin_ui=False
        ),
        "private": Place(home=resources("Canada", "Gateway"), host=internal, origin=internal, client=COLLEAGUE),
        "cloudfront": Place(
            home=resources("GatewayTrial", "Gateway"),
            edge=resources("GatewayTrial", "Edge"),
            host=OWN_NAME,
            origin=origin,
            client=ANYBODY,
        ),
        "cloudfront-domain": Place(
            home=resources("GatewayEdge", "Gateway"),
            edge=resources("GatewayEdge", "Edge"),
            host=own,
            origin=origin,
            client=ANYBODY,
        ),
    }


@pytest.fixture(scope="session")
def edge_without_ui(places: dict[str, Place], synthesized: Callable[..., list[Stack]]) -> Place:
    """Behind CloudFront, without the pages for administrators: no example asks for both."""
    found = {stack.name: stack for stack in synthesized(changed_text("gateway-domain", "gateway: {ui: false}"))}
    home, edge = (found[name].template["Resources"] for name in ("Gateway", "Edge"))
    return replace(places["cloudfront-domain"], home=home, edge=edge, admin_ui=False)


@pytest.fixture(scope="session", params=EXPOSURES)
def place(request: pytest.FixtureRequest, places: dict[str, Place]) -> Place:
    """Each exposure in turn."""
    return places[request.param]
