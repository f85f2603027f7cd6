"""Keys, teams, limits and budgets of the generated gateway, which its tasks share."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from groundwork.gateway.team_requests import team_requests
from tests.gateway_boot.assembly import gateway_section
from tests.gateway_boot.calls import chat, cost, eventually, key_info, new_key
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.provider import Provider


@pytest.fixture(scope="session")
def teams(proxy: Proxy) -> None:
    """The teams of the section, as the deployment makes them."""
    for request in team_requests(gateway_section()):
        proxy.post("/team/new", request).raise_for_status()


def test_a_key_that_does_not_exist_is_refused(proxy: Proxy, provider: Provider):
    before = provider.calls["other"]
    assert chat(proxy, "other", key="sk-unknown").status_code == 401
    assert httpx.post(f"{proxy.url}/v1/chat/completions", json={"model": "other"}, trust_env=False).status_code == 401
    assert provider.calls["other"] == before


def test_a_key_reaches_the_models_that_it_is_for(proxy: Proxy, provider: Provider):
    key = new_key(proxy, models=["small"])
    before = provider.calls["other"]
    assert chat(proxy, "small", key=key).status_code == 200
    assert chat(proxy, "other", key=key).status_code == 403
    assert provider.calls["other"] == before
    assert [model["id"] for model in proxy.get("/v1/models", key=key).json()["data"]] == ["small"]


def test_a_key_without_a_role_administers_nothing(proxy: Proxy):
    assert proxy.post("/key/generate", {}, key=new_key(proxy)).status_code in {401, 403}


def test_a_new_user_outside_of_a_team_makes_keys_and_calls_no_model(proxy: Proxy):
    user = proxy.post("/user/new", {"user_email": "someone@example.com"}).raise_for_status().json()
    assert user["user_role"] == "internal_user"
    own = proxy.post("/key/generate", {"user_id": user["user_id"]}, key=user["key"]).raise_for_status().json()["key"]
    for key in (user["key"], own):
        assert chat(proxy, "other", key=key).status_code in {401, 403}


def test_a_key_lives_as_long_as_the_section_allows_and_no_longer(proxy: Proxy):
    expires = datetime.fromisoformat(key_info(proxy, new_key(proxy))["expires"])
    assert timedelta(days=29) < expires - datetime.now(UTC) <= timedelta(days=30)
    assert proxy.post("/key/generate", {"duration": "31d"}).status_code == 400


@pytest.mark.usefixtures("teams")
def test_the_models_of_a_team_are_the_models_of_its_keys(proxy: Proxy):
    key = new_key(proxy, team_id="sales")
    assert chat(proxy, "other", key=key).status_code == 200
    assert chat(proxy, "small", key=key).status_code in {401, 403}


@pytest.mark.usefixtures("teams")
def test_a_team_calls_a_model_by_its_name_and_gets_it_through_its_own_profile(proxy: Proxy):
    key = new_key(proxy, team_id="research")
    response = chat(proxy, "nova", key=key)
    assert response.status_code == 200
    assert response.headers["x-litellm-model-group"] == "nova@research"
    assert chat(proxy, "nova@research", key=new_key(proxy, team_id="sales")).status_code in {401, 403}


@pytest.mark.usefixtures("teams")
def test_the_limit_of_a_team_holds_for_all_its_keys_on_both_proxies(proxies: list[Proxy]):
    keys = [new_key(proxies[0], team_id="research") for _ in range(2)]
    answers = [chat(proxies[index % 2], "small", key=keys[index // 2 % 2]).status_code for index in range(8)]
    assert 429 in answers
    assert answers == sorted(answers)
    assert answers.count(200) <= 5


def test_a_rate_limit_holds_on_both_proxies_together(proxies: list[Proxy]):
    key = new_key(proxies[0], rpm_limit=4)
    answers = [chat(proxies[index % 2], "other", key=key) for index in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 4
    assert "retry-after" in answers[-1].headers


def test_a_budget_that_is_spent_refuses_on_both_proxies(proxies: list[Proxy], provider: Provider):
    first, second = proxies
    price = cost(chat(first, "small"))
    assert price > 0
    key = new_key(first, max_budget=1.5 * price)
    assert chat(first, "small", key=key).status_code == 200
    # The most that a call can cost is held back until it is known what it did cost.
    eventually(lambda: chat(first, "small", key=key).status_code == 200)
    eventually(lambda: chat(second, "small", key=key).status_code == 422)
    before = provider.calls["gpt-5-mini"]
    for proxy in (first, second):
        refused = chat(proxy, "small", key=key)
        assert refused.status_code == 422
        assert refused.json()["error"]["type"] == "budget_exceeded"
    assert provider.calls["gpt-5-mini"] == before
