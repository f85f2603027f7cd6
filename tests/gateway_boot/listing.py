"""Run by the gateway's Python: writes every route of LiteLLM's application to standard output, as [method, path]."""

import importlib
import json
from collections.abc import Iterator
from typing import Any


def routes(app: Any, below: str = "") -> Iterator[tuple[str, str]]:
    """The routes of an application, those of its routers and of the applications in it."""
    routing = importlib.import_module("fastapi.routing")
    for route in routing.iter_route_contexts(app.routes):
        path = f"{below}{route.path}"
        inner = getattr(route, "app", None)
        if getattr(route, "methods", None):
            yield from ((method, path) for method in route.methods)
        elif hasattr(inner, "routes"):
            yield from routes(inner, path)
        elif type(inner).__name__ == "StaticFiles":
            yield "GET", f"{path}/{{file}}"
        else:
            # It says nothing of its methods: a conversation over a WebSocket, or an application that takes all.
            conversation = "WebSocket" in type(getattr(route, "original_route", route)).__name__
            yield from ((method, path) for method in (["WEBSOCKET"] if conversation else ["GET", "POST"]))


def main() -> None:
    """Load what LiteLLM loads with the first request for it, too."""
    server = importlib.import_module("litellm.proxy.proxy_server")
    for feature in importlib.import_module("litellm.proxy._lazy_features").LAZY_FEATURES:
        feature.register_fn(server.app, importlib.import_module(feature.module_path))
    found = {route for route in routes(server.app) if route[0] not in {"HEAD", "OPTIONS"}}
    print(json.dumps(sorted(found)))


if __name__ == "__main__":
    main()
