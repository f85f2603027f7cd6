"""What each exposure promises besides the table: who connects, redirects, rates, headers, two locks on closed paths."""

import json
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from groundwork.gateway.routes import closed_routes
from tests.gateway.routes.conftest import ANYBODY, COLLEAGUE, CUSTOMER, Place
from tests.gateway.routes.load_balancer import CloudFront
from tests.gateway.routes.managed_rules import CAPACITY
from tests.gateway.routes.request import Request
from tests.gateway.routes.web_acl import INSPECTED

AGENT = {"user-agent": "python-httpx/0.28"}
LIMIT, FEW = 10_000, 100
"""Requests of one address in 5 minutes: the default, and what a test sends in no time."""


def call(place: Place, path: str = "/v1/chat/completions", **changes) -> Request:
    request = Request(method="POST", host=place.host, path=path, client=place.client, headers=AGENT)
    return replace(request, **changes)


@pytest.mark.parametrize("port", [80, 443])
@pytest.mark.parametrize(
    ("exposure", "source", "admitted"),
    [
        ("public", CUSTOMER, {80, 443}),
        ("public", ANYBODY, set()),
        ("public", CloudFront(), set()),
        ("private", COLLEAGUE, {80, 443}),
        ("private", ANYBODY, set()),
        ("private", IPv4Address("11.0.0.1"), set()),
        ("cloudfront", CloudFront(), {443}),
        ("cloudfront", ANYBODY, set()),
        ("cloudfront", COLLEAGUE, set()),
        ("cloudfront-domain", CloudFront(), {443}),
        ("cloudfront-domain", ANYBODY, set()),
        ("cloudfront-domain", COLLEAGUE, set()),
    ],
)
def test_only_those_connect_to_the_load_balancer_whom_the_exposure_names(
    places: dict[str, Place], exposure: str, source, admitted: set[int], port: int
) -> None:
    assert places[exposure].way_in().load_balancer.admits(source, port) is (port in admitted)


@pytest.mark.parametrize("port", [22, 79, 81, 442, 444, 4000, 8080])
def test_no_other_port_is_open(place: Place, port: int) -> None:
    for source in (ANYBODY, COLLEAGUE, CUSTOMER, CloudFront()):
        assert not place.way_in().load_balancer.admits(source, port)


def test_a_redirect_leads_to_the_same_place_over_tls(place: Place) -> None:
    outcome = place.way_in().send(call(place, "/v1/models", scheme="http", query="a=b"))
    assert outcome.location.replace(":443/", "/") == f"https://{place.host}/v1/models?a=b"


def test_the_container_hears_the_one_name_that_it_was_given(place: Place) -> None:
    received = place.way_in().send(call(place, host=place.host.upper())).received
    assert received
    assert received.host.lower() == place.origin


def test_the_container_gets_keys_query_and_body_as_they_were_sent(place: Place) -> None:
    headers = {**AGENT, "authorization": "Bearer sk-1", "x-api-key": "sk-2", "cookie": "token=a"}
    sent = call(place, "/bedrock/model/a%3Ab/invoke", query="key=sk-3", body=b"{}" * 100, headers=headers)
    received = place.way_in().send(sent).received
    assert received
    assert (received.method, received.path, received.query) == (sent.method, sent.path, sent.query)
    assert received.body == sent.body
    assert received.headers.items() >= headers.items()


def counting_to_few(place: Place) -> Place:
    """The place with a limit of `FEW` in every rule that has the default."""
    limits = (f'"Limit": {LIMIT}', f'"Limit": {FEW}')
    home, edge = json.dumps(place.home), json.dumps(place.edge)
    assert limits[0] in home + edge
    return replace(place, home=json.loads(home.replace(*limits)), edge=json.loads(edge.replace(*limits)))


