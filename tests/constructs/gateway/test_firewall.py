"""The firewall as it stands before a distribution, and the table of paths that it and the listener follow."""

import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from groundwork.gateway.firewall import Firewall
from groundwork.gateway.routes import ALWAYS_CLOSED, closed_routes


@pytest.fixture(scope="module")
def template() -> Template:
    stack = cdk.Stack(cdk.App(), "Edge", env=cdk.Environment(account="111122223333", region="us-east-1"))
    Firewall(
        stack,
        "Firewall",
        environment="dev",
        web_scope="CLOUDFRONT",
        closed=list(closed_routes(admin_ui=False, docs=False)),
        requests_per_5_minutes=500,
        key=kms.Key(stack, "Key"),
    )
    return Template.from_stack(stack)


def test_it_can_stand_before_a_distribution(template: Template) -> None:
    template.has_resource_properties("AWS::WAFv2::WebACL", {"Scope": "CLOUDFRONT"})
    template.resource_count_is("AWS::WAFv2::WebACLAssociation", 0)
    template.resource_count_is("AWS::WAFv2::LoggingConfiguration", 1)


def test_closed_paths_are_refused_before_anything_is_counted(template: Template) -> None:
    (acl,) = template.find_resources("AWS::WAFv2::WebACL").values()
    names = [rule["Name"] for rule in acl["Properties"]["Rules"]]
    closed = ["Internal", "Unused", "Mcp", "Discovery", "AdminUi", "Docs"]
    assert names[:7] == [*(f"Closed{name}" for name in closed), "RatePerAddress"]


def test_what_is_switched_on_is_not_closed() -> None:
    always = ["Internal", "Unused", "Mcp", "Discovery"]
    assert [route.name for route in closed_routes(admin_ui=True, docs=True)] == always


def test_a_closed_path_is_looked_for_as_the_container_sees_it_and_without_detours(template: Template) -> None:
    (acl,) = template.find_resources("AWS::WAFv2::WebACL").values()
    statements = acl["Properties"]["Rules"][0]["Statement"]["OrStatement"]["Statements"]
    kinds = [[t["Type"] for t in one["RegexMatchStatement"]["TextTransformations"]] for one in statements]
    assert kinds == [["URL_DECODE"], ["URL_DECODE", "NORMALIZE_PATH"]]
    assert len({one["RegexMatchStatement"]["RegexString"] for one in statements}) == 1


@pytest.mark.parametrize(
    "path", ["/health", "/health/", "/health\n", "/metrics", "/metrics/../v1/models", "/metrics/\nx"]
)
def test_every_spelling_that_the_container_serves_is_closed(path: str) -> None:
    assert re.search(ALWAYS_CLOSED.regex, path)


@pytest.mark.parametrize("path", ["/health/readiness", "/health/liveliness", "/healthy", "/v1/metrics", "/metricsx"])
def test_nothing_else_is_closed(path: str) -> None:
    assert not re.search(ALWAYS_CLOSED.regex, path)


@pytest.mark.parametrize("route", list(closed_routes(admin_ui=False, docs=False)), ids=lambda route: route.name)
def test_listener_and_firewall_close_the_same_paths(route) -> None:
    for pattern in route.patterns:
        assert re.search(route.regex, pattern.replace("*", "any/page.html"))
        assert not re.search(route.regex, f"/v1{pattern.replace('*', 'x')}".rstrip("/") + "-of-mine")
    assert len(route.regex) <= 512  # what WAF takes
