"""What the tests ask of a proxy."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from tests.gateway_boot.gateway import Proxy


def chat(proxy: Proxy, model: str, *, key: str | None = None, text: str | None = None, **more: Any) -> httpx.Response:
    """Ask a model something; without `text`, something that no cache can know."""
    message = {"role": "user", "content": text or uuid.uuid4().hex}
    return proxy.post("/v1/chat/completions", {"model": model, "messages": [message], **more}, key=key)


def says(response: httpx.Response) -> str:
    """The text of an answer."""
    return response.raise_for_status().json()["choices"][0]["message"]["content"]


def new_key(proxy: Proxy, **settings: Any) -> str:
    """A virtual key."""
    return proxy.post("/key/generate", settings).raise_for_status().json()["key"]


def cost(response: httpx.Response) -> float:
    """What an answer cost, in US dollars."""
    return float(response.raise_for_status().headers["x-litellm-response-cost"])


def key_info(proxy: Proxy, key: str) -> dict[str, Any]:
    """What the database says of a key."""
    return proxy.get("/key/info", {"key": key}).raise_for_status().json()["info"]


def eventually(check: Callable[[], bool], *, timeout: float = 20) -> None:
    """Wait until `check()`, at most `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < deadline, f"not within {timeout} s"
        time.sleep(0.1)
