"""The upstream charts that a HyperPod cluster needs, pinned by version, with their values.

Not by digest: their repositories list one for each version (`digest` in their index.yaml), but Helm compares it with
nothing, and CDK's handler, which calls `helm upgrade --repo` and for a registry `helm pull --version`, can hand over
none (aws-cdk-lib 2.275, custom-resource-handlers/dist/aws-eks-v2/kubectl-handler/helm). A private registry with
immutable tags fixes what is installed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from groundwork.cluster.core_addons import HEALTH_TAINT
from groundwork.cluster.instance_types import INSTANCE_TYPES
from groundwork.cluster.settings import ClusterSettings
from groundwork.mig import gpu_operator
from groundwork.mig.geometry import MIG_INSTANCE_TYPES

_EFA_IMAGE, _GPU_IMAGE = "eks/aws-efa-k8s-device-plugin", "nvidia/k8s-device-plugin"
_GPU_TOLERATION = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
_EFA_TOLERATION = {"key": "aws.amazon.com/efa", "operator": "Exists", "effect": "NoSchedule"}
WHOLE_GPU_TYPES = tuple(t.name for t in INSTANCE_TYPES.values() if t.gpus and t.name not in MIG_INSTANCE_TYPES)
"""Whose GPUs cannot be partitioned: they have the stand-alone device plugin, all others the GPU operator's."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart."""

    name: str
    version: str
    repository: str
    namespace: str = "kube-system"
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


def charts_of(settings: ClusterSettings, *, region: str) -> list[Chart]:
    """What the cluster's instance types ask for: devices of EFA, GPUs that can be partitioned, others."""
    kinds = [group.instance_type for group in settings.instance_groups]
    charts: list[Chart] = []
    if any(kind.efa_devices for kind in kinds):
        charts.append(_efa_plugin(settings.private_registry))
    if settings.could_partition:
        charts.append(_gpu_operator(settings.private_registry, region))
    if any(kind.name in WHOLE_GPU_TYPES for kind in kinds):
        charts.append(_gpu_plugin(settings.private_registry))
    return [_from_registry(chart, settings.private_registry) for chart in charts]


def kuberay_chart(registry: str | None) -> Chart:
    """KubeRay's operator, in a namespace of its own."""
    chart = Chart(
        name="kuberay-operator",
        version="1.6.0",
        repository="https://ray-project.github.io/kuberay-helm/",
        namespace="ray-system",
        values={
            "tolerations": [HEALTH_TAINT],
            **({"image": {"repository": f"{registry}/kuberay/operator"}} if registry else {}),
        },
    )
    return _from_registry(chart, registry)


def images_of_values(values: Mapping[str, Any]) -> Iterator[str]:
    """The images that values name by repository, image and version, as NVIDIA's charts take them apart."""
    for value in values.values():
        if isinstance(value, Mapping):
            part = cast("Mapping[str, Any]", value)
            if {"repository", "image", "version"} <= part.keys():
                yield f"{part['repository']}/{part['image']}:{part['version']}"
            yield from images_of_values(part)


def _from_registry(chart: Chart, registry: str | None) -> Chart:
    if not registry:
        return chart
    repository = f"oci://{registry}/charts/{chart.name}"
    return Chart(
        name=chart.name,
        version=chart.version,
        repository=repository,
        namespace=chart.namespace,
        values=chart.values,
    )


def _efa_plugin(registry: str | None) -> Chart:
    types = [kind.name for kind in INSTANCE_TYPES.values() if kind.efa_devices]
    return Chart(
        name="aws-efa-k8s-device-plugin",
        version="0.5.20",
        repository="https://aws.github.io/eks-charts",
        values={
            # The chart's own list lags behind: a type that it does not know gets no devices.
            "supportedInstanceLabels": {"keys": ["node.kubernetes.io/instance-type"], "values": types},
            "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, _EFA_TOLERATION, HEALTH_TAINT],
            **({"image": {"repository": f"{registry}/{_EFA_IMAGE}"}} if registry else {}),
        },
    )


def _gpu_plugin(registry: str | None) -> Chart:
    term = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [*WHOLE_GPU_TYPES]}
    affinity = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
    return Chart(
        name="nvidia-device-plugin",
        version="0.16.1",
        repository="https://nvidia.github.io/k8s-device-plugin",
        values={
            "affinity": {"nodeAffinity": affinity},
            "tolerations": [_GPU_TOLERATION, HEALTH_TAINT],
            **({"image": {"repository": f"{registry}/{_GPU_IMAGE}"}} if registry else {}),
        },
    )


def _gpu_operator(registry: str | None, region: str) -> Chart:
    return Chart(
        name=gpu_operator.CHART,
        version=gpu_operator.CHART_VERSION,
        repository=gpu_operator.CHART_REPOSITORY,
        values=gpu_operator.gpu_operator_values(
            registry=registry or gpu_operator.mirror_of(region), own=registry is not None
        ),
    )