def test_an_address_that_calls_too_often_hears_429_for_five_minutes_and_others_do_not(place: Place) -> None:
    way_in = counting_to_few(place).way_in()
    assert {str(way_in.send(call(place, at=index))) for index in range(FEW)} == {"container"}
    assert [str(way_in.send(call(place, at=101 + index))) for index in range(5)] == ["429 firewall"] * 5
    assert str(way_in.send(call(place, client=place.client + 1, at=110))) == "container"
    assert str(way_in.send(call(place, at=299))) == "429 firewall"
    assert str(way_in.send(call(place, at=700))) == "container"


@pytest.mark.parametrize("exposure", ["cloudfront", "cloudfront-domain"])
def test_callers_behind_cloudfront_do_not_share_one_rate(places: dict[str, Place], exposure: str) -> None:
    """To the load balancer they all have CloudFront's address: a firewall there would count them as one."""
    place = places[exposure]
    way_in = counting_to_few(place).way_in()
    clients = (IPv4Address("11.0.0.0") + index for index in range(FEW + 5))
    assert {str(way_in.send(call(place, client=client))) for client in clients} == {"container"}


CLOSED = [
    (route.name, path)
    for route in closed_routes(admin_ui=False, docs=False)
    for path in (*route.exact, *route.below, *(f"{path}/any/page.html" for path in route.below))
]


@pytest.mark.parametrize(("name", "path"), CLOSED)
def test_load_balancer_and_firewall_each_close_a_path_without_the_other(place: Place, name: str, path: str) -> None:
    way_in = place.way_in()
    answer = way_in.load_balancer.answer(call(place, path, host=place.origin))
    acl = way_in.edge or way_in.regional
    assert acl
    verdict = acl.judge(call(place, path))
    if name != "AdminUi" or not place.admin_ui:
        assert str(answer) == "404 listener"
        assert (verdict.blocked, verdict.status) == (True, 404)
        assert verdict.rule.startswith("Closed")
    else:
        assert str(answer) == "container"
        assert not verdict.blocked


@pytest.mark.parametrize("path", [path for name, path in CLOSED if name == "AdminUi"])
def test_the_pages_for_administrators_can_be_closed_at_the_edge_too(edge_without_ui: Place, path: str) -> None:
    way_in = edge_without_ui.way_in()
    assert way_in.edge
    assert way_in.edge.judge(call(edge_without_ui, path)).status == 404
    assert str(way_in.send(call(edge_without_ui, path))) == "404 firewall"
    assert str(way_in.load_balancer.answer(call(edge_without_ui, path, host=edge_without_ui.origin))) == "404 listener"


def test_browsers_are_told_the_same_in_every_exposure(place: Place) -> None:
    way_in = place.way_in()
    if way_in.distribution:
        headers = way_in.distribution.headers()
        assert headers.pop("referrer-policy") == "strict-origin-when-cross-origin"
    else:
        prefix, suffix = "routing.http.response.", ".header_value"
        headers = {
            key.removeprefix(prefix).removesuffix(suffix).replace("_", "-"): value
            for key, value in way_in.load_balancer.attributes().items()
            if key.endswith(suffix)
        }
    assert headers == {
        "strict-transport-security": "max-age=63072000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }


def test_the_rules_fit_into_what_a_web_acl_costs_by_default(place: Place) -> None:
    """1500 units are in the price; a regular expression is 3 units and each transformation 10, a rate 2.

    https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html, read 2026-11-23
    """
    acl = place.way_in().edge or place.way_in().regional
    assert acl
    total = 0
    for rule in acl.properties["Rules"]:
        match rule["Statement"]:
            case {"OrStatement": {"Statements": statements}}:
                for one in statements:
                    total += 3 + 10 * len(one["RegexMatchStatement"]["TextTransformations"])
            case {"ManagedRuleGroupStatement": {"Name": name}}:
                total += CAPACITY[name]
            case {"RateBasedStatement": _}:
                total += 2
            case other:
                raise AssertionError(other)
    assert 900 < total <= 1500
    assert acl.properties["Scope"] in INSPECTED
