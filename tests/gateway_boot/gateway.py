"""The real LiteLLM proxy, started from an environment and a command as its container is."""

import contextlib
import ssl
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.gateway_boot.installed import program
from tests.gateway_boot.process import Server, free_port, start

START_TIMEOUT = 180.0
"""Seconds; a start is mostly imports, 15 s of processor time."""
REQUEST_TIMEOUT = 30.0
_NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""All that plain HTTP needs: to read the authorities of the web for each client takes longer than a request."""


@dataclass(kw_only=True)
class Proxy:
    """A proxy: what it is started from, and the process that runs."""

    folder: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    port: int = 0
    server: Server | None = None

    @property
    def master_key(self) -> str:
        """The key that may do everything."""
        return self.environment["LITELLM_MASTER_KEY"]

    @property
    def url(self) -> str:
        """Its root."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, key: str | None = None) -> httpx.Client:
        """A client that sends `key`, the master key by default."""
        headers = {"authorization": f"Bearer {key or self.master_key}"}
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=REQUEST_TIMEOUT, trust_env=False, verify=_NO_AUTHORITIES
        )

    def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> httpx.Response:
        """POST a JSON document."""
        with self.client(key) as client:
            return client.post(path, json=body)

    def get(self, path: str, query: Mapping[str, str] | None = None, *, key: str | None = None) -> httpx.Response:
        """GET with query parameters."""
        with self.client(key) as client:
            return client.get(path, params=query)

    def start(self, *, timeout: float = START_TIMEOUT) -> None:
        """Start it on a free port and wait at most `timeout` seconds until it is ready to serve.

        Raises:
            ServerFailedError: it ended, or was not ready in time; the text has the end of its log.
        """
        self.port = free_port()
        # Of an option that stands twice, the last one holds.
        arguments = [program("litellm"), *self.command, "--host", "127.0.0.1", "--port", str(self.port)]
        self.server = start("proxy", arguments, folder=self.folder, environment=self.environment)
        try:
            self.server.wait_until(self._ready, timeout=timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it as a container is ended: the request to end, time to finish, the kill."""
        if self.server:
            self.server.stop()

    def _ready(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return self.get("/health/readiness").is_success
        return False


@contextlib.contextmanager
def booted(
    command: Sequence[str], environment: Callable[[Path], Mapping[str, str]], *, folder: Path, count: int = 1
) -> Generator[list[Proxy]]:
    """Several proxies of one container definition, started at the same time, ended with the block.

    Args:
        command: the container's arguments.
        environment: the container's environment, by the folder that a proxy writes to.
        folder: each proxy gets one in it.
        count: how many.

    Raises:
        ServerFailedError: one of them ended, or was not ready in time; the text has the end of its log.
    """

    def boot(own: Path) -> Proxy:
        own.mkdir(parents=True)
        proxy = Proxy(folder=own, command=command, environment=environment(own))
        proxy.start()
        return proxy

    with ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        starts = [pool.submit(boot, folder / f"proxy-{index}") for index in range(count)]
        # Those that start are ended, also when another one does not.
        for started in starts:
            if started.exception() is None:
                stack.callback(started.result().stop)
        yield [started.result() for started in starts]
