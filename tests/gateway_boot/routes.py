"""Every route that LiteLLM has, and how it answers who has no key."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import httpx

from operations.local.workspace import bare_environment
from tests.gateway_boot import listing
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.installed import VIRTUAL_ENVIRONMENT, program
from tests.gateway_boot.replacements import STARTUP

LISTING_TIMEOUT = 120
WEB_SOCKET = "WEBSOCKET"
"""In place of a method, where a route is a conversation."""
_UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}

Route = tuple[str, str]
"""Method and path; a parameter in the path stands in braces."""


LISTED = VIRTUAL_ENVIRONMENT / "routes.json"


def all_routes() -> list[Route]:
    """What LiteLLM's own application says that it serves, as `make install-gateway` has listed it."""
    return [(method, path) for method, path in json.loads(LISTED.read_text())]


def list_routes(folder: Path) -> list[Route]:
    """Ask LiteLLM's application for them, with all that it loads only when it is asked for it: 15 s of imports."""
    variables = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "PYTHONPATH": str(STARTUP)}
    result = subprocess.run(
        # -P: the modules beside the program are not its own.
        [program("python"), "-P", str(listing.__file__)],
        cwd=folder,
        env={**bare_environment(), "HOME": str(folder), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LISTING_TIMEOUT,
        check=True,
    )
    return [(method, path) for method, path in json.loads(result.stdout.splitlines()[-1])]


def main() -> None:
    """List them where the tests find them, for as long as this LiteLLM is installed."""
    with tempfile.TemporaryDirectory() as folder:
        found = list_routes(Path(folder))
    LISTED.write_text(json.dumps(found))


def path_of(route: Route) -> str:
    """Its path, with something for each parameter."""
    return re.sub(r"\{[^}]*\}", "x", route[1])


def answer_without_key(proxy: Proxy, client: httpx.Client, route: Route) -> int:
    """The status of an answer to an empty request without a key; what it says is not read: it may have no end."""
    method, url = route[0], f"{proxy.url}{path_of(route)}"
    talk = method == WEB_SOCKET
    with client.stream(
        "GET" if talk else method,
        url,
        headers=_UPGRADE if talk else None,
        json=None if talk or method == "GET" else {},
    ) as response:
        return response.status_code


if __name__ == "__main__":
    main()
