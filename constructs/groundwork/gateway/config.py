"""The proxy's configuration file, from the gateway's section.

Its keys are those of LiteLLM's documentation (https://docs.litellm.ai/docs/proxy/config_settings), read as of version
1.104.0. Values that are known at deployment only, and all secrets, are references to the container's environment.
"""

import hashlib
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from groundwork.gateway.config_models import called_by, model_list
from groundwork.gateway.guardrail_settings import GuardrailSettings
from groundwork.gateway.names import variable
from groundwork.gateway.routing_settings import Fallbacks
from groundwork.gateway.settings import GatewaySettings
from groundwork.gateway.team_settings import BudgetSettings

Config = dict[str, Any]

PING_SECONDS = 15
"""How often a stream that is silent sends a comment, so that no hop takes it for dead. Each hop waits longer."""
SPEND_WRITE_SECONDS = 10
"""How often a task writes what was spent, to which LiteLLM adds up to 5. It writes once more when it is told to end; a
task that is killed loses what came since."""
_CALL_TYPES = {
    "chat": ("completion", "acompletion"),
    "embedding": ("embedding", "aembedding"),
    "transcription": ("transcription", "atranscription"),
    "rerank": ("rerank", "arerank"),
}


def config(gateway: GatewaySettings, *, region: str) -> Config:
    """The configuration as data. The same section gives the same data, whatever the order of its mappings.

    Args:
        gateway: the section.
        region: where models of AWS are called.
    """
    settings: Config = {
        "model_list": model_list(gateway, region=region),
        "router_settings": _router(gateway),
        "litellm_settings": _litellm(gateway),
        "general_settings": _general(gateway),
    }
    if gateway.guardrails:
        settings["guardrails"] = [_guardrail(guardrail, region=region) for guardrail in gateway.guardrails]
    return settings


def config_text(gateway: GatewaySettings, *, region: str) -> str:
    """The configuration as YAML."""
    text = StringIO()
    yaml = YAML()
    yaml.width = 120
    yaml.dump(_sorted(config(gateway, region=region)), text)
    return text.getvalue()


