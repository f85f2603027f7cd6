"""How many nodes groups have that Karpenter fills, asked through boto3's real client."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from group_sizes import handler
from group_sizes.sizes import sizes

NAME = {"ClusterName": "training"}
ARN = "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"


@pytest.fixture
def sagemaker() -> Iterator[Stubber]:
    access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    with Stubber(boto3.client("sagemaker", **access)) as stub:
        yield stub
        stub.assert_no_pending_responses()


def event(kind: str, *groups: str) -> dict[str, Any]:
    return {"RequestType": kind, "ResourceProperties": {"Cluster": "training", "Groups": list(groups), "Change": "x"}}


def holds(stub: Stubber, **targets: int) -> None:
    groups = [{"InstanceGroupName": name, "TargetCount": count, "CurrentCount": 0} for name, count in targets.items()]
    answer = {"ClusterArn": ARN, "ClusterStatus": "InService", "InstanceGroups": groups}
    stub.add_response("describe_cluster", answer, NAME)


def read(stub: Stubber, found: dict[str, Any]) -> dict[str, int]:
    answer = sizes(found, sagemaker=stub.client)
    assert answer["PhysicalResourceId"] == "hyperpod-group-sizes"
    return answer["Data"]


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_change_sends_the_target_that_karpenter_has_set(sagemaker: Stubber, kind: str) -> None:
    holds(sagemaker, system=2, bursts=3, spikes=0)
    assert read(sagemaker, event(kind, "bursts", "spikes")) == {"Nodes0": 3, "Nodes1": 0}


def test_an_event_that_comes_twice_gets_what_is_there_then(sagemaker: Stubber) -> None:
    holds(sagemaker, bursts=3)
    holds(sagemaker, bursts=4)
    assert [read(sagemaker, event("Update", "bursts")) for _ in range(2)] == [{"Nodes0": 3}, {"Nodes0": 4}]


def test_a_group_that_the_cluster_does_not_have_yet_begins_with_none(sagemaker: Stubber) -> None:
    holds(sagemaker, bursts=3)
    assert read(sagemaker, event("Update", "bursts", "new")) == {"Nodes0": 3, "Nodes1": 0}


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_groups_of_a_cluster_that_is_not_there_begin_with_none(sagemaker: Stubber, kind: str) -> None:
    sagemaker.add_client_error("describe_cluster", "ResourceNotFound", expected_params=NAME)
    assert read(sagemaker, event(kind, "bursts")) == {"Nodes0": 0}


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalFailure"])
@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_where_the_cluster_cannot_be_read_the_deployment_fails_and_no_node_goes(
    sagemaker: Stubber, kind: str, code: str
) -> None:
    sagemaker.add_client_error("describe_cluster", code, expected_params=NAME)
    with pytest.raises(ClientError, match=code):
        read(sagemaker, event(kind, "bursts"))


def test_their_end_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    answer = handler.on_event(event("Delete", "bursts"), None)
    assert answer["Data"] == {"Nodes0": 0}
    assert handler.is_complete({**event("Delete", "bursts"), **answer}, None) == {"IsComplete": True}
