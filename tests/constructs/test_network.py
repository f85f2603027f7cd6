"""The network: addresses that never move, no way out where none was asked for, endpoints with policies."""

import json

import pytest

HEAD = """\
name: dev
account: "111122223333"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
network: """


@pytest.fixture
def network(synthesized):
    def build(section: str):
        return next(s for s in synthesized(HEAD + section) if s.name == "Network")

    return build


def cidrs(stack) -> dict[str, str]:
    return {i: r["Properties"]["CidrBlock"] for i, r in stack.resources("AWS::EC2::Subnet").items()}


def zones(stack) -> dict[str, str]:
    return {i: str(r["Properties"]["AvailabilityZone"]) for i, r in stack.resources("AWS::EC2::Subnet").items()}


LATER = [
    "{vpc: {cidr: 10.0.0.0/16, zones: 3}}",
    "{vpc: {cidr: 10.0.0.0/16, zones: 4, nat: one-per-zone}}",
    "{vpc: {cidr: 10.0.0.0/16, zones: 2, nat: one}}",
    "{vpc: {cidr: 10.0.0.0/16, zones: 2, cluster_cidrs: [100.64.0.0/16, 100.65.0.0/16]}}",
]


@pytest.mark.parametrize("later", LATER)
def test_growing_a_network_moves_no_subnet(synthesized, later: str) -> None:
    before, after = (
        next(s for s in stacks if s.name == "Network")
        for stacks in _variants(synthesized, "{vpc: {cidr: 10.0.0.0/16, zones: 2}}", later)
    )
    assert cidrs(before).items() <= cidrs(after).items()
    assert zones(before).items() <= zones(after).items()
    assert len(set(cidrs(after).values())) == len(cidrs(after))


def test_opening_a_closed_network_moves_no_subnet(synthesized) -> None:
    closed, opened = (
        next(s for s in stacks if s.name == "Network")
        for stacks in _variants(
            synthesized, "{internet: none, vpc: {cidr: 10.0.0.0/16}}", "{vpc: {cidr: 10.0.0.0/16, nat: one}}"
        )
    )
    assert cidrs(closed).items() <= cidrs(opened).items()


def _variants(synthesized, *networks: str):
    texts = [HEAD.replace("name: dev", f"name: dev{i}") + network for i, network in enumerate(networks)]
    stacks = synthesized(*texts)
    return [[s for s in stacks if s.environment == f"Dev{i}"] for i in range(len(networks))]


@pytest.mark.parametrize(("nat", "gateways"), [("none", 0), ("one", 1), ("one-per-zone", 3)])
def test_private_and_cluster_subnets_go_out_through_the_nat_gateways_asked_for(
    network, nat: str, gateways: int
) -> None:
    ranges = "[100.64.0.0/16, 100.65.0.0/16, 100.66.0.0/16]"
    stack = network(f"{{vpc: {{cidr: 10.0.0.0/16, zones: 3, nat: {nat}, cluster_cidrs: {ranges}}}}}")
    assert len(stack.resources("AWS::EC2::NatGateway")) == gateways
    through = [r["NatGatewayId"]["Ref"] for r in stack.properties("AWS::EC2::Route") if "NatGatewayId" in r]
    assert len(through) == (6 if gateways else 0)
    assert set(through) == set(stack.resources("AWS::EC2::NatGateway"))
    assert len(stack.resources("AWS::CloudWatch::Alarm")) == gateways


def test_nothing_gets_a_public_address_by_itself(stacks) -> None:
    subnets = [p for s in stacks for p in s.properties("AWS::EC2::Subnet")]
    assert subnets
    assert not any(subnet.get("MapPublicIpOnLaunch") for subnet in subnets)


def test_data_subnets_have_no_way_out(stack) -> None:
    routed = {r["RouteTableId"]["Ref"] for r in stack("Prod", "Network").properties("AWS::EC2::Route")}
    assert routed
    assert not any("Data" in table for table in routed)


