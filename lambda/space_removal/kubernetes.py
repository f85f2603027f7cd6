"""The Kubernetes API of an EKS cluster, as far as ending Spaces needs it."""

import json
import ssl
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError

Object = dict[str, Any]
_WORKSPACES = "/apis/workspace.jupyter.org/v1alpha1"
_PAGE = 500
_TIMEOUT = urllib3.Timeout(connect=5, read=30)
_GONE = 404
_BUSY = (401, 408, 409, 429)
"""What may be answered differently a little later; so may every 5xx."""


def name_of(found: Mapping[str, Any]) -> str:
    """The name of an object."""
    return found["metadata"]["name"]


def is_leaving(found: Mapping[str, Any]) -> bool:
    """Whether an object is being deleted."""
    return "deletionTimestamp" in found["metadata"]


class KubernetesError(Exception):
    """The API server did not answer, or not what was expected."""

    def __init__(self, status: int | None, text: str) -> None:
        said = f"the API server answered {status}" if status else "no answer from the API server"
        super().__init__(f"{said}: {text}")
        self.status = status

    @property
    def passes(self) -> bool:
        """Whether it is worth another attempt."""
        return self.status is None or self.status in _BUSY or self.status >= 500


class Kubernetes:
    """Calls to one API server. Each has a time-out; one that could not connect is repeated."""

    def __init__(self, *, endpoint: str, token: Callable[[], str], certificate: str | None) -> None:
        """
        Args:
            endpoint: `https://...` of the API server.
            token: makes a bearer token; they live for minutes only.
            certificate: of its authority, in PEM. None where the endpoint is not encrypted, as in a test.
        """
        context = ssl.create_default_context(cadata=certificate) if certificate else None
        retries = urllib3.Retry(connect=2, read=0, status=0, other=0, backoff_factor=0.5)
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=retries, ssl_context=context)
        self._endpoint = endpoint.rstrip("/")
        self._token = token

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
        items: list[Object] = []
        more = ""
        while True:
            page = {"limit": str(_PAGE), "labelSelector": selector, "continue": more}
            try:
                answer = self._call("GET", f"{path}?{urlencode({key: value for key, value in page.items() if value})}")
            except KubernetesError as error:
                if error.status == _GONE:
                    return []
                raise
            items += answer["items"]
            more = answer.get("metadata", {}).get("continue", "")
            if not more:
                return items

    def _change(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        try:
            self._call(method, path, json.dumps(body).encode() if body else None)
        except KubernetesError as error:
            if error.status != _GONE:
                raise

    def _call(self, method: str, path: str, body: bytes | None = None) -> Any:
        media = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"authorization": f"Bearer {self._token()}", "accept": "application/json", "content-type": media}
        try:
            answer = self._pool.request(method, self._endpoint + path, body=body, headers=headers)
        except HTTPError as error:
            raise KubernetesError(None, str(error)[:300]) from error
        if answer.status >= 300:
            raise KubernetesError(answer.status, _message(answer.data))
        return json.loads(answer.data)


def _message(data: bytes) -> str:
    """What a Status says; a proxy in between answers with something else."""
    try:
        return str(json.loads(data)["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return data.decode(errors="replace")[:300]
