"""The proxy's configuration says what the section says, with keys that LiteLLM knows."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from groundwork.gateway.config import config, config_hash, config_text
from groundwork.gateway.container_environment import plain_environment, secret_environment
from groundwork.gateway.team_requests import team_requests
from tests.gateway.section import section

REGION = "ca-central-1"
EVERYTHING = Path(__file__).with_name("everything.yaml").read_text(encoding="utf-8")

# Of LiteLLM's documentation as read for version 1.104.0; weight, rpm, tpm and enforce_fallback_model_access are in its
# source.
KNOWN = {
    (): "model_list router_settings litellm_settings general_settings guardrails",
    ("model_list",): "model_name litellm_params model_info",
    ("model_list", "model_info"): "mode allowed_fails cooldown_time",
    ("model_list", "litellm_params"): "model model_id aws_region_name api_base api_key weight rpm tpm",
    ("router_settings",): """routing_strategy num_retries retry_after retry_policy timeout
        enable_pre_call_checks optional_pre_call_checks fallbacks context_window_fallbacks content_policy_fallbacks
        default_fallbacks""",
    (
        "router_settings",
        "retry_policy",
    ): "RateLimitErrorRetries TimeoutErrorRetries InternalServerErrorRetries ServiceUnavailableErrorRetries",
    ("litellm_settings",): """cache cache_params enable_redis_auth_cache request_timeout drop_params json_logs callbacks
        turn_off_message_logging s3_callback_params max_budget budget_duration default_internal_user_params
        upperbound_key_generate_params sse_keepalive_ping_interval_seconds anthropic_sse_ping_interval_seconds""",
    ("litellm_settings", "cache_params"): "type mode ttl namespace supported_call_types",
    ("litellm_settings", "s3_callback_params"): "s3_bucket_name s3_region_name s3_path s3_use_team_prefix",
    ("litellm_settings", "default_internal_user_params"): "user_role models max_budget budget_duration",
    (
        "litellm_settings",
        "upperbound_key_generate_params",
    ): "duration max_budget budget_duration rpm_limit tpm_limit max_parallel_requests",
    ("general_settings",): """master_key database_connection_pool_limit proxy_batch_write_at store_model_in_db
        store_prompts_in_spend_logs maximum_spend_logs_retention_period health_check_details alerting alert_types
        alerting_threshold enforce_fallback_model_access""",
    ("guardrails",): "guardrail_name litellm_params",
    ("guardrails", "litellm_params"): """guardrail mode guardrailIdentifier guardrailVersion aws_region_name default_on
        mask_request_content mask_response_content""",
}
_FREE = {("router_settings", name) for name in ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")}


def keys_of(value: Any, at: tuple[str, ...] = ()) -> set[tuple[tuple[str, ...], str]]:
    if isinstance(value, list):
        return {found for item in value for found in keys_of(item, at)}
    if not isinstance(value, dict) or at in _FREE:
        return set()
    return {(at, key) for key in value} | {found for key in value for found in keys_of(value[key], (*at, key))}


def entries(name: str, change: str = EVERYTHING) -> list[dict[str, Any]]:
    found = config(section(change), region=REGION)["model_list"]
    return [entry["litellm_params"] for entry in found if entry["model_name"] == name]


@pytest.mark.parametrize("change", ["", EVERYTHING, "preset: small"])
def test_only_keys_that_litellm_knows_are_written(change: str) -> None:
    found = keys_of(config(section(change), region=REGION))
    assert {(at, key) for at, key in found if key not in KNOWN.get(at, "").split()} == set()


def test_every_known_key_is_used_by_the_section_that_says_everything() -> None:
    found = keys_of(config(section(EVERYTHING), region=REGION))
    assert {(at, key) for at, keys in KNOWN.items() for key in keys.split()} - found == set()


TARGETS = {
    "claude": [
        {
            "model": "bedrock/global.anthropic.claude-opus-4-5-20251101-v1:0",
            "aws_region_name": REGION,
            "weight": 9,
            "rpm": 100,
            "tpm": 200000,
        },
        {"model": "anthropic/claude-opus-4-5", "api_key": "os.environ/SECRET_ANTHROPIC", "weight": 1},
    ],
    "tagged": [
        {
            "model": "bedrock/some.model",
            "aws_region_name": REGION,
            "model_id": "arn:aws:bedrock:ca-central-1:111122223333:application-inference-profile/abc123",
        }
    ],
    "qwen": [{"model": "sagemaker_chat/Qwen-32B", "aws_region_name": REGION}],
    "text": [{"model": "sagemaker/old", "aws_region_name": REGION, "model_id": "old-1"}],
    "gpt": [{"model": "openai/gpt-5", "api_key": "os.environ/SECRET_OPENAI"}],
    "image": [{"model": "gemini/gemini-3-pro-image", "api_key": "os.environ/SECRET_GEMINI"}],
    "vllm": [{"model": "openai/fara", "api_base": "http://vllm.test/v1", "api_key": "none"}],
    "other": [
        {"model": "openai/m", "api_base": "https://m.example.com/v1", "api_key": "os.environ/SECRET_OWN"},
    ],
}


@pytest.mark.parametrize("name", TARGETS)
def test_each_provider_is_called_by_its_own_name(name: str) -> None:
    assert entries(name) == TARGETS[name]


def test_a_deployment_rests_by_its_own_entry_so_that_a_models_only_one_never_does() -> None:
    found = config(section("routing: {allowed_fails: 5, rest_seconds: 60}"), region=REGION)
    rests = [(e["model_info"]["allowed_fails"], e["model_info"]["cooldown_time"]) for e in found["model_list"]]
    assert rests == [(5, 60), (5, 60)]
    assert not {"allowed_fails", "cooldown_time"} & found["router_settings"].keys()


def test_an_image_model_is_checked_as_one() -> None:
    modes = {e["model_name"]: e["model_info"]["mode"] for e in config(section(EVERYTHING), region=REGION)["model_list"]}
    assert (modes["image"], modes["gpt"]) == ("image_generation", "chat")


def test_a_team_with_a_profile_of_its_own_has_the_model_under_its_own_name() -> None:
    own = entries("claude@research")
    assert own[0]["model_id"] == "os.environ/PROFILE_CLAUDE_0_RESEARCH"
    assert entries("claude@sales") == []
    research, sales = team_requests(section(EVERYTHING))
    assert research["models"] == ["claude@research", "gpt"]
    assert research["model_aliases"] == {"claude": "claude@research"}
    assert (sales["models"], sales["model_aliases"]) == (["gpt"], {})
    fallbacks = config(section(EVERYTHING), region=REGION)["router_settings"]["fallbacks"]
    assert fallbacks == [{"claude": ["gpt", "qwen"]}, {"claude@research": ["gpt", "qwen"]}, {"gpt": ["claude"]}]


def test_a_team_is_asked_for_with_its_budget_and_limits_and_null_for_the_rest() -> None:
    research, sales = team_requests(section(EVERYTHING))
    assert (research["max_budget"], research["soft_budget"], research["budget_duration"]) == (100, 80, "1mo")
    assert (research["rpm_limit"], research["tpm_limit"]) == (60, None)
    assert research["model_tpm_limit"] == {"claude@research": 9000}
    assert [sales[key] for key in ("max_budget", "rpm_limit", "tpm_limit")] == [None, None, None]


def test_a_guardrail_that_is_made_is_referred_to_and_one_that_is_there_is_named() -> None:
    made, theirs = (entry["litellm_params"] for entry in config(section(EVERYTHING), region=REGION)["guardrails"])
    assert made["guardrailIdentifier"] == "os.environ/GUARDRAIL_STAYS_IN_CANADA_ID"
    assert made["guardrailVersion"] == "os.environ/GUARDRAIL_STAYS_IN_CANADA_VERSION"
    assert (theirs["guardrailIdentifier"], theirs["guardrailVersion"]) == ("abc", "7")
    assert (theirs["default_on"], theirs["mode"]) == (False, ["during_call"])


def test_a_guardrail_takes_a_new_version_when_what_bedrock_keeps_of_it_changes() -> None:
    def content_hash(policy: str, rest: str = "") -> str:
        return section(f"guardrails: [{{name: g, policy: {{{policy}}}{rest}}}]").guardrails[0].content_hash

    base = content_hash("content: {hate: low, violence: high}")
    assert content_hash("content: {violence: high, hate: low}", ", always_on: false, mask: true") == base
    changes = [
        content_hash("content: {hate: high, violence: high}"),
        content_hash("content: {hate: low, violence: high}", ", profile: ca"),
        content_hash("content: {hate: low, violence: high}, blocked_words: [x]"),
    ]
    assert len({base, *changes}) == 4


def test_every_time_out_follows_from_one_number() -> None:
    found = config(section(EVERYTHING), region=REGION)
    assert (found["router_settings"]["timeout"], found["litellm_settings"]["request_timeout"]) == (300, 300)


def test_what_was_spent_is_written_within_a_quarter_of_a_minute() -> None:
    assert config(section(), region=REGION)["general_settings"]["proxy_batch_write_at"] + 5 <= 15


def test_answers_are_cached_on_request_only_unless_the_section_says_always() -> None:
    def cache(change: str) -> dict[str, Any]:
        return config(section(change), region=REGION)["litellm_settings"]["cache_params"]

    assert cache("") == {"type": "redis", "mode": "default_off", "namespace": "gateway"}
    assert cache("answer_cache: {}")["mode"] == "default_off"
    assert "mode" not in cache("answer_cache: {mode: always}")
    assert cache(EVERYTHING)["supported_call_types"] == ["completion", "acompletion"]


def test_a_user_without_models_gets_none() -> None:
    found = config(section(), region=REGION)["litellm_settings"]["default_internal_user_params"]
    assert found["models"] == ["no-default-models"]


def test_prompts_are_kept_only_when_asked_for() -> None:
    for change, kept in (("", False), ("tracing: {prompts: true}", True)):
        found = config(section(change), region=REGION)
        assert found["litellm_settings"]["turn_off_message_logging"] is not kept
        assert found["general_settings"]["store_prompts_in_spend_logs"] is kept


def test_the_text_is_the_data_and_its_order_does_not_matter() -> None:
    text = config_text(section(EVERYTHING), region=REGION)
    assert YAML(typ="safe").load(StringIO(text)) == config(section(EVERYTHING), region=REGION)
    swapped = EVERYTHING.replace(
        "fallbacks: {gpt: [claude], claude: [gpt, qwen]}", "fallbacks: {claude: [gpt, qwen], gpt: [claude]}"
    )
    assert swapped != EVERYTHING
    assert config_text(section(swapped), region=REGION) == text


def test_the_hash_changes_with_the_content_and_with_nothing_else() -> None:
    hashes = [
        config_hash(config_text(section(change), region=REGION))
        for change in ("", "ui: false", "routing: {retry: {count: 4}}")
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    assert len(hashes[0]) == 64


def test_no_secret_but_by_its_variable() -> None:
    text = json.dumps(config(section(EVERYTHING), region=REGION))
    keys = {e["litellm_params"].get("api_key", "none") for e in json.loads(text)["model_list"]} - {"none"}
    assert {key.split("/")[0] for key in keys} == {"os.environ"}
    assert {key.split("/")[1] for key in keys} <= secret_environment(section(EVERYTHING)).keys()


def test_each_secret_comes_by_the_variable_that_litellm_reads() -> None:
    assert secret_environment(section(EVERYTHING)) == {
        "GENERIC_CLIENT_SECRET": "own",
        "LANGFUSE_PUBLIC_KEY": "trace",
        "LANGFUSE_SECRET_KEY": "trace",
        "OPIK_API_KEY": "trace",
        "SECRET_ANTHROPIC": "anthropic",
        "SECRET_GEMINI": "gemini",
        "SECRET_OPENAI": "openai",
        "SECRET_OWN": "own",
        "SLACK_WEBHOOK_URL": "hook",
    }


def test_switches_reach_the_container() -> None:
    found = plain_environment(section("ui: false"), internet=False)
    assert found == {
        "DISABLE_ADMIN_UI": "True",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "NO_DOCS": "True",
        "NO_OPENAPI": "True",
        "NO_REDOC": "True",
        "PROXY_BASE_URL": "https://gateway.internal.example.com",
    }
    everything = plain_environment(section(EVERYTHING), internet=True)
    assert not {"NO_DOCS", "DISABLE_ADMIN_UI", "LITELLM_LOCAL_MODEL_COST_MAP"} & everything.keys()
    assert everything["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] == "no_content"
    assert everything["LANGFUSE_OTEL_HOST"] == "https://langfuse.example.com"
