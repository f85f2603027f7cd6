"""The load balancer of the web page and its records are waited for, while who takes them away is still there."""

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from groundwork.spaces import names
from space_removal import web_entry
from space_removal.kubernetes import Kubernetes
from space_removal.left import LeftError
from space_removal.removal import LONGEST, what_is_left
from tests.handlers.space_removal.cluster import SYSTEM, FakeCluster

ZONE = "Z0123456789ABCDEFGHIJ"


def event(removes: str, *, age: int = 60) -> dict[str, Any]:
    return {
        "RequestType": "Delete",
        "ResourceProperties": {"Cluster": "training", "Removes": removes, "Zones": [ZONE]},
        "Data": {"Started": str(int(time.time()) - age), "Cluster": ""},
    }


def ingress(kubernetes: Kubernetes, *, age: int = 60) -> str:
    return what_is_left(event("ingress", age=age), kubernetes=kubernetes, route53=lambda: None)


@pytest.fixture
def with_page(cluster: FakeCluster) -> FakeCluster:
    cluster.add_ingress(names.INGRESS)
    return cluster


def test_the_names_are_those_of_the_add_on() -> None:
    assert (web_entry.INGRESS, web_entry.NAMESPACE) == (names.INGRESS, names.NAMESPACE)


def test_the_ingress_is_asked_to_go_once_and_waited_for(with_page: FakeCluster, kubernetes: Kubernetes) -> None:
    with_page.balancer_controller = False
    for _ in range(3):
        assert ingress(kubernetes) == "Ingress traefik-alb of namespace jupyter-k8s-system"
        with_page.pass_time()
    assert with_page.calls.count("delete ingresses traefik-alb") == 1
    with_page.balancer_controller = True
    with_page.pass_time()
    assert ingress(kubernetes) == ""


def test_an_ingress_that_is_gone_is_no_error(kubernetes: Kubernetes, cluster: FakeCluster) -> None:
    """Nor is a namespace that is gone: an API server lists nothing there."""
    assert ingress(kubernetes) == ""
    assert cluster.calls == ["list ingresses"]


def test_an_ingress_that_goes_while_it_is_asked_to_is_no_error(with_page: FakeCluster, kubernetes: Kubernetes) -> None:
    with_page.failures[2] = 404
    assert ingress(kubernetes)
    assert with_page.calls == ["list ingresses", "delete ingresses traefik-alb"]


def test_the_ingress_of_somebody_else_is_waited_for_and_not_touched(
    with_page: FakeCluster, kubernetes: Kubernetes
) -> None:
    with_page.add_ingress("theirs")
    assert "theirs, traefik-alb" in ingress(kubernetes)
    with_page.pass_time()
    assert ingress(kubernetes) == "Ingress theirs of namespace jupyter-k8s-system"
    assert with_page.names("ingresses", SYSTEM) == {"theirs"}


@pytest.mark.parametrize("status", [401, 429, 503])
@pytest.mark.parametrize("failing", [1, 2])
def test_a_call_that_fails_is_made_again(
    with_page: FakeCluster, kubernetes: Kubernetes, failing: int, status: int
) -> None:
    with_page.failures[failing] = status
    assert ingress(kubernetes)
    assert ingress(kubernetes)
    with_page.pass_time()
    assert ingress(kubernetes) == ""


def test_a_load_balancer_that_stays_is_said_with_what_to_do(with_page: FakeCluster, kubernetes: Kubernetes) -> None:
    with_page.balancer_controller = False
    with pytest.raises(LeftError) as raised:
        ingress(kubernetes, age=LONGEST + 1)
    assert "waited 25 minutes for Ingress traefik-alb" in str(raised.value)
    assert "its pods in kube-system run" in str(raised.value)


