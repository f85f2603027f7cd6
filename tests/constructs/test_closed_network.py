"""Without internet there is no path to it in any template."""

import json

HEAD = """\
name: dev
account: "111122223333"
region: us-east-1
owner: platform@example.com
cost_center: genai-platform
network: """

WAYS_OUT = {
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::VPCPeeringConnection",
}
PUBLIC = ("0.0.0.0/0", "::/0", '"MapPublicIpOnLaunch": true', '"AssociatePublicIpAddress": true')


def paths_to_the_internet(stack) -> set[str]:
    text = json.dumps(stack.template)
    types = {resource["Type"] for resource in stack.template["Resources"].values()}
    return (WAYS_OUT & types) | {mark for mark in PUBLIC if mark in text}


def test_a_closed_network_has_no_path_to_the_internet_in_any_template(stacks) -> None:
    closed = [stack for stack in stacks if stack.environment == "Closed"]
    assert {stack.name for stack in closed} == {"Foundation", "Network"}
    assert [paths_to_the_internet(stack) for stack in closed] == [set(), set()]
    assert [stack.resources("AWS::EC2::Route") for stack in closed] == [{}, {}]


SUBNETS = """[{id: subnet-0000000a, zone: us-east-1a, route_table: rtb-0000000a},
              {id: subnet-0000000b, zone: us-east-1b, route_table: rtb-0000000b}]"""


def test_an_existing_closed_network_gets_no_path_to_the_internet_either(synthesized) -> None:
    existing = "{internet: none, existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: " + SUBNETS + "}}"
    stacks = synthesized(HEAD + existing)
    assert [paths_to_the_internet(stack) for stack in stacks] == [set(), set()]


def test_the_check_above_sees_a_path_where_there_is_one(stack) -> None:
    found = paths_to_the_internet(stack("Prod", "Network"))
    assert {"0.0.0.0/0", "AWS::EC2::EIP", "AWS::EC2::InternetGateway", "AWS::EC2::NatGateway"} <= found
