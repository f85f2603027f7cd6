"""NVIDIA's GPU operator as HyperPod runs it: partitions are made, the driver is that of the node's image.

It is on every node whose GPUs could be partitioned, whole ones as well, and on no other: its device plugin and the
stand-alone one would offer the same GPUs. Which of the two a node has follows from its type, so no change of a layout
changes it.

Source: https://github.com/aws/sagemaker-hyperpod-cli, helm_chart/HyperPodHelmChart/charts/gpu-operator (values.yaml and
regional-values/, 2026-06-22), a wrapper around NVIDIA's chart.
"""

from typing import Any

from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.layouts import DISABLED
from groundwork.mig.manifest import CONFIG_MAP

CHART = "gpu-operator"
CHART_REPOSITORY = "https://helm.ngc.nvidia.com/nvidia"
CHART_VERSION = "v26.3.1"
DEVICE_PLUGIN_VERSION = "v0.19.0"
TOOLKIT_VERSION = "v1.19.0"
MIG_MANAGER_VERSION = "v0.14.0"

IMAGE_ACCOUNTS = {
    "ap-northeast-1": "248189928082",
    "ap-northeast-2": "743267407464",
    "ap-south-1": "183295424886",
    "ap-south-2": "580982410692",
    "ap-southeast-1": "235494799058",
    "ap-southeast-2": "495599779797",
    "ap-southeast-3": "112551748145",
    "ap-southeast-4": "872515262625",
    "ca-central-1": "035462350821",
    "eu-central-1": "816069136154",
    "eu-north-1": "495599756225",
    "eu-south-2": "765762660796",
    "eu-west-1": "741448945724",
    "eu-west-2": "869935108213",
    "sa-east-1": "985539796278",
    "us-east-1": "463470961310",
    "us-east-2": "940482419867",
    "us-west-1": "034362067326",
    "us-west-2": "586794468202",
}
"""The accounts of AWS whose registries hold the operator's images, by Region: one file each in `regional-values/`."""

_EVERYWHERE = [{"operator": "Exists"}]
# The operator keeps away from nodes that feature discovery has found no GPU on, so where that runs the operator does
# (https://github.com/NVIDIA/gpu-operator, controllers/state_manager.go: hasGPULabels).
_WHERE_GPUS_CAN_BE_CUT = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {
                    "matchExpressions": [
                        {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [*MIG_INSTANCE_TYPES]}
                    ]
                }
            ]
        }
    }
}


def mirror_of(region: str) -> str:
    """The registry of AWS that holds the operator's images in a Region; reached through ECR's endpoints alone.

    Raises:
        ValueError: there is none in this Region.
    """
    if region not in IMAGE_ACCOUNTS:
        raise ValueError(
            f"{region} has no registry with the GPU operator's images; allowed: {', '.join(IMAGE_ACCOUNTS)}"
        )
    return f"{IMAGE_ACCOUNTS[region]}.dkr.ecr.{region}.amazonaws.com"


def gpu_operator_values(*, registry: str, own: bool = False) -> dict[str, Any]:
    """The values for NVIDIA's chart.

    The ConfigMap is ours, so the chart makes none.

    Args:
        registry: that of AWS in the Region (`mirror_of`), or one that holds the same repositories.
        own: the latter: it also holds what the chart would take from registry.k8s.io.
    """
    discovery: dict[str, Any] = {
        **{part: {"tolerations": _EVERYWHERE} for part in ("master", "worker", "gc")},
        # A job that cleans up the labels of nodes; when the chart goes, they have gone, and it would wait for one.
        "postDeleteCleanup": False,
    }
    discovery["worker"] = {**discovery["worker"], "affinity": _WHERE_GPUS_CAN_BE_CUT}
    if own:
        discovery["image"] = {"repository": f"{registry}/nfd/node-feature-discovery"}
    device_plugin = {"repository": registry, "image": "mirror-k8s-device-plugin", "version": DEVICE_PLUGIN_VERSION}
    cloud_native = f"{registry}/mirror-cloud-native"
    return {
        "operator": {
            "repository": registry,
            "image": "mirror-gpu-operator",
            "version": CHART_VERSION,
            "tolerations": _EVERYWHERE,
            "initContainer": {"enabled": False},
        },
        "mig": {"strategy": "mixed"},
        # Driver and metrics exporter come with HyperPod's image and its observability.
        **{name: {"enabled": False} for name in ("driver", "dcgm", "dcgmExporter")},
        # For virtual machines on the node; there are none.
        **{name: {"enabled": False} for name in ("vgpuDeviceManager", "vfioManager", "sandboxDevicePlugin")},
        "toolkit": {
            "repository": f"{registry}/mirror-k8s",
            "image": "container-toolkit",
            "version": TOOLKIT_VERSION,
        },
        "devicePlugin": {"enabled": True, **device_plugin},
        "gfd": device_plugin,
        "migManager": {
            "repository": cloud_native,
            "image": "k8s-mig-manager",
            "version": MIG_MANAGER_VERSION,
            "config": {"create": False, "name": CONFIG_MAP, "default": DISABLED},
            # A100s turn MIG on with a reset that a cloud's virtual machine cannot do without a restart.
            "env": [{"name": "WITH_REBOOT", "value": "true"}],
        },
        "validator": {"repository": cloud_native, "image": "gpu-operator-validator", "version": CHART_VERSION},
        "node-feature-discovery": discovery,
        "daemonsets": {"tolerations": _EVERYWHERE},
    }
