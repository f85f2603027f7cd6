"""The ways into a deployed gateway."""

from dataclasses import dataclass

import httpx

from operations.local.entry import Entry, distribution_entry, load_balancer_entry
from tests.deploy.gateways import Gateway
from tests.deploy.upstream import Upstream


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """Where to enter which gateway."""

    gateway: Gateway
    entry: Entry

    def get(self, path: str) -> httpx.Response:
        with self.gateway.engine.http(timeout=20) as http:
            return http.get(self.entry.url + path, headers=self.entry.headers)

    def pieces(self, server: Upstream) -> list[bytes]:
        """A stream's, as they arrive."""
        with self.gateway.engine.http(timeout=20) as http:
            address = f"{self.entry.url}/v1/stream"
            with http.stream("POST", address, headers=self.entry.headers, json={"stream": True}) as answer:
                found = []
                for piece in answer.iter_raw():
                    found.append(piece)
                    server.received.release()
                return found


def at_load_balancer(gateway: Gateway, *, host: str | None = None, port: int = 443) -> WayIn:
    """At a listener, asking for the gateway's own host or for another one."""
    arn = gateway.physical_id("LoadBalancerAlb240B1141")
    entry = load_balancer_entry(gateway.engine, load_balancer_arn=arn, host=host or gateway.host, port=port)
    return WayIn(gateway=gateway, entry=entry)


def at_distribution(gateway: Gateway) -> WayIn:
    """At the distribution of the stack Edge, by the name that the stack gives callers."""
    name = gateway.stacks()["Edge"].outputs["Url"].removeprefix("https://")
    return WayIn(gateway=gateway, entry=distribution_entry(gateway.engine, domain_name=name))
