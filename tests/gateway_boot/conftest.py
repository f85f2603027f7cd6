"""The servers of the whole session, and two proxies started from what the template gives their container."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

import pytest

from operations.local.running_engine import RunningEngine
from tests.gateway_boot import assembly
from tests.gateway_boot.aws import Aws, account, engine
from tests.gateway_boot.collector import Collector
from tests.gateway_boot.collector import collector as serve_collector
from tests.gateway_boot.deployed import Deployed, cache_user
from tests.gateway_boot.gateway import Proxy, booted
from tests.gateway_boot.placement import deploy, environment_of, on_loopback
from tests.gateway_boot.postgres import create_database, migrate, postgres
from tests.gateway_boot.provider import Provider
from tests.gateway_boot.provider import provider as serve_provider
from tests.gateway_boot.redis import Redis, redis
from tests.gateway_boot.replacements import Loopback
from tests.gateway_boot.restart import Interrupted, interrupt
from tests.gateway_boot.templates import Templates

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Databases:
    """URLs."""

    server: str
    """Of the database that every PostgreSQL has."""
    litellm: str
    """Of LiteLLM's, with its tables."""


@contextmanager
def started(pool: ThreadPoolExecutor, make: Callable[[ExitStack], T]) -> Generator["Future[T]"]:
    """What `make` makes meanwhile; what it entered ends with the block."""
    with ExitStack() as stack:
        making = pool.submit(make, stack)
        try:
            yield making
        finally:
            wait([making])


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Logs and configuration of every server; pytest keeps the folders of the last three runs."""
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture(scope="session")
def background() -> Iterator[ThreadPoolExecutor]:
    """What the tests need later is started here, all at the same time."""
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.fixture(scope="session")
def databases(folder: Path, background: ThreadPoolExecutor) -> Iterator["Future[Databases]"]:
    """A PostgreSQL that is started, and LiteLLM's database in it that is migrated, while other servers start."""

    def make(stack: ExitStack) -> Databases:
        server = stack.enter_context(postgres(folder))
        database = create_database(server, "litellm", owner="litellm")
        migrate(database)
        return Databases(server=server, litellm=database)

    with started(background, make) as making:
        yield making


@pytest.fixture(scope="session")
def postgres_url(databases: "Future[Databases]") -> str:
    """The PostgreSQL's own database."""
    return databases.result().server


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
def running_engine(folder: Path, background: ThreadPoolExecutor) -> Iterator["Future[RunningEngine]"]:
    """The embedded AWS engine."""
    with started(background, lambda stack: stack.enter_context(engine(folder))) as running:
        yield running


@pytest.fixture(scope="session")
def templates(folder: Path, databases: object, running_engine: object) -> Templates:
    """What is synthesized while the two start."""
    return assembly.synthesize(folder / "assembly")


@pytest.fixture(scope="session")
def cache(folder: Path, templates: Templates) -> Iterator[Redis]:
    """An empty Redis."""
    with redis(folder, user=cache_user(templates)) as running:
        yield running


@pytest.fixture(scope="session")
def aws(running_engine: "Future[RunningEngine]", templates: Templates) -> Aws:
    """The account that the gateway is deployed to."""
    return account(running_engine.result(), templates)


@pytest.fixture(scope="session")
def deployed(templates: Templates, aws: Aws) -> Deployed:
    """The gateway's tasks as the synthesized templates describe them."""
    return deploy(templates, aws)


@pytest.fixture(scope="session")
def loopback(
    databases: "Future[Databases]",
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
        yield place(databases.result().litellm)


@pytest.fixture(scope="session")
def proxies(folder: Path, deployed: Deployed, loopback: Loopback) -> Iterator[list[Proxy]]:
    """Two proxies on one database and one cache."""
    task = deployed.gateway
    with booted(task.command, environment_of(task, loopback), folder=folder, count=2) as running:
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
