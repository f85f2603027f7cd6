"""AWS's agent that watches the accelerators of each node.

Source: https://github.com/aws/sagemaker-hyperpod-cli, helm_chart/HyperPodHelmChart/charts/health-monitoring-agent
(Apache-2.0, read 2026-11-23).
"""

from typing import Any

from groundwork.cluster.instance_types import INSTANCE_TYPES

AGENT_ACCOUNTS = {
    "ap-northeast-1": "533267052152",
    "ap-south-1": "011528288864",
    "ap-southeast-1": "905418428165",
    "ap-southeast-2": "851725636348",
    "eu-central-1": "211125453373",
    "eu-north-1": "654654141839",
    "eu-west-1": "533267293120",
    "eu-west-2": "011528288831",
    "sa-east-1": "025066253954",
    "us-east-1": "767398015722",
    "us-east-2": "851725546812",
    "us-west-1": "011528288828",
    "us-west-2": "905418368575",
}
"""The accounts of AWS whose registries hold the agent's image, by Region."""
AGENT_TAG = "1.0.935.0_1.0.282.0"
NAMESPACE = "aws-hyperpod"
_NAME = "health-monitoring-agent"


def agent_image(region: str) -> str:
    """The image in a Region.

    Raises:
        KeyError: AWS has none there.
    """
    return f"{AGENT_ACCOUNTS[region]}.dkr.ecr.{region}.amazonaws.com/hyperpod-{_NAME}:{AGENT_TAG}"


def health_agent_manifests(*, image: str) -> list[dict[str, Any]]:
    """The agent's rights and its DaemonSets, one for NVIDIA's accelerators and one for AWS's own."""
    nvidia = [t.name for t in INSTANCE_TYPES.values() if t.gpus]
    neuron = [t.name for t in INSTANCE_TYPES.values() if t.neuron_devices]
    without_gpu = {
        "args": ["--enable-k8s-exporter=false", "--config.system-log-monitor=/config/system-message-monitor.json"],
        "extra_env": [
            {"name": "NVIDIA_VISIBLE_DEVICES", "value": "void"},
            {"name": "NVIDIA_DRIVER_CAPABILITIES", "value": ""},
        ],
    }
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _NAME, "namespace": NAMESPACE}},
        _daemon_set(_NAME, image=image, types=nvidia, args=[], extra_env=[]),
        _daemon_set(f"{_NAME}-non-nvidia", image=image, types=neuron, **without_gpu),
    ]


def _daemon_set(
    name: str, *, image: str, types: list[str], args: list[str], extra_env: list[dict[str, str]]
) -> dict[str, Any]:
    labels = {"app": name}
    resources = {"cpu": "500m", "memory": "512Mi"}
    container: dict[str, Any] = {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "resources": {"requests": resources, "limits": resources},
        "securityContext": {"runAsUser": 1000, "runAsGroup": 2000},
        "env": [_from_node("NODE_NAME", "spec.nodeName"), _from_node("NODE_IP", "status.hostIP"), *extra_env],
        "volumeMounts": [
            {"name": "log", "mountPath": "/var/log"},
            {"name": "kmsg", "mountPath": "/dev/kmsg", "readOnly": True},
            {"name": "localtime", "mountPath": "/etc/localtime", "readOnly": True},
        ],
        **({"args": args} if args else {}),
    }
    paths = {"log": "/var/log/", "kmsg": "/dev/kmsg", "localtime": "/etc/localtime"}
    term = {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": types}
    affinity = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "serviceAccountName": _NAME,
                    "affinity": {"nodeAffinity": affinity},
                    "containers": [container],
                    "volumes": [{"name": key, "hostPath": {"path": path}} for key, path in paths.items()],
                    # It has to see a node that nothing else may run on.
                    "tolerations": [{"operator": "Exists", "effect": effect} for effect in ("NoSchedule", "NoExecute")],
                },
            },
        },
    }


def _from_node(name: str, path: str) -> dict[str, Any]:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
