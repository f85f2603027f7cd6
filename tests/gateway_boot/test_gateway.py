"""The generated gateway serves, streams, fails over, retries, caches and guards."""

import json
import re
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.gateway_boot.aws import Aws
from tests.gateway_boot.calls import chat, eventually, new_key, says
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.provider import CHUNKS, COMPLETION_TOKENS, PROMPT_TOKENS, Provider
from tests.gateway_boot.replacements import Loopback

# The model, and the guardrail's word and message, of boot.yaml.
BEDROCK_MODEL = "amazon.nova-lite-v1:0"
BLOCKED_WORD, BLOCKED_MESSAGE = "codename-heron", "This request is not allowed here."


def test_it_is_alive_and_ready_with_its_database_and_its_cache(proxy: Proxy):
    assert httpx.get(f"{proxy.url}/health/liveliness", trust_env=False).status_code == 200
    ready = httpx.get(f"{proxy.url}/health/readiness", trust_env=False)
    assert (ready.status_code, ready.json()["db"]) == (200, "connected")
    cache = proxy.get("/cache/ping").json()
    assert (cache["status"], cache["ping_response"], cache["set_cache_response"]) == ("healthy", True, "success")


def test_a_task_opens_no_more_connections_than_the_section_says(proxy: Proxy):
    assert proxy.server
    pools = set(re.findall(r"Starting a postgresql pool with (\d+) connections", proxy.server.log.read_text()))
    assert pools == {"4"}


def test_a_model_answers(proxy: Proxy, provider: Provider):
    before = provider.calls["gpt-5-mini"]
    answer = chat(proxy, "small")
    assert says(answer) == f"gpt-5-mini answers call {before + 1}"
    assert answer.json()["usage"]["total_tokens"] == PROMPT_TOKENS + COMPLETION_TOKENS


def test_chunks_arrive_while_the_model_still_speaks(proxy: Proxy, provider: Provider):
    gate = provider.gates["slow"] = threading.Semaphore(0)
    body = {"model": "slow", "stream": True, "messages": [{"role": "user", "content": uuid.uuid4().hex}]}
    with proxy.client() as client, client.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        for index, expected in enumerate(CHUNKS):
            assert next_content(lines) == expected, f"the provider has not sent more than {index + 1} chunks"
            gate.release()
        assert list(lines)[-2:] == ["data: [DONE]", ""]


def next_content(lines: Iterator[str]) -> str:
    """The next text of a stream of events."""
    for line in lines:
        if line.startswith("data: {") and (content := json.loads(line[6:])["choices"][0]["delta"].get("content")):
            return content
    raise AssertionError("the stream has ended")


def test_a_model_of_bedrock_answers_whole_and_streamed(proxy: Proxy):
    assert "nova" in says(chat(proxy, "nova"))
    body = {"model": "nova", "stream": True, "messages": [{"role": "user", "content": uuid.uuid4().hex}]}
    with proxy.client() as client, client.stream("POST", "/v1/chat/completions", json=body) as response:
        lines = list(response.iter_lines())
    assert next_content(iter(lines))
    assert "data: [DONE]" in lines


def test_the_native_route_of_bedrock_reaches_the_models_of_the_section_and_no_others(proxy: Proxy):
    body = {"messages": [{"role": "user", "content": [{"text": "How are you?"}]}]}
    assert proxy.post("/bedrock/model/nova/converse", body).status_code == 200
    assert proxy.post("/bedrock/model/amazon.nova-pro-v1:0/converse", body).status_code == 400


def test_the_role_of_the_task_calls_the_models_of_the_section_and_no_others(aws: Aws, loopback: Loopback):
    bedrock = aws.client_with(loopback.credentials, "bedrock-runtime")
    messages = [{"role": "user", "content": [{"text": "How are you?"}]}]
    assert bedrock.converse(modelId=BEDROCK_MODEL, messages=messages)["output"]
    with pytest.raises(bedrock.exceptions.AccessDeniedException):
        bedrock.converse(modelId="amazon.nova-pro-v1:0", messages=messages)


def test_a_failing_model_falls_back_to_another(proxy: Proxy, provider: Provider):
    provider.failures["broken"] = -1
    response = chat(proxy, "broken")
    assert says(response).startswith("other answers")
    assert int(response.headers["x-litellm-attempted-fallbacks"]) == 1
    assert provider.calls["broken"] == 2, "the first try, and the retry of the section"


def test_a_fallback_opens_no_model_to_a_key_that_may_not_call_it(proxy: Proxy, provider: Provider):
    provider.failures["broken"] = -1
    before = provider.calls["other"]
    assert chat(proxy, "broken", key=new_key(proxy, models=["broken"])).status_code >= 400
    assert provider.calls["other"] == before


def test_of_two_deployments_the_healthy_one_answers_on_both_proxies(proxies: list[Proxy], provider: Provider):
    provider.failures["left"] = -1
    assert {says(chat(proxies[0], "pair")).split(" ")[0] for _ in range(10)} == {"right"}
    assert provider.calls["left"] == 1, "it has been tried, and rests"
    assert {says(chat(proxies[1], "pair")).split(" ")[0] for _ in range(10)} == {"right"}
    assert provider.calls["left"] == 1, "it rests for the other proxy, too"


def test_a_models_only_deployment_never_rests(proxy: Proxy, provider: Provider):
    provider.failures["flaky"] = 2
    assert chat(proxy, "flaky").status_code == 500
    assert says(chat(proxy, "flaky")).startswith("flaky answers")


def test_a_failure_is_tried_again(proxy: Proxy, provider: Provider):
    before = provider.calls["flaky"]
    provider.failures["flaky"] = 1
    response = chat(proxy, "flaky")
    assert says(response) == f"flaky answers call {before + 2}"
    assert int(response.headers["x-litellm-attempted-retries"]) == 1


def test_an_answer_is_cached_for_both_proxies_where_a_request_says_so(proxies: list[Proxy], provider: Provider):
    first, second = proxies
    text = uuid.uuid4().hex
    caching: dict[str, Any] = {"cache": {"use-cache": True}}
    answer = chat(first, "other", text=text, **caching).raise_for_status().json()
    asked = provider.calls["other"]
    eventually(lambda: "x-litellm-cache-key" in chat(first, "other", text=text, **caching).headers)
    asked = provider.calls["other"]
    for proxy in proxies:
        assert chat(proxy, "other", text=text, **caching).json()["choices"] == answer["choices"]
    assert provider.calls["other"] == asked
    assert chat(second, "other", text=text).json()["choices"] != answer["choices"]
    assert provider.calls["other"] == asked + 1


def test_a_guardrail_stops_a_request_before_the_model_sees_it(proxy: Proxy, provider: Provider):
    before = provider.calls["other"]
    refused = chat(proxy, "other", text=f"What is {BLOCKED_WORD}?", guardrails=["words"])
    assert refused.status_code == 400
    assert BLOCKED_MESSAGE in refused.text
    assert provider.calls["other"] == before
    assert chat(proxy, "other", text="What is a heron?", guardrails=["words"]).status_code == 200


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_what_the_section_switches_off_is_not_served(proxy: Proxy, path: str):
    assert httpx.get(f"{proxy.url}{path}", trust_env=False).status_code == 404
