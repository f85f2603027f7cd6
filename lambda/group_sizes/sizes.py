"""How many nodes groups of a HyperPod cluster shall have at this moment."""

from collections.abc import Mapping
from typing import Any

PHYSICAL_ID = "hyperpod-group-sizes"


def sizes(event: Mapping[str, Any], *, sagemaker: Any) -> dict[str, Any]:
    """The target of each group as `Nodes0`, `Nodes1` and so on, in the order of the property `Groups`.

    A group that the cluster does not have yet, and every group of a cluster that is not there, begins with no node, as
    Karpenter wants it. A new resource says nothing of that: a group that has nodes may be put into a pool. AWS is only
    asked: an event that comes twice changes nothing.
    """
    properties = event["ResourceProperties"]
    targets = {} if event["RequestType"] == "Delete" else _targets(properties["Cluster"], sagemaker)
    data = {f"Nodes{index}": targets.get(group, 0) for index, group in enumerate(properties["Groups"])}
    return {"PhysicalResourceId": PHYSICAL_ID, "Data": data}


def _targets(cluster: str, sagemaker: Any) -> dict[str, int]:
    try:
        found = sagemaker.describe_cluster(ClusterName=cluster)
    except sagemaker.exceptions.ResourceNotFound:
        return {}
    return {group["InstanceGroupName"]: group["TargetCount"] for group in found["InstanceGroups"]}
