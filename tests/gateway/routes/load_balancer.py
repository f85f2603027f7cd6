"""An application load balancer as CloudFormation writes it: who may connect, and what its listeners answer.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html, read 2026-11-23
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from tests.gateway.routes.patterns import fits
from tests.gateway.routes.request import Outcome, Request

Resources = Mapping[str, Any]
_PREFIX = "AWS::ElasticLoadBalancingV2::"


class CloudFront:
    """Where the connections of a VPC origin come from."""


Source = IPv4Address | CloudFront


def of_type(resources: Resources, resource_type: str) -> dict[str, dict[str, Any]]:
    """Properties of the resources of a type, by logical id."""
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == resource_type}


@dataclass(frozen=True)
class LoadBalancer:
    """The one load balancer among some resources."""

    resources: Resources

    @property
    def properties(self) -> dict[str, Any]:
        (one,) = of_type(self.resources, f"{_PREFIX}LoadBalancer").values()
        return one

    def admits(self, source: Source, port: int) -> bool:
        """Whether its security groups let somebody connect to a port."""
        return any(
            rule["IpProtocol"] in ("tcp", "-1")
            and ("FromPort" not in rule or rule["FromPort"] <= port <= rule["ToPort"])
            and _is_from(rule, source)
            for rule in self._ingress()
        )

    def answer(self, request: Request) -> Outcome:
        """What the listener on the request's port does with it."""
        if request.method == "TRACE":
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
            return Outcome(by="listener", status=405)
        for action in self._actions(request):
            match action["Type"]:
                case "forward":
                    return Outcome(by="container", received=request)
                case "fixed-response":
                    return Outcome(by="listener", status=int(action["FixedResponseConfig"]["StatusCode"]))
                case "redirect":
                    return _redirect(request, action["RedirectConfig"])
                case other:
                    raise NotImplementedError(f"action {other}")
        raise ValueError("a listener without an action")

    def attributes(self) -> dict[str, str]:
        """Attributes of the listener on 443."""
        _, listener = self._listener(443)
        return {one["Key"]: one["Value"] for one in listener.get("ListenerAttributes", ())}

    def _ingress(self) -> Iterator[dict[str, Any]]:
        for reference in self.properties["SecurityGroups"]:
            name, _ = reference["Fn::GetAtt"]
            yield from self.resources[name]["Properties"].get("SecurityGroupIngress", ())
            for rule in of_type(self.resources, "AWS::EC2::SecurityGroupIngress").values():
                if rule["GroupId"] == reference:
                    yield rule

    def _listener(self, port: int) -> tuple[str, dict[str, Any]]:
        return next((name, one) for name, one in self._listeners.items() if one["Port"] == port)

    @cached_property
    def _listeners(self) -> dict[str, dict[str, Any]]:
        return of_type(self.resources, f"{_PREFIX}Listener")

    @cached_property
    def _rules(self) -> list[dict[str, Any]]:
        return sorted(of_type(self.resources, f"{_PREFIX}ListenerRule").values(), key=lambda rule: rule["Priority"])

    def _actions(self, request: Request) -> list[dict[str, Any]]:
        name, listener = self._listener(request.port)
        if (listener["Protocol"] == "HTTPS") != (request.scheme == "https"):
            raise ValueError(f"port {request.port} does not speak {request.scheme}")
        for rule in self._rules:
            if rule.get("Transforms"):
                raise NotImplementedError("a rule that rewrites requests")
            if rule["ListenerArn"] == {"Ref": name} and all(_holds(c, request) for c in rule["Conditions"]):
                return rule["Actions"]
        return listener["DefaultActions"]


def _is_from(rule: dict[str, Any], source: Source) -> bool:
    if isinstance(source, CloudFront):
        # A VPC origin connects from inside the VPC: only the prefix list, or its group, names it.
        return "SourcePrefixListId" in rule
    return "CidrIp" in rule and source in IPv4Network(rule["CidrIp"])


def _host(value: dict[str, Any], request: Request) -> bool:
    # Whether a port in `Host` takes part is not documented. It does not here: of the two readings the one that lets
    # more through.
    host = request.host.lower().partition(":")[0]
    return any(fits(pattern.lower(), host) for pattern in value["Values"])


_CONDITIONS: dict[str, tuple[str, Callable[[dict[str, Any], Request], bool]]] = {
    "host-header": ("HostHeaderConfig", _host),
    # Compared as it was sent: neither decoded nor normalized, and without the query.
    "path-pattern": ("PathPatternConfig", lambda value, r: any(fits(p, r.path) for p in value["Values"])),
    "http-request-method": ("HttpRequestMethodConfig", lambda value, r: r.method in value["Values"]),
    "source-ip": (
        "SourceIpConfig",
        lambda value, r: any(r.client in IPv4Network(cidr) for cidr in value["Values"]),
    ),
}


def _holds(condition: dict[str, Any], request: Request) -> bool:
    if condition["Field"] not in _CONDITIONS:
        raise NotImplementedError(f"condition {condition['Field']}")
    key, holds = _CONDITIONS[condition["Field"]]
    if "RegexValues" in condition[key]:
        raise NotImplementedError("regular expressions in conditions")
    return holds(condition[key], request)


def _redirect(request: Request, config: dict[str, Any]) -> Outcome:
    parts = {
        "protocol": request.scheme,
        "host": request.host.partition(":")[0],
        "port": str(request.port),
        "path": request.path.lstrip("/"),
        "query": request.query,
    }

    def part(key: str, default: str) -> str:
        text = config.get(key, default)
        for name, value in parts.items():
            text = text.replace(f"#{{{name}}}", value)
        return text

    query = part("Query", "#{query}")
    location = (
        f"{part('Protocol', '#{protocol}').lower()}://{part('Host', '#{host}')}:{part('Port', '#{port}')}"
        f"{part('Path', '/#{path}')}{'?' if query else ''}{query}"
    )
    return Outcome(by="listener", status=int(config["StatusCode"].removeprefix("HTTP_")), location=location)
