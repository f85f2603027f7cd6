"""The waiter asks until each group has its nodes, and says what is missing."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from eks_api.api_server import ApiServerError
from node_waiter import nodes as waiter
from node_waiter.nodes import LONGEST, PHYSICAL_ID, NodesMissingError, begin

ARN = "arn:aws:sagemaker:us-east-1:111122223333:cluster/abcdefghijkl"
ROLE = "arn:aws:iam::111122223333:role/nodes"


def all_ready() -> Counter[str]:
    return Counter(gpu=100, system=100)


def have_joined(question: dict[str, Any], *, sagemaker: Any, ready: Callable[[], Counter[str]] = all_ready) -> bool:
    return waiter.have_joined(question, sagemaker=sagemaker, ready=ready)


class HyperPod:
    """SageMaker's answers, in order, checked by botocore against its own model."""

    def __init__(self, stub: Stubber) -> None:
        self.client, self._stub = stub.client, stub

    def cluster(self, status: str, **more: Any) -> None:
        answer = {"ClusterArn": ARN, "ClusterStatus": status, "InstanceGroups": [], **more}
        self._stub.add_response("describe_cluster", answer, {"ClusterName": ARN})

    def nodes(self, *found: dict[str, Any], token: str | None = None, after: str | None = None) -> None:
        answer = {"ClusterNodeSummaries": list(found), **({"NextToken": token} if token else {})}
        self._stub.add_response(
            "list_cluster_nodes", answer, {"ClusterName": ARN, **({"NextToken": after} if after else {})}
        )

    def error(self, operation: str, code: str) -> None:
        self._stub.add_client_error(operation, code, expected_params={"ClusterName": ARN})


@pytest.fixture
def hyperpod() -> Iterator[HyperPod]:
    access = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    with Stubber(boto3.client("sagemaker", **access)) as stub:
        yield HyperPod(stub)
        stub.assert_no_pending_responses()


def node(group: str, number: int, status: str = "Running", message: str = "") -> dict[str, Any]:
    return {
        "InstanceGroupName": group,
        "InstanceId": f"i-{number:017x}",
        "InstanceType": "ml.p5en.48xlarge",
        "LaunchTime": datetime.now(UTC),
        "InstanceStatus": {"Status": status, **({"Message": message} if message else {})},
    }


def event(kind: str = "Create", *, age: int = 60, **nodes: int) -> dict[str, Any]:
    """As CloudFormation and the framework hand it over: every property is a text."""
    return {
        "RequestType": kind,
        "ResourceProperties": {"Cluster": ARN, "Nodes": {name: str(count) for name, count in nodes.items()}},
        "Data": {"Started": str(int(time.time()) - age)},
    }


def test_a_cluster_in_service_without_nodes_is_not_ready(hyperpod: HyperPod) -> None:
    hyperpod.cluster("InService")
    hyperpod.nodes()
    assert have_joined(event(system=1), sagemaker=hyperpod.client) is False


def test_all_nodes_of_each_group_are_waited_for(hyperpod: HyperPod) -> None:
    for nodes, done in (
        ([node("gpu", 1), node("gpu", 2), node("gpu", 3)], False),
        ([node("gpu", 1), node("system", 2)], False),
        ([node("gpu", 1), node("gpu", 2), node("system", 3)], True),
    ):
        hyperpod.cluster("InService")
        hyperpod.nodes(*nodes)
        assert have_joined(event(gpu=2, system=1), sagemaker=hyperpod.client) is done


@pytest.mark.parametrize(
    "status", ["Pending", "SystemUpdating", "DeepHealthCheckInProgress", "ShuttingDown", "Failure"]
)
def test_a_node_that_does_not_run_yet_does_not_count(hyperpod: HyperPod, status: str) -> None:
    hyperpod.cluster("Updating")
    hyperpod.nodes(node("gpu", 1), node("gpu", 2, status))
    assert have_joined(event(gpu=2), sagemaker=hyperpod.client) is False


def test_nodes_are_counted_over_all_pages(hyperpod: HyperPod) -> None:
    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1), token="next")
    hyperpod.nodes(node("gpu", 2), after="next")
    assert have_joined(event(gpu=2), sagemaker=hyperpod.client) is True


def test_the_same_question_twice_has_the_same_answer(hyperpod: HyperPod) -> None:
    for _ in range(2):
        hyperpod.cluster("InService")
        hyperpod.nodes(node("gpu", 1))
        assert have_joined(event("Update", gpu=1), sagemaker=hyperpod.client) is True


