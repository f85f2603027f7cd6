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
    behind_a_name: tuple[str, ...] = ()
    """These where one name stands before them, as in `/name/mcp`: the firewall's alone, as a condition of a listener
    cannot say that it is one."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """As conditions of a listener rule."""
        return (*self.exact, *(p for path in self.below for p in (path, f"{path}/*")))

    @property
    def regex(self) -> str:
        r"""As a regular expression for a decoded path.

        White space at the end counts as nothing, as LiteLLM's router takes `/health%0A` for `/health`.
        """
        alternatives = [rf"({_any(self.exact)})/?\s*"] if self.exact else []
        alternatives += [rf"({_any(self.below)})(/[\s\S]*)?\s*"] if self.below else []
        alternatives += [rf"/[^/]+({_any(self.behind_a_name)})/?\s*"] if self.behind_a_name else []
        return f"^({'|'.join(alternatives)})$"


ALWAYS_CLOSED = Closed(
    name="Internal",
    reason="/health calls every model, which costs money; /health/drain takes a task out of service and asks for no "
    "key; /metrics tells who uses what; /debug, /otel-spans and /memory-usage-* show a process's inside, keys of other "
    "callers in its caches among it; /sso/debug shows what the identity provider says of a person",
    exact=("/health", "/health/drain", "/otel-spans", "/memory-usage-in-mem-cache", "/memory-usage-in-mem-cache-items"),
    below=("/metrics", "/debug", "/sso/debug"),
)
UNUSED = Closed(
    name="Unused",
    reason="nobody needs them, and they ask for no key: /test and /config/yaml are LiteLLM's own; /langfuse hands on "
    "to a Langfuse, by its keys; the others list plugins and sign in to Claude Code, which nothing here switches on",
    exact=("/test", "/config/yaml", "/claude-code/marketplace.json"),
    below=("/langfuse", "/claude_code_gateway"),
)
MCP = Closed(
    name="Mcp",
    reason="no server of the Model Context Protocol can be entered into an environment file; the pages that describe "
    "that interface, and those that answer its clients how to sign in, ask for no key",
    exact=("/token", "/register", "/revoke", "/callback", "/v1/mcp/registry.json"),
    below=("/mcp", "/authorize", "/toolset", "/v1/mcp/oauth"),
    behind_a_name=("/mcp", "/authorize", "/token"),
)
DISCOVERY = Closed(
    name="Discovery",
    reason="how to sign in to servers of the Model Context Protocol and with LiteLLM's own command, and which skills "
    "there are: told to who has no key",
    exact=(
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/.well-known/litellm-cli-auth",
        "/.well-known/skills/index.json",
        "/.well-known/agent-skills/index.json",
    ),
    below=("/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource"),
)
ADMIN_UI = Closed(
    name="AdminUi",
    reason="the pages for administrators are switched off, and with them what serves only them and asks for no key: "
    "signing in, invitations, logos, settings of the pages, the public catalogue with the exact version",
    exact=(
        "/login",
        "/v2/login",
        "/fallback/login",
        "/get_logo_url",
        "/get_image",
        "/get_favicon",
        "/get/ui_theme_settings",
        "/get/ui_settings",
        "/.well-known/litellm-ui-config",
        "/litellm/.well-known/litellm-ui-config",
    ),
    below=("/ui", "/sso", "/v3/login", "/onboarding", "/_next", "/litellm-asset-prefix", "/public"),
)
DOCS = Closed(
    name="Docs",
    reason="the description of the interface is switched off; /routes is one as well, and asks for no key",
    exact=("/", "/openapi.json", "/routes"),
    below=("/docs", "/redoc", "/swagger"),
)


def closed_routes(*, admin_ui: bool, docs: bool) -> Iterator[Closed]:
    """What is closed, given what is switched on."""
    yield from (ALWAYS_CLOSED, UNUSED, MCP, DISCOVERY)
    if not admin_ui:
        yield ADMIN_UI
    if not docs:
        yield DOCS


def _any(paths: tuple[str, ...]) -> str:
    return "|".join(path.replace(".", r"\.") for path in paths)
