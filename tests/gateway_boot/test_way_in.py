"""The booted gateway, entered as callers do: by the distribution and the load balancer of the same templates."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from operations.local.assembly import read_environment
from operations.local.entry import Entry, register_target
from tests.deploy.creation import create
from tests.deploy.gateways import Gateway
from tests.deploy.way_in import at_distribution, at_load_balancer
from tests.gateway_boot.assembly import NAME
from tests.gateway_boot.aws import engine
from tests.gateway_boot.conftest import started
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.provider import CHUNKS
from tests.gateway_boot.templates import Templates
from tests.toolkit import make_toolkits

TIMEOUT = 90.0
HOST = "origin.gateway.example.com"


@pytest.fixture(scope="module")
def gateway(background: ThreadPoolExecutor, templates: Templates, folder: Path) -> Iterator["Future[Gateway]"]:
    """Deployed while the proxies start, to an engine of its own: in the other one, the tests make what the proxies need
    where a deployment would make it."""

    def make(stack: ExitStack) -> Gateway:
        running = stack.enter_context(engine(folder / "deployed"))
        environment = read_environment(assembly=folder / "assembly" / "out", name=NAME)
        make_toolkits(running, environment.stacks)
        create(running, environment, timeout=TIMEOUT)
        return Gateway(engine=running, environment=environment, host=HOST)

    with started(background, make) as making:
        yield making


@pytest.fixture(scope="module")
def tasks(gateway: "Future[Gateway]", proxies: list[Proxy]) -> Gateway:
    """Both proxies are the targets of its load balancer."""
    deployed = gateway.result(2 * TIMEOUT)
    group = deployed.physical_id("LoadBalancerTasks")
    for proxy in proxies:
        register_target(deployed.engine, target_group_arn=group, port=proxy.port)
    return deployed


@pytest.fixture(params=["load balancer", "CloudFront"])
def entry(request: pytest.FixtureRequest, tasks: Gateway) -> Entry:
    return (at_distribution if request.param == "CloudFront" else at_load_balancer)(tasks).entry


@pytest.fixture
def caller(tasks: Gateway, entry: Entry, proxy: Proxy) -> Iterator[httpx.Client]:
    """Somebody outside, with the master key."""
    with tasks.engine.http(timeout=30) as client:
        client.base_url = httpx.URL(entry.url)
        client.headers.update({**entry.headers, "authorization": f"Bearer {proxy.master_key}"})
        yield client


def body(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": uuid.uuid4().hex}], **more}


def test_a_model_answers(caller: httpx.Client) -> None:
    answer = caller.post("/v1/chat/completions", json=body("other"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"].startswith("other answers call")


def test_a_stream_arrives_whole(caller: httpx.Client) -> None:
    with caller.stream("POST", "/v1/chat/completions", json=body("other", stream=True)) as answer:
        events = [line.removeprefix("data: ") for line in answer.iter_lines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    said = [json.loads(event)["choices"][0]["delta"].get("content") for event in events[:-1]]
    assert [text for text in said if text] == list(CHUNKS)


def test_nobody_gets_in_without_a_key(caller: httpx.Client) -> None:
    del caller.headers["authorization"]
    assert caller.post("/v1/chat/completions", json=body("other")).status_code == 401


@pytest.mark.parametrize("path", ["/health", "/metrics", "/debug/asyncio-tasks"])
def test_what_is_closed_does_not_reach_the_gateway(caller: httpx.Client, path: str) -> None:
    assert caller.get(path).status_code == 404
