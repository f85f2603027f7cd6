"""HTTP to a registry: bounded in time and size, retried where a retry can help, encrypted off this machine."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from operations.errors import OperationError
from operations.images.reference import LOOPBACK

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; the manifest size that the OCI distribution specification asks every registry to accept."""


class RegistryError(OperationError):
    """A registry could not be read, or answered what it must not."""


class _BusyError(Exception):
    """An answer that a later attempt may better: 429 or 5xx."""

    def __init__(self, answer: "Answer") -> None:
        super().__init__(f"HTTP {answer.status}")
        self.retry_after = answer.headers.get("Retry-After", "")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long one request may take, all in seconds except `attempts`."""

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
        self._client = httpx.Client(
            timeout=httpx.Timeout(patience.read, connect=patience.connect),
            follow_redirects=True,
            # Loopback never goes through the proxy of the environment.
            mounts={f"all://{host}": None for host in LOOPBACK},
            event_hooks={"request": [_refuse_plain_http]},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send until there is an answer other than 429 and 5xx.

        Raises:
            RegistryError: none came in time, the answer is too large, or it went over plain HTTP.
        """
        patience = self._patience
        retrying = Retrying(
            retry=retry_if_exception_type((_BusyError, httpx.TransportError)),
            stop=stop_after_attempt(patience.attempts) | stop_after_delay(patience.total),
            wait=self._wait,
            reraise=True,
        )
        try:
            return retrying(self._once, method, url, dict(headers or {}), dict(params or {}))
        except _BusyError as error:
            raise RegistryError(f"{url}: {error}, in {patience.attempts} attempts") from None
        except httpx.TimeoutException:
            raise RegistryError(f"{url}: no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RegistryError(f"{url}: {str(error) or type(error).__name__}") from None

    def _once(self, method: str, url: str, headers: dict[str, str], params: dict[str, str]) -> Answer:
        deadline = time.monotonic() + self._patience.attempt
        # Without parameters the query that the address carries must stay.
        with self._client.stream(method, url, headers=headers, params=params or None) as response:
            body = bytearray()
            for part in response.iter_bytes():
                body += part
                if len(body) > LARGEST_BODY:
                    raise RegistryError(f"{url}: the answer is larger than {LARGEST_BODY} bytes")
                # The read time-out counts from byte to byte: a trickle would never end.
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("the answer trickles", request=response.request)
            answer = Answer(status=response.status_code, headers=response.headers, body=bytes(body))
        if answer.status == 429 or answer.status >= 500:
            raise _BusyError(answer)
        return answer

    def _wait(self, state: RetryCallState) -> float:
        patience = self._patience
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _BusyError) and error.retry_after.isdecimal():
            return min(float(error.retry_after), patience.longest_wait)
        return wait_exponential_jitter(
            multiplier=patience.first_wait, max=patience.longest_wait, jitter=patience.first_wait
        )(state)


def _refuse_plain_http(request: httpx.Request) -> None:
    """Called for each redirect too."""
    if request.url.scheme != "https" and request.url.host not in LOOPBACK:
        raise RegistryError(f"{request.url}: refused, plain HTTP leaves this machine; allowed is https")
