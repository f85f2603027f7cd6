"""Starts the engine: `.venv-engine/bin/python -m operations.local.engine.launcher --help`.

Serves the engine's own application over TLS on loopback, and besides it `GET /_groundwork/inventory`: everything that
the life-cycle handlers hold; `PUT /_groundwork/task-outcomes`: how the containers of one-off tasks end, see
`task_outcomes`. Runs until SIGTERM.
"""

import argparse
import asyncio
import fcntl
import json
import os
import signal
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from operations.local.engine.lifecycle import Lifecycle
from operations.local.engine.task_outcomes import OUTCOMES

HOST = "127.0.0.1"
LOCK_ATTEMPTS = 20
INVENTORY_PATH = "/_groundwork/inventory"
TASK_OUTCOMES_PATH = "/_groundwork/task-outcomes"
# Waiting and retrying in a state machine takes this share of its time: the provider framework asks every 10 s.
WAIT_SCALE = "0.05"
_STOP_SECONDS = 2.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The embedded AWS engine on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True, help="of the socket")
    parser.add_argument("--socket", type=int, required=True, help="descriptor of a socket that listens")
    parser.add_argument("--state", type=Path, required=True, help="locked and filled with pid and port while running")
    parser.add_argument("--certificate", type=Path, required=True, help="PEM: the server's certificate and its issuer")
    parser.add_argument("--key", type=Path, required=True, help="PEM: the server's private key")
    return parser.parse_args()


def _hold(state: Path, port: int) -> Any:
    """Lock the state file for the life of this process: a lock, unlike a pid, cannot go stale or be reused."""
    handle = state.open("a+")
    for attempt in range(1, LOCK_ATTEMPTS + 1):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            # Whoever looks for a running engine holds the lock for a moment; another engine holds it for good.
            if attempt == LOCK_ATTEMPTS:
                raise SystemExit(f"another engine holds {state}") from None
            time.sleep(0.05)
    handle.truncate(0)
    handle.write(json.dumps({"pid": os.getpid(), "port": port}))
    handle.flush()
    return handle


def _configure(arguments: argparse.Namespace) -> None:
    """The engine reads its settings from the process environment when it is imported."""
    os.environ.update(
        GATEWAY_PORT=str(arguments.port),
        BIND_HOST=HOST,
        MINISTACK_HOST=HOST,
        AUTH="true",
        USE_SSL="1",
        MINISTACK_SSL_CERT=str(arguments.certificate),
        MINISTACK_SSL_KEY=str(arguments.key),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        SFN_WAIT_SCALE=WAIT_SCALE,
        # A path that cannot exist: without it the engine would look for a container runtime and use it.
        DOCKER_HOST="unix:///nonexistent",
    )


def _application(lifecycle: Lifecycle) -> Any:
    engine: Any = import_module("ministack.app").app

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == INVENTORY_PATH:
            await _answer(send, {"walked_through": lifecycle.listing()})
        elif path == TASK_OUTCOMES_PATH:
            if scope["method"] == "PUT":
                OUTCOMES.replace(json.loads(await _body(receive)))
            await _answer(send, OUTCOMES.document())
        else:
            await engine(scope, receive, send)

    return application


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


async def _answer(send: Any, document: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})


async def _serve(application: Any, arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    config: Any = import_module("hypercorn.config").Config()
    # Not the engine's own main(): that one would also open port 443 where it is allowed to.
    config.bind = [f"fd://{arguments.socket}"]
    config.certfile, config.keyfile = str(arguments.certificate), str(arguments.key)
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    serving = asyncio.ensure_future(
        import_module("hypercorn.asyncio").serve(application, config, shutdown_trigger=stop.wait)
    )
    await asyncio.wait({serving, asyncio.ensure_future(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    # A client that keeps its connection open would hold the server for half a minute.
    await asyncio.wait({serving}, timeout=_STOP_SECONDS)
    if serving.done():
        serving.result()
    # Nothing is kept, so nothing is waited for: a custom resource that never answers would hold a thread for an hour.
    os._exit(0)


def main() -> None:
    """Serve until SIGTERM."""
    arguments = _arguments()
    _held = _hold(arguments.state, arguments.port)
    _configure(arguments)
    # Only now: these import the engine.
    from operations.local.engine.patches import apply_patches
    from operations.local.engine.registration import register, request_scope

    apply_patches()
    lifecycle = Lifecycle(scope=request_scope)
    register(lifecycle)
    asyncio.run(_serve(_application(lifecycle), arguments))


if __name__ == "__main__":
    main()
