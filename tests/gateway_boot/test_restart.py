"""Spend and budgets survive the restart of a proxy and the loss of the cache."""

from concurrent.futures import Future

import pytest

from tests.gateway_boot.calls import chat, key_info
from tests.gateway_boot.provider import Provider
from tests.gateway_boot.restart import Interrupted


def test_what_is_spent_survives_a_restart_and_the_loss_of_the_cache(restart: "Future[Interrupted]", provider: Provider):
    before = restart.result()
    asked = provider.calls["gpt-5-mini"]
    spends = [key_info(before.proxy, key)["spend"] for key in (before.spent, before.rich)]
    assert spends == pytest.approx([before.price, before.price])
    assert chat(before.proxy, "small", key=before.spent).json()["error"]["type"] == "budget_exceeded"
    assert provider.calls["gpt-5-mini"] == asked
    assert chat(before.proxy, "small", key=before.rich).status_code == 200
