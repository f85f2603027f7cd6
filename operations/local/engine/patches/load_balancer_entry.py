"""Load balancers: a request carries no credentials, so the engine looks for its load balancer in one account only; and
a port that nothing listens on gets the answer of another port's listener.
"""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_ACCOUNT, SCRATCH_STACK, expect, handlers


def apply() -> None:
    """Find it in every account and Region, serve the request in its own, and only where it listens."""
    balancers: Any = import_module("ministack.services.alb")
    responses: Any = import_module("ministack.core.responses")
    dispatch: Callable[..., Awaitable[Any]] = balancers.dispatch_request

    def by_host(host: str) -> dict[str, Any] | None:
        wanted = host.split(":")[0].lower()
        found = (item for item in balancers._lbs.all_values() if item["DNSName"].lower() == wanted)
        suffix = ".alb.localhost"
        return next(found, by_name(wanted.removesuffix(suffix)) if wanted.endswith(suffix) else None)

    def by_name(name: str) -> dict[str, Any] | None:
        held = balancers._lbs.all_values()
        return next((item for item in held if item["LoadBalancerName"].lower() == name.lower()), None)

    async def in_its_own_scope(
        balancer: dict[str, Any],
        method: str,
        path: str,
        headers: Any,
        body: bytes,
        query: Any,
        port: int = 80,
        **named: Any,
    ) -> Any:
        arn = balancer["LoadBalancerArn"]
        _, _, _, region, account, _ = arn.split(":", 5)
        with responses.request_scope(account, region):
            if not any(
                (each["LoadBalancerArn"], each["Port"]) == (arn, port) for each in balancers._listeners.values()
            ):
                # In AWS there is no connection.
                return 503, {"Content-Type": "text/plain"}, f"Nothing listens on port {port} of {arn}.".encode()
            return await dispatch(balancer, method, path, headers, body, query, port, **named)

    balancers.find_lb_for_host, balancers._find_lb_by_name = by_host, by_name
    balancers.dispatch_request = in_its_own_scope


def check() -> None:
    """A load balancer is found from another account, by both of its names, and refuses where it does not listen."""
    balancers: Any = import_module("ministack.services.alb")
    handler = handlers()["AWS::ElasticLoadBalancingV2::LoadBalancer"]
    properties: dict[str, Any] = {"Name": SCRATCH_STACK}
    arn, attributes = handler["create"]("Balancer", properties, SCRATCH_STACK)
    with import_module("ministack.core.responses").request_scope("000000000002", "eu-west-1"):
        found = [
            balancers._find_lb_by_name(SCRATCH_STACK),
            balancers.find_lb_for_host(f"{SCRATCH_STACK}.alb.localhost:443"),
            balancers.find_lb_for_host(attributes["DNSName"]),
        ]
    balancers._listeners["one"] = {"ListenerArn": "one", "LoadBalancerArn": arn, "Port": 443}
    statuses: list[int] = [
        asyncio.run(balancers.dispatch_request(found[0], "GET", "/", {}, b"", {}, port))[0] for port in (443, 80)
    ]
    balancers._listeners.pop("one")
    handler["delete"](arn, properties)
    expect(all(item and item["LoadBalancerArn"] == arn for item in found), "it is not found from another account")
    expect(f":{SCRATCH_ACCOUNT}:" in arn, f"its ARN is {arn}")
    expect(statuses == [502, 503], f"without a rule and without a listener it answers {statuses}")
