"""Calls to the Kubernetes API of an EKS cluster."""

import base64
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3
from botocore.signers import RequestSigner
from urllib3.exceptions import HTTPError

_TIMEOUT = urllib3.Timeout(connect=5, read=30)
_PAGE = 500
_TOKEN_SECONDS = 60
"""How long EKS takes the signature for valid at the least."""
_BUSY = (401, 408, 409, 429)
"""What may be answered differently a little later; so may every 5xx."""


class ApiServerError(Exception):
    """The API server did not answer, or not what was expected."""

    def __init__(self, status: int | None, text: str) -> None:
        """
        Args:
            status: None: there was no answer.
        """
        said = f"the API server answered {status}" if status else "no answer from the API server"
        super().__init__(f"{said}: {text[:300]}")
        self.status = status

    @property
    def passes(self) -> bool:
        """Whether it is worth another attempt."""
        return self.status is None or self.status in _BUSY or self.status >= 500


class ApiServer:
    """One API server. Each call has a time-out; one that could not connect is repeated."""

    def __init__(self, *, endpoint: str, token: Callable[[], str], certificate: str | None) -> None:
        """
        Args:
            endpoint: `https://...`.
            token: makes a bearer token; they live for minutes only.
            certificate: of its authority, in PEM. None where the endpoint is not encrypted, as in a test.
        """
        context = ssl.create_default_context(cadata=certificate) if certificate else None
        retries = urllib3.Retry(connect=3, read=0, status=0, other=0, backoff_factor=0.5)
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=retries, ssl_context=context)
        self._endpoint = endpoint.rstrip("/")
        self._token = token

    def items(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """All objects of a list, page after page.

        Raises:
            ApiServerError: no answer, or one that is no list.
        """
        more = ""
        while True:
            page = {**query, "limit": str(_PAGE), **({"continue": more} if more else {})}
            answer = self.call("GET", f"{path}?{urlencode(page)}")
            yield from answer["items"]
            more = answer.get("metadata", {}).get("continue", "")
            if not more:
                return

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer to one call. A PATCH is merged: keys that are None are removed.

        Raises:
            ApiServerError: no answer, or one that refuses.
        """
        media = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {"authorization": f"Bearer {self._token()}", "accept": "application/json", "content-type": media}
        sent = json.dumps(body).encode() if body is not None else None
        try:
            answer = self._pool.request(method, self._endpoint + path, body=sent, headers=headers)
        except HTTPError as error:
            raise ApiServerError(None, str(error)) from error
        if answer.status >= 300:
            raise ApiServerError(answer.status, _message(answer.data))
        return json.loads(answer.data)


def _message(data: bytes) -> str:
    """What a Status says; a proxy in between answers with something else."""
    try:
        return str(json.loads(data)["message"])
    except (ValueError, KeyError, TypeError):
        return data.decode(errors="replace")


def eks_token(session: Any, *, cluster: str, region: str) -> str:
    """A token for a cluster: a signed call that says who the caller is, and that nobody makes here.

    Source: what `aws eks get-token` makes, awscli/customizations/eks/get_token.py.
    """
    sts = session.client("sts", region_name=region)
    signer = RequestSigner(
        sts.meta.service_model.service_id, region, "sts", "v4", session.get_credentials(), session.events
    )
    url: str = signer.generate_presigned_url(
        {
            "method": "GET",
            "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
            "body": {},
            "headers": {"x-k8s-aws-id": cluster},
            "context": {},
        },
        region_name=region,
        expires_in=_TOKEN_SECONDS,
        operation_name="",
    )
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
