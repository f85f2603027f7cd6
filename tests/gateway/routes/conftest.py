"""The four exposures, each as its templates have it."""

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app as platform_app
from groundwork.gateway.exposure import Exposure
from operations.local.assembly import read_environment
from tests.constructs.gateway import edge_app
from tests.constructs.gateway.platform_app import CERTIFICATE, PRIVATE, PRIVATE_RDS, PUBLIC, PUBLIC_AURORA, Variant
from tests.constructs.gateway.platform_app import build as build_platform
from tests.gateway.routes.distribution import OWN_NAME
from tests.gateway.routes.table import EXPOSURES
from tests.gateway.routes.way_in import WayIn

Resources = dict[str, Any]
ANYBODY = IPv4Address("203.0.113.10")
COLLEAGUE = IPv4Address("10.1.2.3")


@dataclass(frozen=True, kw_only=True)
class Place:
    """An exposure, and who calls it."""

    home: Resources
    edge: Resources | None
    host: str
    client: IPv4Address
    admin_ui: bool

    def way_in(self) -> WayIn:
        """One on which nobody has called yet."""
        return WayIn.of(self.home, self.edge)


def behind(edge: edge_app.EdgeVariant) -> Variant:
    """The gateway's stack as it stands behind an edge: its only host is what CloudFront calls it by."""
    exposure = Exposure(
        internet_facing=False,
        host=edge_app.ORIGIN,
        certificate=CERTIFICATE,
        clients=(IPv4Network("10.0.0.0/8"),),
        admin_ui=edge.admin_ui,
    )
    return Variant(name=f"{edge.name}-home", exposure=exposure)


def only_from_cloudfront(home: Resources, edges_home: Resources) -> Resources:
    """The gateway's stack with the security group of the load balancer at the edge, and without the firewall that
    the edge has instead: the two stand in two apps until an environment file makes both."""
    kept = {k: r for k, r in home.items() if r["Type"] != "AWS::WAFv2::WebACLAssociation"}
    groups = {k: r for k, r in edges_home.items() if r["Type"].startswith("AWS::EC2::SecurityGroup")}
    assert not set(groups) & set(kept)
    ((name, balancer),) = ((k, r) for k, r in kept.items() if r["Type"].endswith("::LoadBalancer"))
    references = next(r["Properties"]["SecurityGroups"] for r in edges_home.values() if r["Type"] == balancer["Type"])
    properties = {**balancer["Properties"], "SecurityGroups": references}
    return {**kept, **groups, name: {**balancer, "Properties": properties}}


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """The exposures by their name."""
    edges = {"cloudfront": edge_app.DEFAULT_NAME, "cloudfront-domain": edge_app.OWN_NAME}
    variants = (PUBLIC_AURORA, PRIVATE_RDS, *map(behind, edges.values()))
    app = cdk.App(context=platform_app.context(), outdir=str(tmp_path_factory.mktemp("routes")))
    build_platform(app, *variants)
    edge_app.build(app, *edges.values())
    folder = Path(app.synth().directory)

    def resources(environment: str, stack: str) -> Resources:
        found = read_environment(assembly=folder, name=environment).stacks
        (file,) = (one.template for one in found if one.name.rsplit("-", 1)[1] == stack)
        return json.loads(file.read_text())["Resources"]

    def home(environment: str) -> Resources:
        return resources(environment, "Gateway")

    found = {
        "public": Place(home=home("public"), edge=None, host=PUBLIC.host, client=ANYBODY, admin_ui=True),
        "private": Place(home=home("private"), edge=None, host=PRIVATE.host, client=COLLEAGUE, admin_ui=False),
    }
    for name, edge in edges.items():
        merged = only_from_cloudfront(home(behind(edge).name), resources(edge.name, "Home"))
        host = edge.viewer_name.host if edge.viewer_name else OWN_NAME
        at_edge = resources(edge.name, "Edge")
        found[name] = Place(home=merged, edge=at_edge, host=host, client=ANYBODY, admin_ui=edge.admin_ui)
    return found


@pytest.fixture(scope="session", params=EXPOSURES)
def place(request: pytest.FixtureRequest, places: dict[str, Place]) -> Place:
    """Each exposure in turn."""
    return places[request.param]
