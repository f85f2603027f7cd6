"""The servers of the whole session, and two proxies started from what the template gives their container."""

from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from operations.local.running_engine import RunningEngine
from tests.gateway_boot import assembly
from tests.gateway_boot.aws import Aws, account, engine
from tests.gateway_boot.collector import Collector
from tests.gateway_boot.collector import collector as serve_collector
from tests.gateway_boot.deployed import Deployed, read_deployed
from tests.gateway_boot.gateway import Proxy, booted
from tests.gateway_boot.installed import VIRTUAL_ENVIRONMENT
from tests.gateway_boot.placement import environment_of, on_loopback
from tests.gateway_boot.postgres import create_database, migrate, postgres
from tests.gateway_boot.provider import Provider
from tests.gateway_boot.provider import provider as serve_provider
from tests.gateway_boot.redis import Redis, redis
from tests.gateway_boot.replacements import Loopback
from tests.gateway_boot.restart import Interrupted, interrupt

# `make install-gateway` installs it; the other tests do not wait for that.
collect_ignore_glob = [] if (VIRTUAL_ENVIRONMENT / "installed").exists() else ["test_*.py"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs and configuration of every server; pytest keeps the folders of the last three runs."""
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="session")
def postgres_url(folder: Path) -> Iterator[str]:
    """An empty PostgreSQL."""
    with postgres(folder) as url:
        yield url


@pytest.fixture(scope="session")
def migrated(postgres_url: str) -> Iterator["Future[str]"]:
    """The URL of LiteLLM's database; it is being migrated while other servers start."""

    def make() -> str:
        database = create_database(postgres_url, "litellm", owner="litellm")
        migrate(database)
        return database

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(make)


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """The only provider that the proxies know beside Bedrock."""
    with serve_provider() as running:
        yield running


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """The collector that the proxies send their spans to."""
    with serve_collector() as running:
        yield running


@pytest.fixture(scope="session")
def running_engine(folder: Path) -> Iterator[RunningEngine]:
    """The embedded AWS engine."""
    with engine(folder) as running:
        yield running


@pytest.fixture(scope="session")
def deployed(folder: Path) -> Deployed:
    """The container of the synthesized template."""
    return read_deployed(assembly.synthesize(folder / "assembly"), environment=assembly.NAME)


@pytest.fixture(scope="session")
def cache(folder: Path, deployed: Deployed) -> Iterator[Redis]:
    """An empty Redis."""
    with redis(folder, user=deployed.cache_user) as running:
        yield running


@pytest.fixture(scope="session")
def aws(running_engine: RunningEngine, deployed: Deployed) -> Aws:
    """The account that the gateway is deployed to."""
    return account(running_engine, deployed)


@pytest.fixture(scope="session")
def loopback(
    migrated: "Future[str]",
    deployed: Deployed,
    aws: Aws,
    cache: Redis,
    provider: Provider,
    collector: Collector,
    folder: Path,
) -> Iterator[Loopback]:
    """Where everything is; the configuration is in S3, and the database has its tables."""
    with on_loopback(
        deployed, aws=aws, cache=cache, provider=provider.api_base, collector=collector.url, folder=folder
    ) as place:
        yield place(migrated.result())


@pytest.fixture(scope="session")
def proxies(folder: Path, deployed: Deployed, loopback: Loopback) -> Iterator[list[Proxy]]:
    """Two proxies on one database and one cache."""
    with booted(deployed.command, environment_of(deployed, loopback), folder=folder, count=2) as running:
        yield running


@pytest.fixture(scope="session")
def proxy(proxies: list[Proxy]) -> Proxy:
    """The first of them."""
    return proxies[0]


@pytest.fixture(scope="session")
def restart(proxies: list[Proxy], cache: Redis) -> Iterator["Future[Interrupted]"]:
    """The second of them ends now and starts again meanwhile; what was there before."""
    before = interrupt(proxies[1], cache)

    def start_again() -> Interrupted:
        before.proxy.start()
        return before

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(start_again)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the proxies said beside a test that fails."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        running = cast("list[Proxy]", item.funcargs.get("proxies", []))
        for proxy in running:
            if proxy.server:
                report.sections.append(("log of a proxy", proxy.server.tail()))
    return report
