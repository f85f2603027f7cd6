"""CloudFront: the engine does not route to a VPC origin."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from operations.local.engine.patches.support import expect

Fetched = tuple[int, str, dict[str, Any], Any]
"""Status, reason, headers and body of an origin's answer."""


def apply() -> None:
    """Hand such a request to the load balancer that the origin names, with the origin's DomainName as its host."""
    cloudfront: Any = import_module("ministack.services.cloudfront")
    parse: Callable[..., dict[str, Any]] = cloudfront._dataplane_origin
    fetch: Callable[..., Awaitable[Fetched]] = cloudfront._fetch_from_origin

    def with_vpc_origin(element: Any) -> dict[str, Any]:
        origin, configured = parse(element), cloudfront._find(element, "VpcOriginConfig")
        if configured is None:
            return origin
        quiet = int(cloudfront._text(configured, "OriginReadTimeout") or origin["read_timeout"])
        return {**origin, "vpc_origin": cloudfront._text(configured, "VpcOriginId"), "read_timeout": quiet}

    async def routed(origin: dict[str, Any], *request: Any) -> Fetched:
        if "vpc_origin" not in origin:
            return await fetch(origin, *request)
        return await _from_load_balancer(cloudfront, origin, *request)

    cloudfront._dataplane_origin, cloudfront._fetch_from_origin = with_vpc_origin, routed


async def _from_load_balancer(
    cloudfront: Any,
    origin: dict[str, Any],
    method: str,
    uri: str,
    query: str,
    headers: dict[str, Any],
    body: bytes,
    viewer_is_https: bool,
    client: str,
    forwarded_for: str,
    _distribution: str,
) -> Fetched:
    balancers: Any = import_module("ministack.services.alb")
    config: dict[str, Any] = cloudfront._vpc_origins[origin["vpc_origin"]]["VpcOriginEndpointConfig"]
    _, _, _, region, account, _ = config["Arn"].split(":", 5)
    balancer = balancers._lbs.get_scoped(account, region, config["Arn"])
    if balancer is None:
        raise cloudfront.OriginUnreachable(f"{config['Arn']} is gone")
    policy = config["OriginProtocolPolicy"]
    secure = policy == "https-only" or (policy == "match-viewer" and viewer_is_https)
    port = config["HTTPSPort" if secure else "HTTPPort"]
    listening = {each["Port"] for each in balancers._listeners.values_scoped(account, region) if _is_of(each, balancer)}
    if port not in listening:
        raise cloudfront.OriginUnreachable(f"{config['Arn']} does not listen on {port}")
    sent = cloudfront._origin_request_headers(origin, headers, client, forwarded_for)
    answer = balancers.dispatch_request(
        balancer,
        method,
        origin["origin_path"] + uri,
        {name.lower(): value for name, value in sent.items()},
        body or b"",
        parse_qs(query, keep_blank_values=True),
        port,
        client_ip="127.0.0.1",
        raw_query_string=query,
    )
    try:
        status, received, data = await asyncio.wait_for(answer, origin["read_timeout"])
    except TimeoutError as error:
        raise cloudfront.OriginTimeout(f"no answer within {origin['read_timeout']} s") from error
    # A body that comes in pieces is passed on in pieces.
    return status, "", {name.lower(): value for name, value in received.items()}, data


def _is_of(listener: dict[str, Any], balancer: dict[str, Any]) -> bool:
    return listener["LoadBalancerArn"] == balancer["LoadBalancerArn"]


def check() -> None:
    """A distribution's VPC origin is read, with its own time-out."""
    cloudfront: Any = import_module("ministack.services.cloudfront")
    element = cloudfront.fromstring(
        "<Origin><Id>one</Id><DomainName>origin.example.com</DomainName><VpcOriginConfig>"
        "<VpcOriginId>vo_1</VpcOriginId><OriginReadTimeout>60</OriginReadTimeout></VpcOriginConfig></Origin>"
    )
    origin = cloudfront._dataplane_origin(element)
    expect((origin["vpc_origin"], origin["read_timeout"]) == ("vo_1", 60), f"the origin is {origin}")
