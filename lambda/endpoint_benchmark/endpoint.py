"""A SageMaker endpoint, called with the role of the job."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

SIGNING_NAME = "sagemaker"
_TIMEOUT = urllib3.Timeout(connect=10, read=120)
"""Seconds; the second is between two parts of an answer. SageMaker gives a model 60 to begin one."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where the requests go."""

    name: str
    region: str
    runtime_url: str
    """https://runtime.sagemaker.ca-central-1.amazonaws.com"""
    inference_component: str | None = None


class Client:
    """Sends request bodies to an endpoint, signed; connections are kept, so that a handshake is not measured."""

    def __init__(self, endpoint: Endpoint, *, credentials: Any) -> None:
        """
        Args:
            credentials: botocore's; renewed by themselves when they are the job's.
        """
        self._endpoint = endpoint
        self._credentials = credentials
        self._pool = urllib3.PoolManager(maxsize=256, ssl_context=ssl.create_default_context(), timeout=_TIMEOUT)

    def invoke(self, body: bytes, *, stream: bool) -> urllib3.BaseHTTPResponse:
        """The answer, whose body is still to be read.

        Raises:
            urllib3.exceptions.HTTPError: no connection, or no answer in time.
        """
        operation = "invocations-response-stream" if stream else "invocations"
        url = f"{self._endpoint.runtime_url}/endpoints/{self._endpoint.name}/{operation}"
        headers = {"Content-Type": "application/json"}
        if self._endpoint.inference_component:
            headers["X-Amzn-SageMaker-Inference-Component"] = self._endpoint.inference_component
        request: Any = AWSRequest(method="POST", url=url, data=body, headers=headers)
        signer: Any = SigV4Auth(self._credentials.get_frozen_credentials(), SIGNING_NAME, self._endpoint.region)
        signer.add_auth(request)
        return self._pool.request(
            "POST", url, body=body, headers=dict(request.headers.items()), preload_content=False, retries=False
        )


def chunks(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """The body as it arrives, without waiting for more."""
    while chunk := response.read1(65536):
        yield chunk
