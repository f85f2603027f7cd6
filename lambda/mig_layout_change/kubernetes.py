"""The Kubernetes API of an EKS cluster, as far as emptying a node needs it."""

import base64
import json
import ssl
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from botocore.signers import RequestSigner  # pyright: ignore[reportMissingTypeStubs]

TOKEN_SECONDS = 60
"""How long EKS takes the signature of a token for valid at the least."""
_PAGE = 500
_TIMEOUT = urllib3.Timeout(connect=5, read=30)


class KubernetesError(Exception):
    """The API server answered what was not expected."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"HTTP {status}: {text[:300]}")
        self.status = status


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
        retries = urllib3.Retry(connect=3, read=0, status=0, other=0, backoff_factor=0.5)
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=retries, ssl_context=context)
        self._endpoint = endpoint.rstrip("/")
        self._token = token

    def nodes(self, selector: str) -> list[dict[str, Any]]:
        """The nodes with these labels."""
        return self._list("/api/v1/nodes", {"labelSelector": selector})

    def pods_on(self, node: str) -> list[dict[str, Any]]:
        """Every pod of a node."""
        return self._list("/api/v1/pods", {"fieldSelector": f"spec.nodeName={node}"})

    def patch_node(self, node: str, patch: Mapping[str, Any]) -> None:
        """Change a node; keys that are None are removed."""
        body = json.dumps(patch).encode()
        self._call("PATCH", f"/api/v1/nodes/{quote(node)}", body, media="application/merge-patch+json")

    def evict(self, namespace: str, pod: str) -> bool:
        """Ask for the eviction of a pod. False where a disruption budget does not allow it now."""
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": namespace},
        }
        path = f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(pod)}/eviction"
        try:
            self._call("POST", path, json.dumps(eviction).encode())
        except KubernetesError as error:
            if error.status == 404:  # gone already
                return True
            if error.status == 429:
                return False
            raise
        return True

    def _list(self, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        more = ""
        while True:
            page = {**query, "limit": str(_PAGE), **({"continue": more} if more else {})}
            answer = self._call("GET", f"{path}?{urlencode(page)}")
            items += answer["items"]
            more = answer.get("metadata", {}).get("continue", "")
            if not more:
                return items

    def _call(self, method: str, path: str, body: bytes | None = None, *, media: str = "application/json") -> Any:
        headers = {"authorization": f"Bearer {self._token()}", "accept": "application/json", "content-type": media}
        answer = self._pool.request(method, self._endpoint + path, body=body, headers=headers)
        if answer.status >= 300:
            raise KubernetesError(answer.status, answer.data.decode(errors="replace"))
        return json.loads(answer.data)


def eks_token(session: Any, *, cluster: str, region: str) -> str:
    """A token for a cluster: a signed call that says who the caller is.

    Source: what `aws eks get-token` makes, awscli/customizations/eks/get_token.py.
    """
    sts = session.client("sts", region_name=region)
    signer = RequestSigner(
        sts.meta.service_model.service_id, region, "sts", "v4", session.get_credentials(), session.events
    )
    url: str = signer.generate_presigned_url(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportAssignmentType]
        {
            "method": "GET",
            "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
            "body": {},
            "headers": {"x-k8s-aws-id": cluster},
            "context": {},
        },
        region_name=region,
        expires_in=TOKEN_SECONDS,
        operation_name="",
    )
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
