"""The servers of the whole session: PostgreSQL, Redis, the fake provider, and two proxies of one configuration."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.gateway_boot.gateway import Proxy, booted
from tests.gateway_boot.installed import VIRTUAL_ENVIRONMENT
from tests.gateway_boot.postgres import create_database, migrate, postgres
from tests.gateway_boot.provider import Provider
from tests.gateway_boot.provider import provider as serve_provider
from tests.gateway_boot.redis import redis
from tests.gateway_boot.settings import configuration, environment

# `make test-gateway` installs it; the other tests do not wait for that.
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
def redis_port(folder: Path) -> Iterator[int]:
    """An empty Redis."""
    with redis(folder) as port:
        yield port


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """The only provider that the proxies know."""
    with serve_provider() as running:
        yield running


@pytest.fixture(scope="session")
def proxies(folder: Path, postgres_url: str, redis_port: int, provider: Provider) -> Iterator[list[Proxy]]:
    """Two proxies on one database and one cache."""
    database = create_database(postgres_url, "litellm")
    migrate(database)
    variables = environment(database=database, redis_port=redis_port)
    with booted(configuration(provider.api_base), variables, folder=folder, count=2) as running:
        yield running


@pytest.fixture(scope="session")
def proxy(proxies: list[Proxy]) -> Proxy:
    """The first of them."""
    return proxies[0]


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
