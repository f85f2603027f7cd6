"""HTTP to a registry: bounded in time and size, retried where a retry can help, encrypted off this machine."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from operations.errors import OperationError
from operations.images.reference import LOOPBACK, is_loopback

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; the manifest size that the OCI distribution specification asks every registry to accept."""

_LOOPBACK = "loopback"


class RegistryError(OperationError):
    """A registry could not be read, or answered what it must not."""


class _BusyError(Exception):
    """An answer that a later attempt may better: 429 or 5xx."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__(f"HTTP {answer.status}")
        self.retry_after = answer.headers.get("Retry-After", "")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long one request may take, all in seconds except `attempts`; `total` bounds all attempts and waits."""

    connect: float = 5.0
    read: float = 15.0
    attempt: float = 30.0
    attempts: int = 4
    total: float = 60.0
    first_wait: float = 1.0
    longest_wait: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes


class Transport:
    """Sends requests; every failure is a RegistryError that names the address."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        # Asynchronous only because that can be interrupted: the time-outs of a client count from byte to byte, so
        # a trickle of bytes, in the headers too, or a chain of redirects would outlast any of them.
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(patience.read, connect=patience.connect),
            follow_redirects=True,
            # Loopback never goes through the proxy of the environment.
            mounts={f"all://{host}": None for host in LOOPBACK},
            event_hooks={"request": [_refuse_address]},
        )

    def close(self) -> None:
        """Close the connections."""
        self._runner.run(self._client.aclose())
        self._runner.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        loopback: bool = False,
    ) -> Answer:
        """Send until there is an answer other than 429 and 5xx.

        `loopback`: whether this machine may be asked, also where a redirect leads to it.

        Raises:
            RegistryError: none came in time, the answer is too large, it went over plain HTTP, or to this machine.
        """
        try:
            request = self._client.build_request(
                method,
                url,
                headers=dict(headers or {}),
                # Without parameters the query that the address carries must stay.
                params=dict(params) if params else None,
                extensions={_LOOPBACK: loopback},
            )
        except httpx.InvalidURL as error:
            raise RegistryError(f"{url}: no address: {error}") from None
        return self._runner.run(self._retried(request))

    async def _retried(self, request: httpx.Request) -> Answer:
        patience, url = self._patience, request.url
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((_BusyError, httpx.TransportError)),
            stop=stop_after_attempt(patience.attempts),
            wait=self._wait,
            reraise=True,
        )
        try:
            async with asyncio.timeout(patience.total):
                return await retrying(self._once, request)
        except _BusyError as error:
            raise RegistryError(f"{url}: {error}, in {patience.attempts} attempts") from None
        except (httpx.TimeoutException, TimeoutError):
            raise RegistryError(f"{url}: no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RegistryError(f"{url}: {str(error) or type(error).__name__}") from None

    async def _once(self, request: httpx.Request) -> Answer:
        try:
            async with asyncio.timeout(self._patience.attempt):
                answer = await self._read(request)
        except TimeoutError:
            raise httpx.ReadTimeout("the answer trickles", request=request) from None
        if answer.status == 429 or answer.status >= 500:
            raise _BusyError(answer)
        return answer

    async def _read(self, request: httpx.Request) -> Answer:
        response, body = await self._client.send(request, stream=True), bytearray()
        try:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > LARGEST_BODY:
                    raise RegistryError(f"{request.url}: the answer is larger than {LARGEST_BODY} bytes")
        finally:
            await response.aclose()
        return Answer(status=response.status_code, headers=response.headers, body=bytes(body))

    def _wait(self, state: RetryCallState) -> float:
        patience = self._patience
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _BusyError) and error.retry_after.isdecimal():
            return min(float(error.retry_after), patience.longest_wait)
        return wait_exponential_jitter(
            multiplier=patience.first_wait, max=patience.longest_wait, jitter=patience.first_wait
        )(state)


async def _refuse_address(request: httpx.Request) -> None:
    """Called for each redirect too, which keeps the extensions of the first request."""
    host = request.url.host
    if is_loopback(host) and not request.extensions[_LOOPBACK]:
        raise RegistryError(f"{request.url}: refused, a registry elsewhere must not lead to this machine")
    if request.url.scheme != "https" and host not in LOOPBACK:
        raise RegistryError(f"{request.url}: refused, plain HTTP leaves this machine; allowed is https")
