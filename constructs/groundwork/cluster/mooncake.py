"""A Mooncake store: one master, and on each node with EFA a part of its memory.

Source: https://github.com/kvcache-ai/Mooncake, docs (mooncake-store deployment guide and efa_transport; read
2026-11-23). Mooncake is Apache-2.0; nothing of it is part of this package.
"""

from typing import Any

from groundwork.cluster.fabric_settings import FabricSettings, MooncakeSettings
from groundwork.cluster.instance_group_settings import InstanceGroupSettings

MASTER = "mooncake-master"
_STORE = "mooncake-store"
_PORTS = {"rpc": 50051, "metadata": 8080, "metrics": 9003}
_REST_PORT = 8800
"""Of the store on its node, in whose network it runs."""
_OVERHEAD_GIB = 8
"""Of a store beside what it stores."""


def mooncake_manifests(
    fabric: FabricSettings, settings: MooncakeSettings, groups: list[InstanceGroupSettings], *, image: str
) -> list[dict[str, Any]]:
    """The master with its Service, and the store on the nodes of these groups.

    Stores use the EFA devices of the host without asking Kubernetes for them: what is asked for is then nobody else's,
    and the rollouts on the same node want it.

    Args:
        image: with its digest.
    """
    return [
        _service(fabric.namespace),
        _master(fabric.namespace, image),
        _store(fabric.namespace, settings, [group.name for group in groups], image),
    ]


def node_memory_gib(settings: MooncakeSettings) -> int:
    """What a store takes of its node's memory, in GiB."""
    return settings.memory_gib + _OVERHEAD_GIB


def client_variables(namespace: str) -> dict[str, str]:
    """How a pod finds the store and talks to it."""
    master = f"{MASTER}.{namespace}.svc"
    return {
        "MOONCAKE_PROTOCOL": "efa",
        "MOONCAKE_MASTER": f"{master}:{_PORTS['rpc']}",
        "MOONCAKE_TE_META_DATA_SERVER": f"http://{master}:{_PORTS['metadata']}/metadata",
    }


def _service(namespace: str) -> dict[str, Any]:
    ports = [{"name": name, "port": port, "targetPort": port} for name, port in _PORTS.items()]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": MASTER, "namespace": namespace},
        "spec": {"selector": {"app": MASTER}, "ports": ports},
    }


def _master(namespace: str, image: str) -> dict[str, Any]:
    command = ["mooncake_master", f"--rpc_port={_PORTS['rpc']}", f"--metrics_port={_PORTS['metrics']}"]
    command += ["--enable_http_metadata_server=true", f"--http_metadata_server_port={_PORTS['metadata']}"]
    resources = {"cpu": "2", "memory": "8Gi"}
    container = {
        "name": "master",
        "image": image,
        "command": command,
        "ports": [{"name": name, "containerPort": port} for name, port in _PORTS.items()],
        "readinessProbe": {"tcpSocket": {"port": "rpc"}, "periodSeconds": 5},
        "resources": {"requests": resources, "limits": resources},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": MASTER, "namespace": namespace, "labels": {"app": MASTER}},
        # Never two: each would know half of what is stored.
        "spec": {"replicas": 1, "strategy": {"type": "Recreate"}, **_pods(MASTER, {"containers": [container]})},
    }


def _store(namespace: str, settings: MooncakeSettings, groups: list[str], image: str) -> dict[str, Any]:
    segment = settings.memory_gib * 1024**3
    variables: dict[str, Any] = {
        **client_variables(namespace),
        "MOONCAKE_GLOBAL_SEGMENT_SIZE": str(segment),
        "MOONCAKE_LOCAL_BUFFER_SIZE": "0",
        "FI_PROVIDER": "efa",
        "LD_LIBRARY_PATH": "/opt/amazon/efa/lib",
    }
    host = {"name": "MOONCAKE_LOCAL_HOSTNAME", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}
    resources = {"cpu": "4", "memory": f"{node_memory_gib(settings)}Gi"}
    container = {
        "name": "store",
        "image": image,
        "command": ["python3", "-m", "mooncake.mooncake_store_service", f"--port={_REST_PORT}"],
        "env": [host, *({"name": name, "value": value} for name, value in variables.items())],
        "securityContext": {"privileged": True},
        "resources": {"requests": resources, "limits": resources},
    }
    term = {"key": "sagemaker.amazonaws.com/instance-group-name", "operator": "In", "values": groups}
    affinity = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
    pod = {
        "hostNetwork": True,
        "dnsPolicy": "ClusterFirstWithHostNet",
        "affinity": {"nodeAffinity": affinity},
        "tolerations": [{"operator": "Exists"}],
        "containers": [container],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": _STORE, "namespace": namespace, "labels": {"app": _STORE}},
        "spec": _pods(_STORE, pod),
    }


def _pods(app: str, pod: dict[str, Any]) -> dict[str, Any]:
    labels = {"app": app}
    return {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