@pytest.mark.parametrize("operation", ["describe_cluster", "list_cluster_nodes"])
def test_a_throttled_question_is_asked_again(hyperpod: HyperPod, operation: str) -> None:
    if operation == "list_cluster_nodes":
        hyperpod.cluster("InService")
    hyperpod.error(operation, "ThrottlingException")
    assert have_joined(event(gpu=1), sagemaker=hyperpod.client) is False


@pytest.mark.parametrize("status", ["Failed", "RollingBack", "Deleting"])
def test_a_cluster_that_failed_is_not_waited_for(hyperpod: HyperPod, status: str) -> None:
    hyperpod.cluster(status, FailureMessage="on_create.sh of group gpu ended with 1")
    with pytest.raises(NodesMissingError, match=f"the cluster is {status}: on_create.sh of group gpu ended with 1"):
        have_joined(event(gpu=1), sagemaker=hyperpod.client)


def test_a_cluster_that_is_gone_is_not_waited_for(hyperpod: HyperPod) -> None:
    hyperpod.error("describe_cluster", "ResourceNotFound")
    with pytest.raises(NodesMissingError, match="cannot be read"):
        have_joined(event("Update", gpu=1), sagemaker=hyperpod.client)


def test_what_is_missing_at_the_end_is_said(hyperpod: HyperPod) -> None:
    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1), node("gpu", 2, "Failure", "EFA health check failed"), node("system", 3))
    with pytest.raises(NodesMissingError) as raised:
        have_joined(event(gpu=2, system=1, age=LONGEST + 1), sagemaker=hyperpod.client)
    assert str(raised.value).splitlines() == [
        "After 55 minutes: gpu: 1 of 2 nodes.",
        "gpu/i-00000000000000002: Failure EFA health check failed",
    ]


def test_what_is_said_fits_into_cloudformations_answer(hyperpod: HyperPod) -> None:
    hyperpod.cluster("InService")
    hyperpod.nodes(*(node("gpu", number, "Failure", "m" * 1000) for number in range(100)))
    with pytest.raises(NodesMissingError) as raised:
        have_joined(event(gpu=100, age=LONGEST + 1), sagemaker=hyperpod.client)
    assert len(str(raised.value)) < 2000


def test_nodes_that_come_at_the_last_moment_are_there(hyperpod: HyperPod) -> None:
    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1))
    assert have_joined(event(gpu=1, age=LONGEST + 1), sagemaker=hyperpod.client) is True


def test_a_deletion_asks_nobody(hyperpod: HyperPod) -> None:
    assert have_joined(event("Delete", gpu=1), sagemaker=hyperpod.client) is True


def test_the_beginning_is_handed_on_as_text() -> None:
    answer = begin()
    assert json.loads(json.dumps(answer)) == answer
    assert answer["PhysicalResourceId"] == PHYSICAL_ID
    assert abs(int(answer["Data"]["Started"]) - time.time()) < 5


def test_nodes_that_run_and_are_not_ready_are_waited_for(hyperpod: HyperPod) -> None:
    for found, done in ((Counter(gpu=1), False), (Counter(other=2), False), (Counter(gpu=2), True)):
        hyperpod.cluster("InService")
        hyperpod.nodes(node("gpu", 1), node("gpu", 2))
        assert have_joined(event(gpu=2), sagemaker=hyperpod.client, ready=lambda found=found: found) is done


def test_kubernetes_is_asked_once_all_nodes_run(hyperpod: HyperPod) -> None:
    def ready() -> Counter[str]:
        raise AssertionError("asked too early")

    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1))
    assert have_joined(event(gpu=2), sagemaker=hyperpod.client, ready=ready) is False


def test_an_api_server_that_does_not_answer_is_asked_again(hyperpod: HyperPod) -> None:
    def ready() -> Counter[str]:
        raise ApiServerError(503, "busy")

    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1))
    assert have_joined(event(gpu=1), sagemaker=hyperpod.client, ready=ready) is False
    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1))
    with pytest.raises(NodesMissingError, match="Kubernetes does not take pods on them: the API server answered 503"):
        have_joined(event(gpu=1, age=LONGEST + 1), sagemaker=hyperpod.client, ready=ready)


def test_nodes_that_are_not_ready_at_the_end_are_said(hyperpod: HyperPod) -> None:
    hyperpod.cluster("InService")
    hyperpod.nodes(node("gpu", 1), node("gpu", 2))
    with pytest.raises(NodesMissingError) as raised:
        have_joined(event(gpu=2, age=LONGEST + 1), sagemaker=hyperpod.client, ready=lambda: Counter(gpu=1))
    assert str(raised.value) == (
        "After 55 minutes all nodes run, and Kubernetes does not take pods on them: gpu: 1 of 2 nodes. "
        "`kubectl get nodes` says which are not ready or cordoned."
    )
