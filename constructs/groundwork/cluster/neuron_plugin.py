"""AWS's device plugin for Trainium: without it Kubernetes knows of no `aws.amazon.com/neuron` on a node.

Rights, mounts and tolerations: https://github.com/aws/sagemaker-hyperpod-cli, helm_chart/HyperPodHelmChart/charts/
neuron-device-plugin, which installs an older image, and https://github.com/aws-neuron/neuron-helm-charts,
charts/neuron-helm-chart/templates/device-plugin (both Apache-2.0, read 2026-11-23). Nodes with Trainium carry
`ml.` types in `node.kubernetes.io/instance-type`.
"""

from typing import Any

from groundwork.cluster.core_addons import HEALTH_TAINT
from groundwork.cluster.instance_types import INSTANCE_TYPES

REPOSITORY = "neuron/neuron-device-plugin"
IMAGE = f"public.ecr.aws/{REPOSITORY}:2.23.30.0"
DIGEST = "sha256:75a6d5ce3bd397c4d05ce7dd4b51a306c7f0a0e1c146710029d5144caed94aa1"
"""Of that tag: what one public file shows a node to run (`kubectl describe pod`, `Image ID`; read 2026-11-23). Not read
from the registry itself. Were it wrong, nothing would be found, and the pods would not start."""
_NAME, _NAMESPACE = "neuron-device-plugin", "kube-system"


def plugin_image(registry: str | None) -> str:
    """The image with its digest.

    Args:
        registry: one that holds a copy. None: AWS's public one.
    """
    return f"{registry}/{REPOSITORY}@{DIGEST}" if registry else f"{IMAGE}@{DIGEST}"


def neuron_plugin_manifests(*, registry: str | None) -> list[dict[str, Any]]:
    """The plugin's rights and its DaemonSet, on every node with Trainium.

    Args:
        registry: as for `plugin_image`.
    """
    api = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": _NAME, "namespace": _NAMESPACE}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _NAME, "namespace": _NAMESPACE}},
        {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": _NAME}, "rules": _rules()},
        {
            "apiVersion": f"{api}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": _NAME},
            "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": _NAME},
            "subjects": [subject],
        },
        _daemon_set(plugin_image(registry)),
    ]


def _rules() -> list[dict[str, Any]]:
    verbs = {
        "nodes": ["get", "list", "watch"],
        "events": ["create", "patch"],
        "pods": ["update", "patch", "get", "list", "watch"],
        "nodes/status": ["patch", "update"],
    }
    return [{"apiGroups": [""], "resources": [resource], "verbs": allowed} for resource, allowed in verbs.items()]


def _daemon_set(image: str) -> dict[str, Any]:
    labels = {"name": f"{_NAME}-ds"}
    types = [kind.name for kind in INSTANCE_TYPES.values() if kind.neuron_devices]
    term = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": types}
    affinity = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
    paths = {"device-plugin": "/var/lib/kubelet/device-plugins", "infa-map": "/run"}
    container: dict[str, Any] = {
        "name": _NAME,
        "image": image,
        "env": [
            {"name": "KUBECONFIG", "value": "/etc/kubernetes/kubelet.conf"},
            {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        ],
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": name, "mountPath": path} for name, path in paths.items()],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": _NAME, "namespace": _NAMESPACE, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "updateStrategy": {"type": "RollingUpdate"},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": _NAME,
                    "priorityClassName": "system-node-critical",
                    "affinity": {"nodeAffinity": affinity},
                    "tolerations": [
                        {"key": "CriticalAddonsOnly", "operator": "Exists"},
                        {"key": "aws.amazon.com/neuron", "operator": "Exists", "effect": "NoSchedule"},
                        HEALTH_TAINT,
                    ],
                    "containers": [container],
                    "volumes": [{"name": name, "hostPath": {"path": path}} for name, path in paths.items()],
                },
            },
        },
    }
