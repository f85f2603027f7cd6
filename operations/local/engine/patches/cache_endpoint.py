"""ElastiCache: without a container runtime the endpoint of every cache is the one word `redis`."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_REGION, expect


def apply() -> None:
    """Give each cache an address of its own."""
    caches: Any = import_module("ministack.services.elasticache")
    responses: Any = import_module("ministack.core.responses")
    spawn: Callable[..., tuple[str, int, str | None]] = caches._spawn_redis_container

    def patched(name: str, *others: Any, **named: Any) -> tuple[str, int, str | None]:
        host, port, container = spawn(name, *others, **named)
        if container is None:
            # RFC 2606: example.com belongs to nobody who would answer.
            host = f"{name}.elasticache.{responses.get_region()}.example.com"
        return host, port, container

    caches._spawn_redis_container = patched


def check() -> None:
    """Two caches have two addresses."""
    caches: Any = import_module("ministack.services.elasticache")
    hosts = [caches._spawn_redis_container(name, "valkey", "8.0", {})[0] for name in ("one", "two")]
    expect(hosts[0] == f"one.elasticache.{SCRATCH_REGION}.example.com", f"the address is {hosts[0]}")
    expect(hosts[0] != hosts[1], "two caches share an address")