def test_zones_by_id_stand_where_they_were_asked_for(stack) -> None:
    subnets = stack("Training", "Network").resources("AWS::EC2::Subnet")
    assert len(subnets) == 8
    for logical_id, subnet in subnets.items():
        zone = "use1-az4" if "1Subnet" in logical_id else "use1-az6"
        assert subnet["Properties"]["AvailabilityZoneId"] == zone
        assert "AvailabilityZone" not in subnet["Properties"]


def test_a_cluster_subnet_waits_for_its_range(stack) -> None:
    network = stack("Prod", "Network")
    blocks = {
        p["CidrBlock"]: i for i, r in network.resources("AWS::EC2::VPCCidrBlock").items() for p in [r["Properties"]]
    }
    cluster = [s for i, s in network.resources("AWS::EC2::Subnet").items() if "Cluster" in i]
    assert len(cluster) == 3
    assert all(blocks[s["Properties"]["CidrBlock"]] in s["DependsOn"] for s in cluster)


def test_the_efa_group_admits_itself_in_both_directions_and_nothing_else(stack) -> None:
    network = stack("Prod", "Network")
    (group,) = [i for i in network.resources("AWS::EC2::SecurityGroup") if "Efa" in i]
    itself = {"Fn::GetAtt": [group, "GroupId"]}
    (ingress,) = network.properties("AWS::EC2::SecurityGroupIngress")
    (egress,) = network.properties("AWS::EC2::SecurityGroupEgress")
    assert (ingress["GroupId"], ingress["SourceSecurityGroupId"], ingress["IpProtocol"]) == (itself, itself, "-1")
    assert (egress["GroupId"], egress["DestinationSecurityGroupId"], egress["IpProtocol"]) == (itself, itself, "-1")
    inline = network.resources("AWS::EC2::SecurityGroup")[group]["Properties"]
    assert "SecurityGroupIngress" not in inline
    assert "0.0.0.0/0" not in json.dumps(inline)


def test_without_cluster_subnets_there_is_no_efa_group(stack) -> None:
    assert not [i for i in stack("Dev", "Network").template["Resources"] if "Efa" in i]


def test_an_existing_vpc_is_used_and_nothing_of_it_created(stack) -> None:
    network = stack("ExistingVpc", "Network")
    types = {r["Type"] for r in network.template["Resources"].values()}
    assert types == {
        "AWS::EC2::FlowLog",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::VPCEndpoint",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Logs::LogGroup",
    }
    names = {e["ServiceName"].rsplit("eu-west-1.")[1] for e in network.properties("AWS::EC2::VPCEndpoint")}
    assert names == {"ecr.api", "ecr.dkr"}  # the VPC has s3, logs and sts already
    assert {e["VpcId"] for e in network.properties("AWS::EC2::VPCEndpoint")} == {"vpc-0a1b2c3d4e5f60718"}


def test_the_flow_log_records_everything_into_an_encrypted_group(stack) -> None:
    network = stack("Prod", "Network")
    (flow_log,) = network.properties("AWS::EC2::FlowLog")
    assert flow_log["TrafficType"] == "ALL"
    group = network.resources("AWS::Logs::LogGroup")[flow_log["LogGroupName"]["Ref"]]["Properties"]
    assert group["RetentionInDays"] == 365
    assert "KmsKeyId" in group


def test_keys_are_referenced_so_that_cloudformation_refuses_to_drop_them(stack) -> None:
    network = stack("Prod", "Network")
    group = next(iter(network.properties("AWS::Logs::LogGroup")))
    assert "Fn::ImportValue" in group["KmsKeyId"]
    alarm = next(iter(network.properties("AWS::CloudWatch::Alarm")))
    assert "Fn::GetStackOutput" in alarm["AlarmActions"][0]  # a topic may be replaced under its users


def test_the_default_security_group_is_closed(stack) -> None:
    assert len(stack("Dev", "Network").resources("Custom::VpcRestrictDefaultSG")) == 1
