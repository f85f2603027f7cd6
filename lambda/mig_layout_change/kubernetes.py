"""The Kubernetes API of an EKS cluster, as far as emptying a node needs it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from eks_api.api_server import ApiServer, ApiServerError


class Kubernetes(ApiServer):
    """What is asked of one API server about nodes and their pods."""

    def nodes(self, selector: str) -> list[dict[str, Any]]:
        """The nodes with these labels."""
        return list(self.items("/api/v1/nodes", labelSelector=selector))

    def pods_on(self, node: str) -> list[dict[str, Any]]:
        """Every pod of a node."""
        return list(self.items("/api/v1/pods", fieldSelector=f"spec.nodeName={node}"))

    def patch_node(self, node: str, patch: Mapping[str, Any]) -> None:
        """Change a node; keys that are None are removed."""
        self.call("PATCH", f"/api/v1/nodes/{quote(node)}", patch)

    def evict(self, namespace: str, pod: str) -> bool:
        """Ask for the eviction of a pod. False where a disruption budget does not allow it now."""
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": namespace},
        }
        try:
            self.call("POST", f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(pod)}/eviction", eviction)
        except ApiServerError as error:
            if error.status == 404:  # gone already
                return True
            if error.status == 429:
                return False
            raise
        return True
