"""What partitions the nodes: the configurations for NVIDIA's MIG manager, and the label that chooses one.

`mig-parted` tries every order of creation until the driver takes one, so any layout that fits can be made
(https://github.com/NVIDIA/mig-parted, pkg/mig/config/config.go). HyperPod ships a ConfigMap with layouts too; it has
none for B200 and GB200, and its `all-1g.10gb` does not fit an A100 with 40 GB, so it is replaced by this one.
"""

from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from groundwork.mig.layouts import DISABLED, NodeLayout

LABEL = "nvidia.com/mig.config"
"""Set on an instance group (`KubernetesConfig.Labels`), so on all of its nodes: which configuration they take."""
STATE_LABEL = "nvidia.com/mig.config.state"
"""What the MIG manager answers with on each node: pending, rebooting, success or failed. Queues count partitions on
`success` only."""
CONFIG_MAP = "default-mig-config"
"""The name that HyperPod's chart gives it, and that the GPU operator is told."""
_CONFIG_MAP_LABELS = {"sagemaker.amazonaws.com/accelerator-partition-configmap": "true"}


def node_labels(layout: NodeLayout) -> dict[str, str]:
    """The labels of an instance group with this layout."""
    return {LABEL: layout.config_name}


def mig_configs(layouts: Iterable[NodeLayout]) -> dict[str, list[dict[str, Any]]]:
    """The configurations by name, in mig-parted's terms."""
    configs = {layout.config_name: _entries(layout) for layout in layouts}
    # What nodes without the label take: it has to be there.
    return {DISABLED: [{"devices": "all", "mig-enabled": False}], **dict(sorted(configs.items()))}


def config_map(layouts: Iterable[NodeLayout], *, namespace: str) -> dict[str, Any]:
    """The ConfigMap that the MIG manager and HyperPod read.

    Args:
        layouts: of all instance groups of the cluster.
        namespace: that of the GPU operator.
    """
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": CONFIG_MAP, "namespace": namespace, "labels": dict(_CONFIG_MAP_LABELS)},
        "data": {"config.yaml": _yaml({"version": "v1", "mig-configs": mig_configs(layouts)})},
    }


def _entries(layout: NodeLayout) -> list[dict[str, Any]]:
    """One entry for each kind of GPU; every GPU is named, as one that is not would keep what it had."""
    kinds = dict.fromkeys(layout.gpus)
    if len(kinds) == 1:
        return [_entry("all", layout.layouts[0])]
    return [
        _entry([index for index, each in enumerate(layout.gpus) if each == kind], dict(kind))  # as nvidia-smi counts
        for kind in kinds
    ]


def _entry(devices: str | list[int], partitions: Mapping[str, int]) -> dict[str, Any]:
    if not partitions:
        return {"devices": devices, "mig-enabled": False}
    return {"devices": devices, "mig-enabled": True, "mig-devices": dict(partitions)}


def _yaml(document: Mapping[str, Any]) -> str:
    text = StringIO()
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.dump(document, text)
    return text.getvalue()
