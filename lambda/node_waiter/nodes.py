"""Whether a HyperPod cluster has its nodes, and Kubernetes takes pods on them."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from eks_api.api_server import ApiServer, ApiServerError

LONGEST = 55 * 60
"""Seconds: the framework gives up after an hour, and would not say what is missing."""
PHYSICAL_ID = "hyperpod-nodes"
MESSAGES, MESSAGE = 5, 300
"""Of nodes that failed: how many are told, and characters of each. CloudFormation takes an answer of 4 KiB."""
_BROKEN = ("Failed", "RollingBack", "Deleting")
GROUP_LABEL = "sagemaker.amazonaws.com/instance-group-name"
HEALTH_LABEL = "sagemaker.amazonaws.com/node-health-status"
_UNDER_CHECK = "Unschedulable"
_GIVEN_UP = ("UnschedulablePendingReplacement", "UnschedulablePendingReboot")
_THROTTLED = ("ThrottlingException", "TooManyRequestsException", "Throttling", "RequestLimitExceeded")


class NodesMissingError(Exception):
    """The nodes did not come; the text says which, in the error of the deployment."""


def begin() -> dict[str, Any]:
    """Note when the waiting began; the framework hands it on to `is_complete`. A deletion waits for nothing."""
    return {"PhysicalResourceId": PHYSICAL_ID, "Data": {"Started": str(int(time.time()))}}


def have_joined(event: Mapping[str, Any], *, sagemaker: Any, ready: Callable[[], Counter[str]]) -> bool:
    """Whether each group has as many nodes as the properties say: that run for HyperPod, and are ready for Kubernetes.

    AWS is only asked: an event that comes twice, or half-way through, gets the same answer.

    Args:
        ready: the nodes by group that Kubernetes takes pods on; asked once all of them run.

    Raises:
        NodesMissingError: the cluster failed or is gone, or the nodes took too long.
    """
    if event["RequestType"] == "Delete":
        return True
    properties = event["ResourceProperties"]
    wanted = {name: int(count) for name, count in properties["Nodes"].items()}
    cluster = properties["Cluster"]
    late = time.time() - int(event["Data"]["Started"]) > LONGEST
    try:
        found = sagemaker.describe_cluster(ClusterName=cluster)
        if found["ClusterStatus"] in _BROKEN:
            raise NodesMissingError(f"the cluster is {found['ClusterStatus']}: {found.get('FailureMessage', '')}")
        nodes = list(_nodes(cluster, sagemaker))
    except ClientError as error:
        if not late and error.response["Error"]["Code"] in _THROTTLED:
            return False
        raise NodesMissingError(f"the cluster {cluster} cannot be read: {error}") from error
    running = Counter(node["InstanceGroupName"] for node in nodes if node["InstanceStatus"]["Status"] == "Running")
    missing = _missing(wanted, running)
    if missing and late:
        raise NodesMissingError("\n".join([f"After {LONGEST // 60} minutes: {missing}.", *_messages(nodes)]))
    return not missing and _are_ready(wanted, ready, late=late)


def ready_nodes(kubernetes: ApiServer) -> Counter[str]:
    """The nodes that Kubernetes takes pods on, by instance group."""
    return Counter(
        node["metadata"].get("labels", {}).get(GROUP_LABEL, "")
        for node in kubernetes.items("/api/v1/nodes")
        if takes_pods(node)
    )


def takes_pods(node: Mapping[str, Any]) -> bool:
    """Whether a node takes pods, or will when HyperPod has checked it: it is ready, stays, and is not cordoned.

    One that HyperPod only checks counts, cordoned or not: the check ends by itself, after an hour or two, and the
    system's pods tolerate its taint. One that HyperPod restarts or replaces does not count, and neither does one that
    a person or a change of partitions has cordoned.

    Source: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-resiliency-node-labels.html (read
    2026-11-23).
    """
    metadata, conditions = node["metadata"], node["status"].get("conditions", ())
    health = metadata.get("labels", {}).get(HEALTH_LABEL)
    cordoned = node.get("spec", {}).get("unschedulable", False)
    return (
        any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
        and "deletionTimestamp" not in metadata
        and health not in _GIVEN_UP
        and (not cordoned or health == _UNDER_CHECK)
    )


def _are_ready(wanted: Mapping[str, int], ready: Callable[[], Counter[str]], *, late: bool) -> bool:
    try:
        missing = _missing(wanted, ready())
    except ApiServerError as error:
        missing = str(error)
    if missing and late:
        raise NodesMissingError(
            f"After {LONGEST // 60} minutes all nodes run, and Kubernetes does not take pods on them: {missing}. "
            "`kubectl get nodes` says which are not ready or cordoned."
        )
    return not missing


def _missing(wanted: Mapping[str, int], found: Counter[str]) -> str:
    """Which groups have too few nodes, in words."""
    short = ((name, count) for name, count in wanted.items() if found[name] < count)
    return ", ".join(f"{name}: {found[name]} of {count} nodes" for name, count in short)


def _nodes(cluster: str, sagemaker: Any) -> Iterator[Mapping[str, Any]]:
    for page in sagemaker.get_paginator("list_cluster_nodes").paginate(ClusterName=cluster):
        yield from page["ClusterNodeSummaries"]


def _messages(nodes: list[Mapping[str, Any]]) -> list[str]:
    told = [node for node in nodes if node["InstanceStatus"]["Status"] != "Running"]
    return [
        f"{node['InstanceGroupName']}/{node['InstanceId']}: {node['InstanceStatus']['Status']} "
        f"{node['InstanceStatus'].get('Message', '')}".strip()[:MESSAGE]
        for node in told[:MESSAGES]
    ]
