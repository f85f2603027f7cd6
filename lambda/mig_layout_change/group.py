"""The label of an instance group, and whether its cluster takes a change."""

from collections.abc import Mapping
from typing import Any

from mig_layout_change.nodes import LAYOUT_LABEL, LayoutChangeError

# What DescribeCluster answers with in the form that UpdateCluster takes it. The image is left out: it stays as it is.
_SAME = (
    "InstanceGroupName",
    "InstanceType",
    "LifeCycleConfig",
    "ExecutionRole",
    "ThreadsPerCore",
    "InstanceStorageConfigs",
    "OnStartDeepHealthChecks",
    "TrainingPlanArn",
    "OverrideVpcConfig",
    "ScheduledUpdateConfig",
    "CapacityRequirements",
)
# The next date is the service's own.
_SAME_PATCHING = ("PatchingStrategy", "DeploymentConfig", "IdleWaitWindowInSeconds", "DrainPolicy")


def is_in_service(sagemaker: Any, *, cluster: str) -> bool:
    """Whether the cluster takes a change. False while it is busy with another.

    Raises:
        LayoutChangeError: the cluster failed.
    """
    return _in_service(sagemaker.describe_cluster(ClusterName=cluster))


def change_label(sagemaker: Any, *, cluster: str, group: str, layout: str) -> bool:
    """Set the label of a group, unless it is set. False while the cluster is busy with another change.

    Raises:
        LayoutChangeError: there is no such group, or the cluster failed.
    """
    found = sagemaker.describe_cluster(ClusterName=cluster)
    described = next((each for each in found["InstanceGroups"] if each["InstanceGroupName"] == group), None)
    if described is None:
        raise LayoutChangeError(f"the cluster {cluster} has no instance group {group}")
    if _labels(described).get(LAYOUT_LABEL) == layout:
        return True
    if not _in_service(found):
        return False
    try:
        sagemaker.update_cluster(ClusterName=cluster, InstanceGroups=[specification(described, layout=layout)])
    except sagemaker.exceptions.ConflictException:
        return False
    return True


def specification(described: Mapping[str, Any], *, layout: str) -> dict[str, Any]:
    """A described group as UpdateCluster takes it, with the label: what is left out there would be lost."""
    group = {key: described[key] for key in _SAME if key in described}
    group["InstanceCount"] = described["TargetCount"]
    if "MinCount" in described:
        group["MinInstanceCount"] = described["MinCount"]
    if patching := described.get("AutoPatchConfig"):
        group["AutoPatchConfig"] = {key: patching[key] for key in _SAME_PATCHING if key in patching}
    interface = described.get("NetworkInterface", {})
    if "InterfaceType" in interface:
        group["NetworkInterface"] = {"InterfaceType": interface["InterfaceType"]}
    taints = described.get("KubernetesConfig", {}).get("DesiredTaints", [])
    group["KubernetesConfig"] = {"Labels": {**_labels(described), LAYOUT_LABEL: layout}, "Taints": taints}
    return group


def _in_service(found: Mapping[str, Any]) -> bool:
    if found["ClusterStatus"] in ("Failed", "Deleting"):
        raise LayoutChangeError(f"the cluster is {found['ClusterStatus']}: {found.get('FailureMessage', '')}")
    return found["ClusterStatus"] == "InService"


def _labels(described: Mapping[str, Any]) -> dict[str, str]:
    return described.get("KubernetesConfig", {}).get("DesiredLabels", {})
