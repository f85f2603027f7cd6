"""A proxy that ends in the middle of its work, and comes back to a cache that has forgotten everything."""

from dataclasses import dataclass

from tests.gateway_boot.calls import chat, cost, new_key
from tests.gateway_boot.gateway import Proxy
from tests.gateway_boot.process import listens
from tests.gateway_boot.redis import Redis


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """What was there before a proxy ended."""

    proxy: Proxy
    price: float
    """US dollars of one answer: what each key has spent."""
    spent: str
    """A key whose budget is spent."""
    rich: str
    """A key whose budget is not."""


def interrupt(proxy: Proxy, cache: Redis) -> Interrupted:
    """Spend something with a proxy, end it at once, and empty the cache."""
    price = cost(chat(proxy, "small"))
    spent, rich = (new_key(proxy, max_budget=budget * price) for budget in (0.5, 100))
    for key in (spent, rich):
        assert chat(proxy, "small", key=key).status_code == 200
    old_port = proxy.port
    # Not waiting until LiteLLM writes what was spent: it does when it is told to end.
    proxy.stop()
    assert not listens(old_port)
    assert cache.run("FLUSHALL") == "+OK"
    return Interrupted(proxy=proxy, price=price, spent=spent, rich=rich)
