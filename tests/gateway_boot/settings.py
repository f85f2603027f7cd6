"""A configuration and an environment that have all which the tests ask for."""

from typing import Any

PRICE = 0.001
"""US dollars for each token, in and out."""


def configuration(api_base: str) -> dict[str, Any]:
    """LiteLLM's configuration with models of the provider at `api_base`."""
    names = ("small", "other", "flaky", "broken", "spare", "slow")
    # One of two rests after its first failure: otherwise every retry may choose it again. Set for the whole router, a
    # model's only deployment would rest as well.
    rests = {"model_info": {"allowed_fails": 0, "cooldown_time": 30}}
    pair = [_deployment("pair", f"pair-{side}", api_base) | rests for side in ("left", "right")]
    return {
        "model_list": [*(_deployment(name, name, api_base) for name in names), *pair],
        "litellm_settings": {"cache": True, "cache_params": {"type": "redis", "ttl": 600}},
        "router_settings": {
            "routing_strategy": "simple-shuffle",
            "num_retries": 2,
            "retry_after": 0,
            "fallbacks": [{"broken": ["spare"]}],
        },
        "general_settings": {
            "master_key": "os.environ/LITELLM_MASTER_KEY",
            # Seconds between two writes of what was spent, to which LiteLLM adds up to five.
            "proxy_batch_write_at": 1,
        },
    }


def environment(*, database: str, redis_port: int) -> dict[str, str]:
    """The proxy's environment with a PostgreSQL at the URL `database` and a Redis on a port of 127.0.0.1."""
    return {
        "DATABASE_URL": database,
        "DISABLE_SCHEMA_UPDATE": "true",
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(redis_port),
        "LITELLM_MASTER_KEY": f"sk-{'m' * 40}",
        "LITELLM_SALT_KEY": f"sk-{'s' * 40}",
        "LITELLM_MODE": "PRODUCTION",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


def _deployment(name: str, model: str, api_base: str) -> dict[str, Any]:
    parameters = {"model": f"openai/{model}", "api_base": api_base, "api_key": "none"}
    return {
        "model_name": name,
        "litellm_params": parameters | {"input_cost_per_token": PRICE, "output_cost_per_token": PRICE},
    }