@pytest.mark.parametrize("verb", ["list", "delete"])
def test_every_right_that_is_given_is_needed(with_page: FakeCluster, kubernetes: Kubernetes, verb: str) -> None:
    for each in (each for each in with_page.rights if "rules" in each):
        each["rules"] = [r for r in each["rules"] if not (r["resources"] == ["ingresses"] and r["verbs"] == [verb])]
    with pytest.raises(LeftError, match=f"cannot {verb} resource ingresses"):
        ingress(kubernetes)


@pytest.fixture
def route53() -> Iterator[tuple[Any, Stubber]]:
    """Route 53, whose questions and answers botocore checks against its model."""
    client = boto3.client("route53", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def txt(name: str, owner: str) -> dict[str, Any]:
    """What ExternalDNS enters beside a record of its own."""
    value = f'"heritage=external-dns,external-dns/owner={owner},external-dns/resource=ingress/a/b"'
    return {"Name": name, "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": value}]}


def listed(stub: Stubber, *pages: list[dict[str, Any]]) -> None:
    """The pages of a zone, which end with a record that is nobody's and an alias without values."""
    alias = {"Name": "a.example.com.", "Type": "A", "AliasTarget": _TARGET}
    other = {"Name": "example.com.", "Type": "TXT", "TTL": 300, "ResourceRecords": [{"Value": '"v=spf1 -all"'}]}
    start: dict[str, Any] = {}
    for number, page in enumerate(pages):
        last = number == len(pages) - 1
        answer: dict[str, Any] = {
            "ResourceRecordSets": [*page, *([alias, other] if last else [])],
            "IsTruncated": not last,
            "MaxItems": "300",
        }
        if not last:
            answer |= {"NextRecordName": f"{number}.example.com.", "NextRecordType": "TXT"}
        stub.add_response("list_resource_record_sets", answer, {"HostedZoneId": ZONE, **start})
        start = {"StartRecordName": f"{number}.example.com.", "StartRecordType": "TXT"}


_TARGET = {"HostedZoneId": "Z2", "DNSName": "balancer.example.com.", "EvaluateTargetHealth": True}


def records(route53: tuple[Any, Stubber], *, age: int = 60) -> str:
    return what_is_left(event("records", age=age), kubernetes=None, route53=lambda: route53[0])  # type: ignore[arg-type]


def test_records_of_this_cluster_are_waited_for_on_every_page(route53: tuple[Any, Stubber]) -> None:
    ours, page = txt("cname-spaces.example.com.", "training"), txt("a.example.com.", "training-two")
    listed(route53[1], [page], [ours])
    assert records(route53) == "records of ExternalDNS cname-spaces.example.com"
    listed(route53[1], [page], [])
    assert records(route53) == ""


def test_a_zone_that_is_gone_has_no_records(route53: tuple[Any, Stubber]) -> None:
    route53[1].add_client_error("list_resource_record_sets", "NoSuchHostedZone", http_status_code=404)
    assert records(route53) == ""


def test_a_busy_service_is_asked_again_and_one_that_refuses_is_not(route53: tuple[Any, Stubber]) -> None:
    route53[1].add_client_error("list_resource_record_sets", "Throttling", "Rate exceeded")
    assert "Rate exceeded" in records(route53)
    route53[1].add_client_error("list_resource_record_sets", "AccessDenied", "not authorized")
    with pytest.raises(LeftError, match=r"The records of Spaces cannot be removed: .*not authorized"):
        records(route53)


def test_a_service_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        def get_paginator(self, name: str) -> Any:
            raise EndpointConnectionError(endpoint_url="https://route53.amazonaws.com")

    assert "Could not connect" in records((Silent(), None))  # type: ignore[arg-type]


def test_records_that_stay_are_said_with_what_to_do(route53: tuple[Any, Stubber]) -> None:
    listed(route53[1], [txt("spaces.example.com.", "training")])
    with pytest.raises(LeftError, match=r"records of ExternalDNS spaces\.example\.com\. ExternalDNS takes them away"):
        records(route53, age=LONGEST + 1)
