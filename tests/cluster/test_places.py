"""What the `cluster` section demands of its Region and of the network."""

import json
from typing import Any

import pytest

from groundwork.cluster.network_fit import refusals_with, subnet_index
from groundwork.network.settings import NetworkSettings
from tests.cluster.sections import GPU, PLAN, groups, read


@pytest.mark.parametrize(
    ("changes", "region", "expected"),
    [
        ({}, "eu-west-3", "eu-west-3 has no AWS::SageMaker::Cluster"),
        ({}, "ca-central-1", "no image of the agent is known in ca-central-1"),
        (groups(GPU), "eu-west-2", "eu-west-2 does not offer ml.p5en.48xlarge to HyperPod on demand"),
        (groups(GPU | {"training_plan": "arn:aws:sagemaker:us-east-2:111122223333:training-plan/p"}), "us-east-1",
         "of another Region"),
        (groups(GPU | {"type": "ml.p5en.48xlarge", "mig": {"layout": "all-1g.18gb"}}), "me-south-1",
         "no images of the GPU operator, which runs where GPUs could be partitioned, are known in me-south-1"),
    ],
)  # fmt: skip
def test_cannot_go_to_a_region(changes: dict[str, Any], region: str, expected: str) -> None:
    assert expected in [refusal.reason for refusal in read(**changes).refusals_in(region)]


def test_goes_where_everything_is() -> None:
    assert list(read(**groups(GPU)).refusals_in("us-east-1")) == []
    # No public price says where it is to be had.
    assert list(read(**groups(GPU | {"type": "ml.p5e.48xlarge"})).refusals_in("us-east-1")) == []


NETWORK = {"vpc": {"cidr": "10.0.0.0/16", "zones": 2, "cluster_cidrs": ["100.64.0.0/16", "100.65.0.0/16"]}}
NAMED = {"vpc": NETWORK["vpc"] | {"zones": ["use1-az4", "use1-az6"]}}


def network(content: dict[str, Any]) -> NetworkSettings:
    return NetworkSettings.model_validate_json(json.dumps(content))


@pytest.mark.parametrize(
    ("changes", "where", "expected"),
    [
        ({}, {"vpc": {"cidr": "10.0.0.0/16"}}, "the network has no cluster subnets"),
        ({}, {"internet": "none", **NETWORK}, "without internet, charts and images come from a registry of yours"),
        (groups(GPU), NETWORK, "the network has no cluster subnet there"),
        (groups(GPU | {"zone": 3}), NETWORK, "the network has no cluster subnet there"),
        (groups(GPU | {"zone": 1, "training_plan": PLAN}),
         NETWORK, "a plan is bound to a zone's id, and the network says only how many zones it has"),
    ],
)  # fmt: skip
def test_does_not_fit_the_network(changes: dict[str, Any], where: dict[str, Any], expected: str) -> None:
    assert [refusal.reason for refusal in refusals_with(read(**changes), network(where))] == [expected]


def test_needs_a_network() -> None:
    assert [refusal.reason for refusal in refusals_with(read(), None)] == ["there is no network for it"]


def test_a_zone_is_a_subnet() -> None:
    assert list(refusals_with(read(**groups(GPU)), network(NAMED))) == []
    assert [subnet_index(network(NAMED), zone) for zone in ("use1-az6", 1, "use1-az1", 3)] == [1, 0, None, None]


SMALL = {"vpc": {"cidr": "10.0.0.0/16", "zones": 2, "cluster_cidrs": ["100.64.0.0/24", "100.65.0.0/24"]}}


@pytest.mark.parametrize(("count", "fits"), [(3, True), (4, False)])
def test_nodes_and_pods_have_addresses(count: int, fits: bool) -> None:
    # 251 addresses in each zone, 30 of them of the two system nodes; 49 pods and 16 interfaces on each of these.
    gpu = {"name": "gpu", "type": "ml.p5en.48xlarge", "count": count, "zone": 1, "fabric": "efa"}
    found = [refusal.reason for refusal in refusals_with(read(**groups(gpu)), network(SMALL))]
    reason = f"its nodes and pods take {count * 65} addresses, and with the groups before it that is too many"
    assert found == ([] if fits else [reason])
