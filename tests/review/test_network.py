"""Who reaches whom, where routes lead, and what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest

from review.assembly import Assembly, read_assembly
from review.ports import common
from review.sections.network import NetworkPictures, NetworkSection, network_section
from tests.review.assembly_on_disk import Body, StackOnDisk, resource, write

WORLD = {"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.fixture(scope="module")
def shop(pictured_assembly: Assembly) -> NetworkPictures:
    (pictures,) = network_section(pictured_assembly).pictures
    return pictures


def _section(folder: Path, **resources: Body) -> NetworkSection:
    return network_section(read_assembly(write(folder / "out", {"One": StackOnDisk(resources=resources)}, report=[])))


def test_a_connection_needs_a_rule_on_both_sides(shop: NetworkPictures) -> None:
    told = {(c.source, c.target, c.ports) for c in shop.reach.connections}
    assert told == {
        ("The internet", "CloudFront distribution (Edge/Distribution)", ()),
        ("CloudFront distribution (Edge/Distribution)", "Load balancer (Web/Balancer)", ()),
        ("The VPC's own addresses", "Load balancer (Web/Balancer)", ("443",)),
        ("Load balancer (Web/Balancer)", "Container service (Web/Service)", ("8080",)),
        ("Container service (Web/Service)", "Database (Data/Database)", ("5432",)),
    }


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("443", "443", "443"),
        ("443", "1 to 1024", "443"),
        ("80 to 443", "100 to 9000", "100 to 443"),
        ("every port", "udp 53", "udp 53"),
        ("udp 1 to 99", "udp 53", "udp 53"),
        ("udp 53", "53", ""),
        ("80", "443", ""),
    ],
)
def test_a_connection_is_open_on_the_ports_of_both_rules(one: str, other: str, both: str) -> None:
    assert (common(one, other), common(other, one)) == (both, both)


def test_a_rule_for_the_vpc_lets_in_who_may_leave_for_the_group(tmp_path: Path) -> None:
    (pictures,) = _section(
        tmp_path,
        Vpc=resource("AWS::EC2::VPC", CidrBlock="10.1.0.0/16"),
        A=resource("AWS::EC2::SecurityGroup"),
        B=resource("AWS::EC2::SecurityGroup", SecurityGroupIngress=[{**WORLD, "CidrIp": "10.0.0.0/8"}]),
        Out=resource(
            "AWS::EC2::SecurityGroupEgress",
            GroupId={"Ref": "A"},
            DestinationSecurityGroupId={"Ref": "B"},
            IpProtocol="tcp",
            FromPort=400,
            ToPort=500,
        ),
    ).pictures
    told = {(c.source, c.target, c.ports) for c in pictures.reach.connections}
    assert ("Security group (One/A)", "Security group (One/B)", ("443",)) in told


def test_every_connection_is_an_arrow_with_its_ports(shop: NetworkPictures) -> None:
    assert len(shop.reach.graph.edges) == len(shop.reach.connections)
    assert [edge.label for edge in shop.reach.graph.edges if edge.target.endswith("Database")] == ["5432"]


def test_a_private_load_balancer_that_lets_everybody_in_is_not_on_the_internet(tmp_path: Path) -> None:
    section = _section(
        tmp_path,
        Group=resource("AWS::EC2::SecurityGroup", SecurityGroupIngress=[WORLD]),
        Balancer=resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internal", SecurityGroups=[{"Ref": "Group"}]
        ),
    )
    (pictures,) = section.pictures
    assert {c.source for c in pictures.reach.connections} == {
        "What reaches the VPC",
        "Load balancer (One/Balancer)",
    }


@pytest.mark.parametrize(
    ("route", "target"),
    [({"GatewayId": "igw-1"}, "Anywhere"), (None, "Wherever the VPC leads: not to the internet")],
)
def test_a_rule_to_anywhere_leads_no_farther_than_the_routes(
    tmp_path: Path, route: dict[str, str] | None, target: str
) -> None:
    resources = {
        "Group": resource("AWS::EC2::SecurityGroup"),
        "Subnet": resource("AWS::EC2::Subnet"),
        "Table": resource("AWS::EC2::RouteTable"),
        "Use": _association(SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"}),
    }
    if route:
        to = {"RouteTableId": {"Ref": "Table"}, "DestinationCidrBlock": "0.0.0.0/0"}
        resources["Out"] = resource("AWS::EC2::Route", **to, **route)
    (pictures,) = _section(tmp_path, **resources).pictures
    assert [c.target for c in pictures.reach.connections] == [target]


def test_groups_that_let_each_other_in_are_one_arrow_with_two_points(tmp_path: Path) -> None:
    every = {"IpProtocol": "-1"}
    rules: dict[str, Body] = {}
    for one, other in (("A", "B"), ("B", "A")):
        ends = {"GroupId": {"Ref": one}, **every}
        rules[f"{one}In"] = resource("AWS::EC2::SecurityGroupIngress", SourceSecurityGroupId={"Ref": other}, **ends)
        rules[f"{one}Out"] = resource(
            "AWS::EC2::SecurityGroupEgress", DestinationSecurityGroupId={"Ref": other}, **ends
        )
    group = resource("AWS::EC2::SecurityGroup")
    (pictures,) = _section(tmp_path, A=group, B=group, **rules).pictures
    (edge,) = pictures.reach.graph.edges
    assert (edge.label, edge.back) == ("all", "all")


def test_routes_lead_from_tiers_through_gateways_to_the_internet(shop: NetworkPictures) -> None:
    titles = {node.id: node.title for node in shop.routes.nodes}
    assert {(titles[edge.source], titles[edge.target]) for edge in shop.routes.edges} == {
        ("Private subnets", "NAT gateway"),
        ("Private subnets", "s3"),
        ("Data subnets", "s3"),
        ("Public subnets", "Internet gateway"),
        ("NAT gateway", "Internet gateway"),
        ("Internet gateway", "The internet"),
    }
    (data,) = [node for node in shop.routes.nodes if node.title == "Data subnets"]
    assert data.lines[-1] == "no way to the internet"


def test_a_public_load_balancer_is_reachable_from_where_its_groups_say(tmp_path: Path) -> None:
    named = {**WORLD, "CidrIp": "198.51.100.0/24"}
    section = _section(
        tmp_path,
        Group=resource("AWS::EC2::SecurityGroup", SecurityGroupIngress=[named]),
        Balancer=resource(
            "AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internet-facing", SecurityGroups=[{"Ref": "Group"}]
        ),
    )
    (way,) = section.ways_in
    assert (way.source, way.is_public) == ("198.51.100.0/24", True)
    assert section.findings == ()


def test_nothing_is_wrong_with_the_shop(pictured_assembly: Assembly) -> None:
    assert network_section(pictured_assembly).findings == ()


def _association(**properties: Any) -> Body:
    return resource("AWS::EC2::SubnetRouteTableAssociation", **properties)


FAULTS: dict[str, tuple[str, dict[str, Body]]] = {
    "an endpoint without a policy": (
        "EndpointWithoutPolicy",
        {"It": resource("AWS::EC2::VPCEndpoint", ServiceName="com.amazonaws.eu-central-1.logs")},
    ),
    "a subnet that gives public addresses": (
        "PublicAddressByDefault",
        {"It": resource("AWS::EC2::Subnet", MapPublicIpOnLaunch=True)},
    ),
    "a VPC without a flow log": ("NoFlowLog", {"It": resource("AWS::EC2::VPC")}),
    "a Kubernetes API on the internet": ("PublicKubernetesApi", {"It": resource("AWS::EKS::Cluster")}),
    "a distribution that answers on plain HTTP": (
        "PlainHttpAtTheEdge",
        {
            "It": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "WebACLId": "arn",
                    "DefaultCacheBehavior": {"ViewerProtocolPolicy": "allow-all"},
                },
            )
        },
    ),
    "a container service with a public address": (
        "UnguardedWayIn",
        {
            "It": resource(
                "AWS::ECS::Service", NetworkConfiguration={"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}
            )
        },
    ),
    "a database in a public subnet": (
        "StoreInPublicSubnet",
        {
            "It": resource("AWS::RDS::DBSubnetGroup", SubnetIds=[{"Ref": "Subnet"}]),
            "Subnet": resource("AWS::EC2::Subnet"),
            "Use": _association(SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"}),
            "Table": resource("AWS::EC2::RouteTable"),
            "Out": resource(
                "AWS::EC2::Route",
                RouteTableId={"Ref": "Table"},
                DestinationCidrBlock="0.0.0.0/0",
                GatewayId={"Ref": "Gateway"},
            ),
            "Gateway": resource("AWS::EC2::InternetGateway"),
        },
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_network_section_finds(fault: str, tmp_path: Path) -> None:
    rule, resources = FAULTS[fault]
    assert [(f.rule, f.resource) for f in _section(tmp_path, **resources).findings] == [(rule, "It")]
