"""Which paths of the gateway are open, as data: the load balancer and the firewall both follow it.

Paths: LiteLLM's own (https://docs.litellm.ai/docs/proxy/health, .../prometheus, .../ui, .../config_settings).
"""

from collections.abc import Iterator
from dataclasses import dataclass

HEALTH_CHECK = "/health/readiness"
"""Answers 200 while the database is reached; what the load balancer asks the task for."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """Paths that answer 404, and why."""

    name: str
    reason: str
    exact: tuple[str, ...]
    below: tuple[str, ...] = ()
    """These and everything below them."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """As conditions of a listener rule."""
        return (*self.exact, *(p for path in self.below for p in (path, f"{path}/*")))

    @property
    def regex(self) -> str:
        """As a regular expression for a path that was decoded and normalized."""
        exact = [f"{_escaped(path)}/?" for path in self.exact]
        below = [f"{_escaped(path)}(/.*)?" for path in self.below]
        return f"^({'|'.join(exact + below)})$"


ALWAYS_CLOSED = Closed(
    name="Internal",
    reason="/health calls every model, which costs money; /metrics tells who uses what",
    exact=("/health",),
    below=("/metrics",),
)
ADMIN_UI = Closed(
    name="AdminUi",
    reason="the pages for administrators are switched off",
    exact=("/login", "/v2/login", "/fallback/login"),
    below=("/ui", "/sso"),
)
DOCS = Closed(
    name="Docs",
    reason="the description of the interface is switched off",
    exact=("/", "/openapi.json"),
    below=("/docs", "/redoc"),
)


def closed_routes(*, admin_ui: bool, docs: bool) -> Iterator[Closed]:
    """What is closed, given what is switched on."""
    yield ALWAYS_CLOSED
    if not admin_ui:
        yield ADMIN_UI
    if not docs:
        yield DOCS


def _escaped(path: str) -> str:
    return path.replace(".", r"\.")
