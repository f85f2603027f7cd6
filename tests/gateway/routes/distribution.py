"""A CloudFront distribution as CloudFormation writes it: which requests it takes, and what the origin gets.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html,
read 2026-11-23
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.gateway.routes.patterns import fits
from tests.gateway.routes.request import Outcome, Request

OWN_NAME = "d111111abcdef8.cloudfront.net"
"""Stands for the name that CloudFront gives it."""

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


@dataclass(frozen=True)
class Distribution:
    """The one distribution among some resources."""

    resources: Mapping[str, Any]

    @property
    def config(self) -> dict[str, Any]:
        (one,) = (r for r in self.resources.values() if r["Type"] == "AWS::CloudFront::Distribution")
        return one["Properties"]["DistributionConfig"]

    def answer(self, request: Request) -> Outcome | Request:
        """What it answers itself, or the request that its origin gets."""
        if request.host.lower().partition(":")[0] not in {OWN_NAME, *self.config.get("Aliases", ())}:
            return Outcome(by="distribution", status=403)
        behavior = self._behavior(request.path)
        if request.scheme == "http":
            match behavior["ViewerProtocolPolicy"]:
                case "redirect-to-https":
                    query = f"?{request.query}" if request.query else ""
                    location = f"https://{request.host}{request.path}{query}"
                    return Outcome(by="distribution", status=301, location=location)
                case "https-only":
                    return Outcome(by="distribution", status=403)
                case other:
                    raise NotImplementedError(f"viewer protocol policy {other}")
        if request.method not in behavior["AllowedMethods"]:
            return Outcome(by="distribution", status=403)
        if behavior["CachePolicyId"] != CACHING_DISABLED:
            raise NotImplementedError("a cache before the gateway")
        if {"FunctionAssociations", "LambdaFunctionAssociations"} & set(behavior):
            raise NotImplementedError("functions that rewrite requests")
        return self._to_origin(request, behavior)

    def headers(self) -> dict[str, str]:
        """Security headers that it sets on every answer, whatever the origin says, by lower-case name."""
        policy = self.resources[self._behavior("/")["ResponseHeadersPolicyId"]["Ref"]]["Properties"]
        config: dict[str, Any] = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        if not all(entry["Override"] for entry in config.values()):
            raise NotImplementedError("headers that the origin may set differently")
        hsts = config["StrictTransportSecurity"]
        suffix = "; includeSubDomains" if hsts.get("IncludeSubdomains") else ""
        found = {"strict-transport-security": f"max-age={hsts['AccessControlMaxAgeSec']}{suffix}"}
        if "ContentTypeOptions" in config:
            found["x-content-type-options"] = "nosniff"
        if "FrameOptions" in config:
            found["x-frame-options"] = config["FrameOptions"]["FrameOption"]
        if "ReferrerPolicy" in config:
            found["referrer-policy"] = config["ReferrerPolicy"]["ReferrerPolicy"]
        return found

    def _behavior(self, path: str) -> dict[str, Any]:
        for behavior in self.config.get("CacheBehaviors", ()):
            if fits(behavior["PathPattern"], path):
                return behavior
        return self.config["DefaultCacheBehavior"]

    def _to_origin(self, request: Request, behavior: dict[str, Any]) -> Outcome | Request:
        origin = next(one for one in self.config["Origins"] if one["Id"] == behavior["TargetOriginId"])
        if "VpcOriginConfig" not in origin or origin.get("OriginPath"):
            raise NotImplementedError("an origin that is no VPC origin, or below a path")
        # Both policies pass the headers of a WebSocket on, which is all that it takes, also with VPC origins:
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
        # https://aws.amazon.com/about-aws/whats-new/2026/05/amazon-cloudfront-websockets-vpc-origins/
        match behavior["OriginRequestPolicyId"]:
            case str(policy) if policy == ALL_VIEWER_EXCEPT_HOST:
                host = origin["DomainName"]
            case str(policy) if policy == ALL_VIEWER:
                host = request.host
            case other:
                raise NotImplementedError(f"origin request policy {other}")
        return replace(request, host=host, headers={**request.headers, "x-forwarded-for": str(request.client)})
