"""The whole way from a client to the container, through what the templates put there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from typing import Any

from tests.gateway.routes.distribution import Distribution
from tests.gateway.routes.load_balancer import CloudFront, LoadBalancer, of_type
from tests.gateway.routes.request import Outcome, Request
from tests.gateway.routes.web_acl import WebAcl

BAD_ADDRESS = IPv4Address("198.51.100.66")
"""Stands for what AWS's reputation list holds."""
IN_THE_VPC = IPv4Address("10.0.0.10")
"""Stands for the addresses that a VPC origin connects from."""


@dataclass
class WayIn:
    """One exposure."""

    load_balancer: LoadBalancer
    regional: WebAcl | None
    distribution: Distribution | None = None
    edge: WebAcl | None = None

    @classmethod
    def of(cls, home: dict[str, Any], edge: dict[str, Any] | None = None) -> "WayIn":
        """From the resources of the gateway's stack and those of the edge's."""
        associated = of_type(home, "AWS::WAFv2::WebACLAssociation")
        return cls(
            LoadBalancer(home),
            _acl(home, (a["WebACLArn"] for a in associated.values())),
            Distribution(edge) if edge else None,
            _acl(edge, [Distribution(edge).config["WebACLId"]]) if edge else None,
        )

    def send(self, request: Request) -> Outcome:
        """What becomes of a request that a client sends to the name of the exposure."""
        if not self.distribution:
            return self.send_to_load_balancer(request, request.client)
        counted: frozenset[str] = frozenset()
        if self.edge:
            verdict = self.edge.judge(request)
            counted = verdict.counted
            if verdict.blocked:
                return Outcome(by="firewall", status=verdict.status, rule=verdict.rule, counted=counted)
        passed = self.distribution.answer(request)
        if isinstance(passed, Outcome):
            return replace(passed, counted=counted)
        outcome = self.send_to_load_balancer(replace(passed, client=IN_THE_VPC), CloudFront())
        return replace(outcome, counted=outcome.counted | counted)

    def send_to_load_balancer(self, request: Request, source: IPv4Address | CloudFront) -> Outcome:
        """What becomes of a request that is sent to the load balancer's own addresses."""
        if not self.load_balancer.admits(source, request.port):
            return Outcome(by="security group")
        counted: frozenset[str] = frozenset()
        if self.regional:
            verdict = self.regional.judge(request)
            counted = verdict.counted
            if verdict.blocked:
                return Outcome(by="firewall", status=verdict.status, rule=verdict.rule, counted=counted)
        return replace(self.load_balancer.answer(request), counted=counted)


def _acl(resources: dict[str, Any], references: Iterable[dict[str, Any]]) -> WebAcl | None:
    for reference in references:
        name, _ = reference["Fn::GetAtt"]
        return WebAcl(resources[name]["Properties"], resources, frozenset({BAD_ADDRESS}))
    return None
