"""What the network section refuses, and why."""

from pathlib import Path

import pytest

from groundwork.environment_file import EnvironmentFileError, read_environment

ENVIRONMENT = """\
name: dev
account: "111122223333"
region: {region}
owner: platform@example.com
cost_center: genai-platform
network: {network}
"""
SUBNETS = """[{id: subnet-0000000a, zone: us-east-1a, route_table: rtb-0000000a},
              {id: subnet-0000000b, zone: us-east-1b, route_table: rtb-0000000b}]"""


def problems(tmp_path: Path, network: str, region: str = "us-east-1") -> list[str]:
    file = tmp_path / "dev.yaml"
    file.write_text(ENVIRONMENT.format(network=network, region=region))
    try:
        read_environment(file, image_lock={})
    except EnvironmentFileError as error:
        return [line.split(": ", 1)[1] for line in str(error).splitlines()]
    return []


ACCEPTED = [
    "{vpc: {cidr: 10.0.0.0/16}}",
    "{vpc: {cidr: 10.0.0.0/22, zones: 3, nat: one-per-zone}}",
    "{internet: none, vpc: {cidr: 192.168.0.0/18, cluster_cidrs: [100.64.0.0/16, 100.65.0.0/16]}}",
    "{vpc: {cidr: 172.16.0.0/16, zones: [use1-az2, use1-az4, use1-az6]}}",
    "{vpc: {cidr: 10.0.0.0/16, zones: 2}, endpoints: [logs], endpoint_zones: 2}",
    "{existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: " + SUBNETS + "}}",
]


@pytest.mark.parametrize("network", ACCEPTED)
def test_accepted(tmp_path: Path, network: str) -> None:
    assert problems(tmp_path, network) == []


REFUSED = {
    "{}": ("network", "exactly one of them"),
    "{vpc: {cidr: 10.0.0.0/16}, existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: " + SUBNETS + "}}": (
        "network.existing",
        "exactly one of them",
    ),
    "{vpc: {cidr: 10.0.0.0/15}}": ("network.vpc.cidr", "between /16 and /22"),
    "{vpc: {cidr: 10.0.0.0/23}}": ("network.vpc.cidr", "between /16 and /22"),
    "{vpc: {cidr: 10.0.0.1/16}}": ("network.vpc.cidr", "without host bits"),
    "{vpc: {cidr: 8.8.0.0/16}}": ("network.vpc.cidr", "10.0.0.0/8"),
    "{vpc: {cidr: 172.17.0.0/16}}": ("network.vpc.cidr", "another private range"),
    "{vpc: {cidr: 10.0.0.0/16, zones: 1}}": ("network.vpc.zones", "2 to 4"),
    "{vpc: {cidr: 10.0.0.0/16, zones: 5}}": ("network.vpc.zones", "2 to 4"),
    "{vpc: {cidr: 10.0.0.0/16, zones: [use1-az1]}}": ("network.vpc.zones", "2 to 4"),
    "{vpc: {cidr: 10.0.0.0/16, zones: [use1-az1, use1-az1]}}": ("network.vpc.zones[1]", "each entry once"),
    "{vpc: {cidr: 10.0.0.0/16, zones: [use1-az1, us-east-1b]}}": ("network.vpc.zones[1]", "a zone id such as use1-az4"),
    "{vpc: {cidr: 10.0.0.0/16, zones: [use1-az1, usw2-az1]}}": ("network.vpc.zones[1]", "use1-az"),
    "{internet: none, vpc: {cidr: 10.0.0.0/16, nat: one}}": ("network.vpc.nat", "none"),
    "{vpc: {cidr: 10.0.0.0/16, cluster_cidrs: [100.64.0.0/16]}}": ("network.vpc.cluster_cidrs", "one range per zone"),
    "{vpc: {cidr: 10.0.0.0/16, cluster_cidrs: [100.64.0.0/16, 100.64.128.0/17]}}": (
        "network.vpc.cluster_cidrs[1]",
        "do not overlap",
    ),
    "{vpc: {cidr: 10.0.0.0/16, cluster_cidrs: [10.0.0.0/20, 100.64.0.0/16]}}": (
        "network.vpc.cluster_cidrs[0]",
        "do not overlap",
    ),
    "{vpc: {cidr: 10.0.0.0/16, cluster_cidrs: [100.64.0.0/16, 192.168.0.0/16]}}": (
        "network.vpc.cluster_cidrs[1]",
        "100.64.0.0/10",
    ),
    "{vpc: {cidr: 100.64.0.0/16, cluster_cidrs: [100.65.0.0/16, 10.9.0.0/16]}}": (
        "network.vpc.cluster_cidrs[1]",
        "100.64.0.0/10",
    ),
    "{vpc: {cidr: 172.20.0.0/16, cluster_cidrs: [172.21.0.0/16, 172.31.0.0/16]}}": (
        "network.vpc.cluster_cidrs[1]",
        "100.64.0.0/10",
    ),
    "{vpc: {cidr: 10.1.0.0/16, cluster_cidrs: [10.2.0.0/16, 10.0.0.0/17]}}": (
        "network.vpc.cluster_cidrs[1]",
        "100.64.0.0/10",
    ),
    "{vpc: {cidr: 10.0.0.0/16, cluster_cidrs: [100.64.0.0/15, 100.66.0.0/16]}}": (
        "network.vpc.cluster_cidrs[0]",
        "between /16 and /28",
    ),
    "{vpc: {cidr: 10.0.0.0/16}, endpoints: [s4]}": ("network.endpoints[0]", "bedrock-runtime"),
    "{vpc: {cidr: 10.0.0.0/16}, endpoint_zones: 3}": ("network.endpoint_zones", "1 to 2"),
    "{vpc: {cidr: 10.0.0.0/16}, flow_log_retention_days: 2}": ("network.flow_log_retention_days", "3653"),
    "{existing: {id: vpc-0000000a, cidrs: [0.0.0.0/0], private: " + SUBNETS + "}}": (
        "network.existing.cidrs[0]",
        "between /16 and /28",
    ),
    "{existing: {id: vpc-0000000a, cidrs: [], private: " + SUBNETS + "}}": ("network.existing.cidrs", "at least 1"),
    "{existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: " + SUBNETS + ", endpoints: [s4]}}": (
        "network.existing.endpoints[0]",
        "s3",
    ),
    "{internet: none, existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: "
    + SUBNETS
    + ", public: [{id: subnet-0000000c, zone: us-east-1a, route_table: rtb-0000000c}]}}": (
        "network.existing.public",
        "no public subnets",
    ),
    "{existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: "
    + SUBNETS
    + ", cluster: [{id: subnet-0000000c, zone: us-east-1c, route_table: rtb-0000000c}]}}": (
        "network.existing.cluster[0].zone",
        "us-east-1a, us-east-1b",
    ),
    "{existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: "
    + SUBNETS
    + ", data: [{id: subnet-0000000a, zone: us-east-1a, route_table: rtb-0000000c}]}}": (
        "network.existing.data[0].id",
        "a subnet with one role",
    ),
}


