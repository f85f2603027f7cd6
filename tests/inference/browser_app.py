"""A browser's sandbox for the tests: its settings, and an app with nothing but it and what it stands on."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from stacks.browser import BrowserStack
from stacks.foundation import FoundationStack
from stacks.network import NetworkStack
from tests.inference.inference_app import COMPONENT, ENVIRONMENT, LOCK, entry

AGENT = "111122223333.dkr.ecr.us-east-1.amazonaws.com/fara-agent:1.0"
SQUID = "public.ecr.aws/ubuntu/squid:6.6-24.04_edge"
BROWSER: dict[str, Any] = {"image": AGENT, "proxy_image": SQUID, "allow": ["www.example.com", "*.example.org"]}
BROWSER_LOCK = {**LOCK, AGENT: "sha256:" + "d" * 64, SQUID: "sha256:" + "e" * 64}
NETWORK = {"vpc": {"cidr": "10.40.0.0/16", "nat": "one"}}


def sandboxed(**more: Any) -> dict[str, Any]:
    """Fara of the catalogue with a sandbox, as an environment file writes it."""
    return {**entry("fara-7b"), "browser": {**BROWSER, **more}}


def add_browser(app: cdk.App, stage_id: str, *, component: bool = False) -> BrowserStack:
    """An environment with the sandbox of `sandboxed` in a stage of its own."""
    more = {"component": COMPONENT} if component else {}
    document = {**ENVIRONMENT, "network": NETWORK, "inference": {"catalogue": [{**sandboxed(), **more}]}}
    environment = Environment.model_validate_json(json.dumps(document))
    assert environment.network
    assert environment.inference
    stage = cdk.Stage(app, stage_id)
    foundation = FoundationStack(stage, "Foundation", environment=environment)
    key, topic = foundation.operations_key.key, foundation.alarms.topic
    network = NetworkStack(
        stage, "Network", environment=environment, settings=environment.network, operations_key=key, alarms=topic
    )
    (endpoint,) = environment.inference.all_endpoints
    assert endpoint.browser
    assert network.endpoints.security_group
    stack = BrowserStack(
        stage,
        "Browser-fara-7b",
        environment=environment,
        endpoint=endpoint,
        settings=endpoint.browser,
        vpc=network.network.vpc,
        subnets=network.network.subnets.private,
        own=environment.network.cidrs,
        endpoints_group=network.endpoints.security_group,
        operations_key=key,
        alarms=topic,
        image_lock=BROWSER_LOCK,
    )
    for each in (network, stack):
        boundary = iam.ManagedPolicy.from_managed_policy_name(each, "Boundary", boundary_name(environment.name))
        iam.PermissionsBoundary.of(each).apply(boundary)
    return stack
