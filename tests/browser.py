"""A headless Chromium for the pages that people read, from what `make install-browser` unpacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = Path(__file__).parent / "node" / "chromium" / "chromium"
_LAUNCH_MS = 30_000
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # there is none for root, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, for the tests of one file: its event loop would be in the way of others that have one."""
    environment = {
        "HOME": "/nonexistent",
        "LD_LIBRARY_PATH": str(CHROMIUM.parent / "lib"),
        "FONTCONFIG_FILE": str(CHROMIUM.parent / "fonts.conf"),
    }
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*_ARGUMENTS], env=environment, timeout=_LAUNCH_MS
        ) as started,
    ):
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page that reaches files and 127.0.0.1 only, and fails its test for an error on its console."""
    errors: list[str] = []
    with browser.new_context() as context:
        context.route("**/*", _refuse_the_network)
        opened = context.new_page()
        opened.set_default_timeout(10_000)
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        yield opened
    assert not errors, errors


def _refuse_the_network(route: Route) -> None:
    if route.request.url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
        route.continue_()
    else:
        route.abort()
