"""The real gateway serves, fails over, caches, limits and charges."""

import contextlib
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.process import listens
from tests.gateway_boot.provider import CHUNKS, COMPLETION_TOKENS, PROMPT_TOKENS, Provider
from tests.gateway_boot.settings import PRICE

COST = PRICE * (PROMPT_TOKENS + COMPLETION_TOKENS)
"""US dollars of one answer."""


def chat(proxy: Proxy, model: str, *, key: str | None = None, text: str | None = None) -> httpx.Response:
    """Ask a model something; without `text`, something that no cache can know."""
    message = {"role": "user", "content": text or uuid.uuid4().hex}
    return proxy.post("/v1/chat/completions", {"model": model, "messages": [message]}, key=key)


def new_key(proxy: Proxy, **settings: Any) -> str:
    """A virtual key."""
    return proxy.post("/key/generate", settings).raise_for_status().json()["key"]


def eventually(check: Callable[[], bool], *, timeout: float = 20) -> None:
    """Wait until `check()`, at most `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < deadline, f"not within {timeout} s"
        time.sleep(0.1)


def spend(proxy: Proxy, key: str) -> float:
    """What the database says a key has spent, in US dollars."""
    return proxy.get("/key/info", {"key": key}).raise_for_status().json()["info"]["spend"]


def test_it_is_alive_and_ready_with_its_database(proxy: Proxy):
    assert httpx.get(f"{proxy.url}/health/liveliness", trust_env=False).status_code == 200
    ready = httpx.get(f"{proxy.url}/health/readiness", trust_env=False)
    assert (ready.status_code, ready.json()["db"]) == (200, "connected")


def test_a_model_answers(proxy: Proxy, provider: Provider):
    before = provider.calls["small"]
    answer = chat(proxy, "small").raise_for_status().json()
    assert answer["choices"][0]["message"]["content"] == f"small answers call {before + 1}"
    assert answer["usage"]["total_tokens"] == PROMPT_TOKENS + COMPLETION_TOKENS


def test_chunks_arrive_while_the_model_still_speaks(proxy: Proxy, provider: Provider):
    gate = provider.gates["slow"] = threading.Semaphore(0)
    body = {"model": "slow", "stream": True, "messages": [{"role": "user", "content": uuid.uuid4().hex}]}
    heard: list[str] = []
    with proxy.client() as client, client.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        for index, expected in enumerate(CHUNKS):
            heard.append(next_content(lines))
            assert heard[-1] == expected, f"the provider has not sent more than {index + 1} chunks"
            gate.release()
        assert list(lines)[-2:] == ["data: [DONE]", ""]


def next_content(lines: Any) -> str:
    """The next text of a stream of events."""
    for line in lines:
        if line.startswith("data: {") and (content := json.loads(line[6:])["choices"][0]["delta"].get("content")):
            return content
    raise AssertionError("the stream has ended")


def test_a_failing_model_falls_back_to_another(proxy: Proxy, provider: Provider):
    provider.failures["broken"] = -1
    response = chat(proxy, "broken").raise_for_status()
    assert response.json()["choices"][0]["message"]["content"].startswith("spare answers")
    assert int(response.headers["x-litellm-attempted-fallbacks"]) == 1
    assert provider.calls["broken"] > 0


def test_of_two_deployments_the_healthy_one_answers(proxy: Proxy, provider: Provider):
    provider.failures["pair-left"] = -1
    answers = [chat(proxy, "pair").raise_for_status().json() for _ in range(10)]
    assert {answer["choices"][0]["message"]["content"].split(" ")[0] for answer in answers} == {"pair-right"}
    assert provider.calls["pair-left"] > 0, "it has been tried"


def test_a_failure_is_tried_again(proxy: Proxy, provider: Provider):
    provider.failures["flaky"] = 1
    response = chat(proxy, "flaky").raise_for_status()
    assert int(response.headers["x-litellm-attempted-retries"]) == 1
    assert provider.calls["flaky"] == 2


def test_the_same_question_is_answered_from_the_cache_of_both_proxies(proxies: list[Proxy], provider: Provider):
    first, second = proxies
    text = uuid.uuid4().hex
    answer = chat(first, "small", text=text).raise_for_status().json()
    asked = provider.calls["small"]

    def cached(proxy: Proxy) -> bool:
        return "x-litellm-cache-key" in chat(proxy, "small", text=text).headers

    assert cached(first)
    assert cached(second)
    assert chat(second, "small", text=text).json()["choices"] == answer["choices"]
    assert provider.calls["small"] == asked


def test_a_key_that_does_not_exist_is_refused(proxy: Proxy, provider: Provider):
    before = provider.calls["small"]
    assert chat(proxy, "small", key="sk-unknown").status_code == 401
    assert httpx.post(f"{proxy.url}/v1/chat/completions", json={"model": "small"}, trust_env=False).status_code == 401
    assert provider.calls["small"] == before


def test_a_key_reaches_the_models_that_it_is_for(proxy: Proxy, provider: Provider):
    key = new_key(proxy, models=["small"])
    before = provider.calls["other"]
    assert chat(proxy, "small", key=key).status_code == 200
    assert chat(proxy, "other", key=key).status_code == 403
    assert provider.calls["other"] == before
    assert [model["id"] for model in proxy.get("/v1/models", key=key).json()["data"]] == ["small"]


def test_the_models_of_a_team_are_the_models_of_its_keys(proxy: Proxy):
    team = proxy.post("/team/new", {"team_alias": "readers", "models": ["other"]}).raise_for_status().json()
    key = new_key(proxy, team_id=team["team_id"])
    assert chat(proxy, "other", key=key).status_code == 200
    assert chat(proxy, "small", key=key).status_code in {401, 403}


def test_a_key_without_a_role_administers_nothing(proxy: Proxy):
    key = new_key(proxy)
    assert proxy.post("/key/generate", {}, key=key).status_code in {401, 403}


def test_a_rate_limit_holds_on_both_proxies_together(proxies: list[Proxy]):
    key = new_key(proxies[0], rpm_limit=4)
    answers = [chat(proxies[index % 2], "small", key=key) for index in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 4
    assert "retry-after" in answers[-1].headers


def test_a_budget_that_is_spent_refuses_on_both_proxies(proxies: list[Proxy], provider: Provider):
    first, second = proxies
    key = new_key(first, max_budget=1.5 * COST)
    assert [chat(first, "small", key=key).status_code for _ in range(2)] == [200, 200]
    eventually(lambda: spend(first, key) == pytest.approx(2 * COST))
    before = provider.calls["small"]
    for proxy in (first, second):
        refused = chat(proxy, "small", key=key)
        assert refused.status_code in {400, 429}
        assert refused.json()["error"]["type"] == "budget_exceeded"
    assert provider.calls["small"] == before


def test_what_is_spent_survives_a_restart_and_the_loss_of_the_cache(
    proxies: list[Proxy], provider: Provider, redis_port: int
):
    restarted = proxies[1]
    spent, rich = (new_key(restarted, max_budget=budget) for budget in (0.5 * COST, 100 * COST))
    for key in (spent, rich):
        assert chat(restarted, "small", key=key).status_code == 200
    # What is not yet written when a proxy ends is lost: LiteLLM writes at intervals, and not at its end.
    eventually(lambda: [spend(restarted, key) for key in (spent, rich)] == pytest.approx([COST, COST]))
    old_port = restarted.port
    restarted.stop()
    assert not listens(old_port)
    forget_everything(redis_port)
    restarted.start()

    before = provider.calls["small"]
    assert [spend(restarted, key) for key in (spent, rich)] == pytest.approx([COST, COST])
    assert chat(restarted, "small", key=spent).json()["error"]["type"] == "budget_exceeded"
    assert provider.calls["small"] == before
    assert chat(restarted, "small", key=rich).status_code == 200
    eventually(lambda: spend(restarted, rich) == pytest.approx(2 * COST))


def forget_everything(redis_port: int) -> None:
    """Empty the cache."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", redis_port), timeout=5)) as redis:
        redis.sendall(b"FLUSHALL\r\n")
        assert redis.recv(16) == b"+OK\r\n"
