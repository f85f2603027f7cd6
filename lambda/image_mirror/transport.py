"""GET requests to a registry: encrypted, bounded in time, retried where a retry can help."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from .deadline import Deadline

if TYPE_CHECKING:  # Lambda may bring urllib3 1.26, which has no such name.
    from urllib3 import BaseHTTPResponse

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; the manifest size that the OCI distribution specification asks every registry to accept."""

T = TypeVar("T")


class RegistryError(Exception):
    """A registry could not be read, or answered what it must not."""


class _BusyError(Exception):
    """An answer that a later attempt may better: 429 or 5xx."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        super().__init__(f"HTTP {response.status}")
        after = response.headers.get("Retry-After", "")
        self.retry_after = float(after) if after.isdecimal() else None


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a request is repeated, and the waits between, in seconds."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 20.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    redirected: bool


class Transport:
    """Every failure is a RegistryError that names the address, without its query: that may be a signature."""

    def __init__(self, *, deadline: Deadline, patience: Patience, loopback: bool) -> None:
        """
        Args:
            loopback: whether this machine may be asked, also where a redirect leads to it.
        """
        self.patience = patience
        self.deadline = deadline
        self._loopback = loopback
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=30), retries=False)

    def read(self, url: str, *, headers: Mapping[str, str]) -> Answer:
        """A small answer, whole.

        Raises:
            RegistryError: none came, it is too large, or the address is refused.
            OutOfTimeError: there is no time for it.
        """

        def once() -> Answer:
            response, at = self._follow(url, headers)
            body = response.read(_LARGEST_BODY + 1, decode_content=False)
            response.close()
            if len(body) > _LARGEST_BODY:
                raise RegistryError(f"{bare(url)}: the answer is larger than {_LARGEST_BODY} bytes")
            return Answer(status=response.status, headers=response.headers, body=body, redirected=at != url)

        return self._retried(url, once)

    def open(self, url: str, *, headers: Mapping[str, str]) -> BaseHTTPResponse:
        """An answer whose body is still to be read, and that is to be closed.

        Raises:
            RegistryError: none came, or the address is refused.
            OutOfTimeError: there is no time for it.
        """
        return self._retried(url, lambda: self._follow(url, headers)[0])

    def _retried(self, url: str, once: Callable[[], T]) -> T:
        for attempt in range(1, self.patience.attempts + 1):
            self.deadline.check()
            wait: float | None = None
            try:
                return once()
            except _BusyError as error:
                failure, wait = str(error), error.retry_after
            except HTTPError as error:
                # Its text may hold the address with its query.
                failure = type(error).__name__
            if attempt == self.patience.attempts:
                raise RegistryError(f"{bare(url)}: {failure}, in {attempt} attempts")
            if wait is None:
                spread = 1 + random.random()  # noqa: S311 - no secret
                wait = spread * self.patience.first_wait * 2.0 ** (attempt - 1)
            time.sleep(min(wait, self.patience.longest_wait))
        raise AssertionError("unreachable")

    def _follow(self, url: str, headers: Mapping[str, str]) -> tuple[BaseHTTPResponse, str]:
        sent = dict(headers)
        for _ in range(_MOST_REDIRECTS + 1):
            self._refuse(url)
            response = self._pool.request("GET", url, headers=sent, redirect=False, preload_content=False)
            if response.status == 429 or response.status >= 500:
                response.close()
                raise _BusyError(response)
            if response.status not in _REDIRECTS:
                return response, url
            response.close()
            target = urljoin(url, response.headers.get("Location", ""))
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                # The token is the registry's, and blob storage refuses a request that is signed twice.
                sent.pop("Authorization", None)
            url = target
        raise RegistryError(f"{bare(url)}: more than {_MOST_REDIRECTS} redirects")

    def _refuse(self, url: str) -> None:
        parts = urlsplit(url)
        local = (parts.hostname or "") in _LOOPBACK
        if local and not self._loopback:
            raise RegistryError(f"{bare(url)}: refused, a registry elsewhere must not lead to this machine")
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise RegistryError(f"{bare(url)}: refused, allowed is https")


def is_loopback(host: str) -> bool:
    """Whether `host` or `host:port` is this machine."""
    return urlsplit(f"//{host}").hostname in _LOOPBACK


def bare(url: str) -> str:
    """An address as it may stand in a message: without query, user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
