"""What the gateway costs: the booted proxy with one worker against its provider asked directly. `make bench`.

Both are asked by the same client on this machine, which shares its processors with everything measured: read the
ratios. The provider answers at once; a model's own time comes on top of both.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "constructs"), str(ROOT / "lambda")]
# Before aws_cdk is imported: the checks of the template are no part of this.
os.environ["CDK_VALIDATION"] = "false"

from tests.gateway_boot import assembly  # noqa: E402
from tests.gateway_boot.aws import account, engine  # noqa: E402
from tests.gateway_boot.collector import collector  # noqa: E402
from tests.gateway_boot.deployed import cache_user  # noqa: E402
from tests.gateway_boot.gateway import Proxy, booted  # noqa: E402
from tests.gateway_boot.placement import deploy, environment_of, on_loopback  # noqa: E402
from tests.gateway_boot.postgres import create_database, migrate, postgres  # noqa: E402
from tests.gateway_boot.process import free_port, listens, start, stopping  # noqa: E402
from tests.gateway_boot.redis import redis  # noqa: E402

ONE_BY_ONE, AT_ONCE = 1, 16
REQUESTS = 200
WARM_UP = 50
ROUNDS = 3


@dataclass(frozen=True)
class Figure:
    """One measurement."""

    rate: float
    """Requests per second."""
    p50: float
    """Milliseconds; the median."""
    p95: float
    """Milliseconds."""


def main() -> None:
    """Print a table: requests a second and latency, direct and through the proxy, and what the proxy adds."""
    table = Table("clients", "target", "req/s", "ratio", "p50 ms", "p95 ms", "added p50", "added p95")
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as (direct, proxy):
        targets = {"direct": (direct, "none"), "proxy": (f"{proxy.url}/v1", proxy.master_key)}
        for target in targets.values():
            measure(*target, clients=AT_ONCE, requests=WARM_UP)
        for clients in (ONE_BY_ONE, AT_ONCE):
            # In turn, so that whatever else the machine does meets both.
            rounds = [{name: measure(*to, clients=clients) for name, to in targets.items()} for _ in range(ROUNDS)]
            base, through = (median([each[name] for each in rounds]) for name in targets)
            table.add_row(str(clients), "direct", *row(base), "", "")
            added = (f"{through.p50 - base.p50:.1f}", f"{through.p95 - base.p95:.1f}")
            table.add_row(str(clients), "proxy", *row(through, ratio=through.rate / base.rate), *added)
    Console().print(table)


@contextmanager
def servers(folder: Path) -> Generator[tuple[str, Proxy]]:
    """The provider's URL and a proxy in front of it; the provider is a process of its own, as the proxy is."""
    port = free_port()
    with ExitStack() as stack:
        command = [sys.executable, "-m", "tests.gateway_boot.provider", str(port)]
        provider = stack.enter_context(
            stopping(start("provider", command, folder=folder, environment={"PYTHONPATH": str(ROOT)}))
        )
        provider.wait_until(lambda: listens(port), timeout=30)
        templates = assembly.synthesize(folder / "assembly")
        aws = account(stack.enter_context(engine(folder)), templates)
        deployed = deploy(templates, aws)
        cache = stack.enter_context(redis(folder, user=cache_user(templates)))
        database = create_database(stack.enter_context(postgres(folder)), "litellm", owner="litellm")
        migrate(database)
        direct, spans = f"http://127.0.0.1:{port}/v1", stack.enter_context(collector()).url
        place = stack.enter_context(
            on_loopback(deployed, aws=aws, cache=cache, provider=direct, collector=spans, folder=folder)
        )
        environment = environment_of(deployed.gateway, place(database))
        (proxy,) = stack.enter_context(booted(deployed.gateway.command, environment, folder=folder))
        yield direct, proxy


def measure(url: str, key: str, *, clients: int, requests: int = REQUESTS) -> Figure:
    """Ask `requests` times, `clients` at a time."""
    return asyncio.run(_measure(url, key, clients, requests))


async def _measure(url: str, key: str, clients: int, requests: int) -> Figure:
    body = {"model": "other", "messages": [{"role": "user", "content": "How are you?"}]}
    latencies: list[float] = []
    left = iter(range(requests))

    async def client(http: httpx.AsyncClient) -> None:
        for _ in left:
            started = time.perf_counter()
            (await http.post("/chat/completions", json=body)).raise_for_status()
            latencies.append(1000 * (time.perf_counter() - started))

    headers = {"authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, trust_env=False) as http:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(client(http))
        seconds = time.perf_counter() - began
    cuts = statistics.quantiles(latencies, n=20)
    return Figure(rate=requests / seconds, p50=cuts[9], p95=cuts[18])


def median(figures: list[Figure]) -> Figure:
    """The median of each value."""
    return Figure(*(statistics.median(getattr(each, name) for each in figures) for name in ("rate", "p50", "p95")))


def row(figure: Figure, *, ratio: float = 1.0) -> tuple[str, ...]:
    """The cells of one measurement."""
    return f"{figure.rate:.0f}", f"{ratio:.2f}", f"{figure.p50:.1f}", f"{figure.p95:.1f}"


if __name__ == "__main__":
    main()