def config_hash(text: str) -> str:
    """What the configuration is stored by, and what the task definition names: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _given(**values: object) -> Config:
    return {key: value for key, value in values.items() if value is not None}


def _router(gateway: GatewaySettings) -> Config:
    routing, retry = gateway.routing, gateway.routing.retry
    policy = _given(
        RateLimitErrorRetries=retry.rate_limited,
        TimeoutErrorRetries=retry.timed_out,
        InternalServerErrorRetries=retry.failed,
        ServiceUnavailableErrorRetries=retry.failed,
    )
    return _given(
        routing_strategy=routing.strategy,
        num_retries=retry.count,
        retry_after=retry.after_seconds,
        retry_policy=policy or None,
        timeout=gateway.max_request_seconds,
        enable_pre_call_checks=routing.check_before_call,
        optional_pre_call_checks=["prompt_caching"] if routing.prompt_cache_affinity else None,
        fallbacks=_fallbacks(gateway, routing.fallbacks),
        context_window_fallbacks=_fallbacks(gateway, routing.context_window_fallbacks),
        content_policy_fallbacks=_fallbacks(gateway, routing.content_policy_fallbacks),
        default_fallbacks=list(routing.default_fallbacks) or None,
    )


def _fallbacks(gateway: GatewaySettings, fallbacks: Fallbacks) -> list[dict[str, list[str]]] | None:
    # A team's own name for a model falls back to the team's own names for others.
    scopes = [{model: model for model in fallbacks}, *(called_by(gateway, team) for team in gateway.teams)]
    found = {
        names[model]: [names.get(target, target) for target in fallbacks[model]]
        for names in scopes
        for model in fallbacks
        if model in names
    }
    return [{model: found[model]} for model in sorted(found)] or None


def _litellm(gateway: GatewaySettings) -> Config:
    tracing, budget = gateway.tracing, gateway.budget
    targets = {
        "prometheus": tracing.prometheus,
        "s3_v2": tracing.archive,
        "otel": tracing.otel,
        "langfuse_otel": tracing.langfuse,
        "opik": tracing.opik,
    }
    return _given(
        cache=True,
        cache_params=_cache(gateway),
        # Without it every task asks the database for every key.
        enable_redis_auth_cache=True,
        request_timeout=gateway.max_request_seconds,
        # Parameters that one provider knows and another does not: else no fallback crosses providers.
        drop_params=True,
        json_logs=True,
        callbacks=[name for name, wanted in targets.items() if wanted],
        turn_off_message_logging=not tracing.prompts,
        s3_callback_params=_archive() if tracing.archive else None,
        max_budget=budget.max_usd if budget else None,
        budget_duration=budget.period if budget else None,
        default_internal_user_params=_users(gateway),
        upperbound_key_generate_params=_keys(gateway),
        sse_keepalive_ping_interval_seconds=PING_SECONDS,
        anthropic_sse_ping_interval_seconds=PING_SECONDS,
    )


def _cache(gateway: GatewaySettings) -> Config:
    # The connection is in the environment. Without answers to cache it carries limits and cooldowns all the same.
    params: Config = {"type": "redis", "mode": "default_off", "namespace": "gateway"}
    if cache := gateway.answer_cache:
        params["ttl"] = cache.keep_seconds
        params["supported_call_types"] = [call for kind in sorted(cache.kinds) for call in _CALL_TYPES[kind]]
        if cache.mode == "always":
            del params["mode"]
    return params


def _archive() -> Config:
    return {
        "s3_bucket_name": "os.environ/ARCHIVE_BUCKET",
        "s3_region_name": "os.environ/AWS_REGION",
        "s3_path": "gateway",
        "s3_use_team_prefix": True,
    }


def _budget(budget: BudgetSettings | None) -> Config:
    return {"max_budget": budget.max_usd, "budget_duration": budget.period} if budget else {}


def _users(gateway: GatewaySettings) -> Config:
    users = gateway.users
    # An empty list means every model to LiteLLM; this is its name for none.
    models = list(users.models) or ["no-default-models"]
    return {"user_role": users.role, "models": models, **_budget(users.budget)}


def _keys(gateway: GatewaySettings) -> Config:
    keys = gateway.keys
    return (
        {"duration": keys.max_age}
        | _budget(keys.budget)
        | _given(
            rpm_limit=keys.limits.requests_per_minute,
            tpm_limit=keys.limits.tokens_per_minute,
            max_parallel_requests=keys.limits.parallel_requests,
        )
    )


def _general(gateway: GatewaySettings) -> Config:
    alerts = gateway.alerts
    return _given(
        master_key="os.environ/LITELLM_MASTER_KEY",
        database_connection_pool_limit=gateway.sizing.database.connections_per_task,
        proxy_batch_write_at=SPEND_WRITE_SECONDS,
        store_model_in_db=False,
        store_prompts_in_spend_logs=gateway.tracing.prompts,
        maximum_spend_logs_retention_period=gateway.tracing.spend_log_retention,
        health_check_details=False,
        # Else a fallback would open a model to a team that may not call it, at that model's price.
        enforce_fallback_model_access=True,
        alerting=["slack"] if alerts else None,
        alert_types=list(alerts.types) if alerts else None,
        alerting_threshold=alerts.slow_seconds if alerts else None,
    )


def _guardrail(guardrail: GuardrailSettings, *, region: str) -> Config:
    existing = guardrail.existing
    reference = f"os.environ/{variable('guardrail', guardrail.name)}"
    params = {
        "guardrail": "bedrock",
        "mode": list(guardrail.when),
        "guardrailIdentifier": existing.id if existing else f"{reference}_ID",
        "guardrailVersion": existing.version if existing else f"{reference}_VERSION",
        "aws_region_name": region,
        "default_on": guardrail.always_on,
        "mask_request_content": guardrail.mask,
        "mask_response_content": guardrail.mask,
    }
    return {"guardrail_name": guardrail.name, "litellm_params": params}
