"""An API server on loopback that knows nodes, pods and evictions, as much as a drain needs."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mig_layout_change.kubernetes import Kubernetes
from mig_layout_change.nodes import GROUP_LABEL, LAYOUT_LABEL, STATE_LABEL

TOKEN = "k8s-aws-v1.test"
PAGE = 2
"""Entries of one answer, whatever is asked for: every list has to be read to its end."""


class FakeKubernetes:
    """What is in the cluster, and what it was asked for."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.pods: dict[str, dict[str, Any]] = {}
        self.protected: set[str] = set()
        """Pods whose disruption budget allows no eviction."""
        self.coming_back: set[str] = set()
        """Pods in whose place another comes at once, on the same node."""
        self.changes: list[str] = []
        """`PATCH node` and `EVICT namespace/pod`, in their order."""
        self.token = TOKEN
        """How the bearer tokens begin that are taken."""
        self.faults = 0
        """So many of the next calls are answered with an error of the server."""

    def add_node(
        self, name: str, group: str, layout: str, resources: dict[str, int], *, cordoned: bool = False
    ) -> None:
        spec = {"unschedulable": True} if cordoned else {}
        labels = {GROUP_LABEL: group}
        self.nodes[name] = {"metadata": {"name": name, "labels": labels}, "spec": spec}
        self.partition(name, layout, resources)

    def partition(self, name: str, layout: str, resources: dict[str, int], *, state: str = "success") -> None:
        """What the MIG manager and the device plugin do to a node."""
        node = self.nodes[name]
        node["metadata"]["labels"] |= {LAYOUT_LABEL: layout, STATE_LABEL: state}
        allocatable = {"cpu": "180", "vpc.amazonaws.com/efa": "32", **{key: str(n) for key, n in resources.items()}}
        node["status"] = {"allocatable": allocatable, "conditions": [{"type": "Ready", "status": "True"}]}

    def label(self, name: str, layout: str) -> None:
        """What HyperPod does to a node; its state is still that of the layout before."""
        self.nodes[name]["metadata"]["labels"][LAYOUT_LABEL] = layout

    def add_pod(
        self,
        name: str,
        node: str,
        *,
        owner: str = "ReplicaSet",
        phase: str = "Running",
        spec: Mapping[str, Any] | None = None,
        **metadata: Any,
    ) -> None:
        owners = [{"kind": owner, "name": "owner"}]
        found = {"name": name, "namespace": "team", "ownerReferences": owners, **metadata}
        status = {"phase": phase}
        self.pods[f"team/{name}"] = {"metadata": found, "spec": {**(spec or {}), "nodeName": node}, "status": status}

    def check(self, name: str, status: str) -> None:
        """Deep health checks of a node: `InProgress`, `Passed` or `Failed`."""
        self.nodes[name]["metadata"]["labels"]["sagemaker.amazonaws.com/deep-health-check-status"] = status

    def cordoned(self) -> set[str]:
        return {name for name, node in self.nodes.items() if node["spec"].get("unschedulable")}

    def listed(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        if path == "/api/v1/nodes":
            key, value = query["labelSelector"].split("=")
            return [node for node in self.nodes.values() if node["metadata"]["labels"].get(key) == value]
        node = query["fieldSelector"].removeprefix("spec.nodeName=")
        return [pod for pod in self.pods.values() if pod["spec"]["nodeName"] == node]

    def patch(self, name: str, patch: dict[str, Any]) -> None:
        self.changes.append(f"PATCH {name}")
        _merge(self.nodes[name], patch)

    def evict(self, pod: str) -> int:
        self.changes.append(f"EVICT {pod}")
        if pod not in self.pods:
            return 404
        if pod in self.protected:
            return 429
        if pod not in self.coming_back:
            del self.pods[pod]
        return 201


def _merge(target: dict[str, Any], patch: dict[str, Any]) -> None:
    """A JSON merge patch (RFC 7386)."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            _merge(target.setdefault(key, {}), value)
        else:
            target[key] = value


@contextmanager
def serving(
    fake: FakeKubernetes, *, tls: ssl.SSLContext | None = None, trusted: str | None = None
) -> Iterator[Kubernetes]:
    """A client of the fake, which trusts a certificate where the fake has one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {key: value[0] for key, value in parse_qs(url.query).items()}
            items, start = fake.listed(url.path, query), int(query.get("continue", "0"))
            more = {"continue": str(start + PAGE)} if start + PAGE < len(items) else {}
            self.answer(200, {"items": items[start : start + PAGE], "metadata": more})

        def do_PATCH(self) -> None:
            assert self.headers["content-type"] == "application/merge-patch+json"
            fake.patch(self.path.rpartition("/")[2], self.body())
            self.answer(200, {})

        def do_POST(self) -> None:
            *_, namespace, _, pod, kind = self.path.split("/")
            body = self.body()
            assert (kind, body["kind"], body["apiVersion"]) == ("eviction", "Eviction", "policy/v1")
            assert body["metadata"] == {"name": pod, "namespace": namespace}
            self.answer(fake.evict(f"{namespace}/{pod}"), {})

        def body(self) -> dict[str, Any]:
            return json.loads(self.rfile.read(int(self.headers["content-length"])))

        def answer(self, status: int, content: dict[str, Any]) -> None:
            if not self.headers["authorization"].startswith(f"Bearer {fake.token}"):
                status, content = 401, {"message": "Unauthorized"}
            elif fake.faults:
                fake.faults -= 1
                status, content = 500, {"message": "etcdserver: leader changed"}
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            if status == 429:
                self.send_header("retry-after", "10")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    # A server looks that seldom whether it shall end.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        endpoint = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        yield Kubernetes(endpoint=endpoint, token=lambda: TOKEN, certificate=trusted)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