@pytest.mark.parametrize("network", REFUSED)
def test_refused(tmp_path: Path, network: str) -> None:
    field, allowed = REFUSED[network]
    (problem,) = problems(tmp_path, network)
    assert problem.startswith(f"{field}: ")
    assert allowed in problem.split("; allowed: ")[1]


def test_two_subnets_in_one_zone_are_refused(tmp_path: Path) -> None:
    private = SUBNETS.replace("us-east-1b", "us-east-1a")
    found = problems(tmp_path, "{existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: " + private + "}}")
    expected = "network.existing.private[1].zone: 'us-east-1a': two subnets in one zone; allowed: one subnet per zone"
    assert found == [expected]


def test_zones_are_counted_against_what_the_region_offers(tmp_path: Path) -> None:
    network = "{vpc: {cidr: 10.0.0.0/16, zones: 3}}"
    assert problems(tmp_path, network, region="ca-central-1") == []
    (problem,) = problems(tmp_path, network, region="us-west-1")
    assert problem == "network.vpc.zones: 3: us-west-1 offers 2 zones to every account; allowed: 2"


def test_an_endpoint_that_the_region_lacks_is_refused(tmp_path: Path) -> None:
    network = "{vpc: {cidr: 10.0.0.0/16}, endpoints: [bedrock-runtime]}"
    assert problems(tmp_path, network, region="ca-central-1") == []
    (problem,) = problems(tmp_path, network, region="ap-east-1")
    assert problem.startswith("network.endpoints: 'bedrock-runtime': ap-east-1 has no endpoint for bedrock-runtime; ")


def test_subnets_of_another_region_are_refused(tmp_path: Path) -> None:
    network = "{existing: {id: vpc-0000000a, cidrs: [10.0.0.0/16], private: " + SUBNETS + "}}"
    found = problems(tmp_path, network, region="eu-west-1")
    assert [problem.split(": ")[0] for problem in found] == [
        "network.existing.private[0].zone",
        "network.existing.private[1].zone",
    ]
