"""The data planes of the engine: how a request gets to a load balancer or a distribution, and from there to a server.

The engine serves all of them on its one address. The start of the path says which one is meant, so that `Host` and the
rest of the path are the caller's own.
"""

from dataclasses import dataclass

from operations.local.clients import client
from operations.local.running_engine import RunningEngine


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where and how to send requests."""

    url: str
    """The base, to be followed by the path."""
    headers: dict[str, str]
    """To be sent with every request."""


def load_balancer_entry(engine: RunningEngine, *, load_balancer_arn: str, host: str, port: int = 443) -> Entry:
    """Enter at the listener of `port`, asking for `host`; TLS ends at the engine, whatever the listener's protocol."""
    name = load_balancer_arn.split("/")[2]
    return Entry(url=f"{engine.endpoint}/_alb/{name}", headers={"Host": f"{host}:{port}"})


def distribution_entry(engine: RunningEngine, *, domain_name: str) -> Entry:
    """Enter at a distribution, by CloudFront's own name for it: `d111111abcdef8.cloudfront.net`."""
    label = domain_name.partition(".")[0]
    return Entry(url=f"{engine.endpoint}/_cloudfront/{label}", headers={"Host": domain_name})


def register_target(engine: RunningEngine, *, target_group_arn: str, port: int) -> None:
    """Let a target group of type `ip` forward to a server on 127.0.0.1, beside the targets that it has."""
    _, _, _, region, account, _ = target_group_arn.split(":", 5)
    client(engine, "elbv2", account=account, region=region).register_targets(
        TargetGroupArn=target_group_arn, Targets=[{"Id": "127.0.0.1", "Port": port}]
    )
