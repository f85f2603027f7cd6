"""The Kubernetes API of an EKS cluster, as far as ending Spaces needs it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from eks_api.api_server import ApiServer, ApiServerError

Object = dict[str, Any]
NAMED = 10
"""Of what is left: how many are named."""
_WORKSPACES = "/apis/workspace.jupyter.org/v1alpha1"
_GONE = 404


def name_of(found: Mapping[str, Any]) -> str:
    """The name of an object."""
    return found["metadata"]["name"]


def names_of(found: Sequence[Mapping[str, Any]]) -> str:
    """The names of objects, the first of many."""
    names = ", ".join(sorted(name_of(each) for each in found)[:NAMED])
    return f"{names} and {len(found) - NAMED} more" if len(found) > NAMED else names


def is_leaving(found: Mapping[str, Any]) -> bool:
    """Whether an object is being deleted."""
    return "deletionTimestamp" in found["metadata"]


class Kubernetes(ApiServer):
    """What is asked of one API server about Spaces and their volumes."""

    def spaces(self, namespace: str) -> list[Object]:
        """The Workspaces of a namespace; none where nobody knows the kind any more."""
        return self._list(f"{_WORKSPACES}/namespaces/{quote(namespace)}/workspaces")

    def delete_space(self, namespace: str, name: str) -> None:
        """Have a Workspace deleted. One that is gone is no error."""
        self._change("DELETE", f"{_WORKSPACES}/namespaces/{quote(namespace)}/workspaces/{quote(name)}")

    def templates(self, namespace: str, selector: str) -> list[Object]:
        """The WorkspaceTemplates of a namespace with these labels."""
        return self._list(f"{_WORKSPACES}/namespaces/{quote(namespace)}/workspacetemplates", selector)

    def delete_template(self, namespace: str, name: str) -> None:
        """Have a WorkspaceTemplate deleted. One that is gone is no error."""
        self._change("DELETE", f"{_WORKSPACES}/namespaces/{quote(namespace)}/workspacetemplates/{quote(name)}")

    def ingresses(self, namespace: str) -> list[Object]:
        """The Ingresses of a namespace."""
        return self._list(f"/apis/networking.k8s.io/v1/namespaces/{quote(namespace)}/ingresses")

    def delete_ingress(self, namespace: str, name: str) -> None:
        """Have an Ingress deleted. One that is gone is no error."""
        self._change("DELETE", f"/apis/networking.k8s.io/v1/namespaces/{quote(namespace)}/ingresses/{quote(name)}")

    def claims(self, namespace: str) -> list[Object]:
        """The claims to volumes of a namespace."""
        return self._list(f"/api/v1/namespaces/{quote(namespace)}/persistentvolumeclaims")

    def volumes(self, selector: str) -> list[Object]:
        """The volumes of the cluster with these labels."""
        return self._list("/api/v1/persistentvolumes", selector)

    def patch_volume(self, name: str, patch: Mapping[str, Any]) -> None:
        """Change a volume. One that is gone is no error."""
        self._change("PATCH", f"/api/v1/persistentvolumes/{quote(name)}", patch)

    def attachments(self) -> list[Object]:
        """Which volume is attached to which node."""
        return self._list("/apis/storage.k8s.io/v1/volumeattachments")

    def _list(self, path: str, selector: str = "") -> list[Object]:
        try:
            return list(self.items(path, **({"labelSelector": selector} if selector else {})))
        except ApiServerError as error:
            if error.status == _GONE:
                return []
            raise

    def _change(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        try:
            self.call(method, path, body)
        except ApiServerError as error:
            if error.status != _GONE:
                raise
