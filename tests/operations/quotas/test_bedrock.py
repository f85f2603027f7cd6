"""Whether a quota holds what teams may ask for."""

import pytest

from groundwork.gateway import token_demand
from operations.quotas.bedrock import METADATA, TokenQuota, compare
from tests.gateway.section import section

QUOTAS = [
    {"QuotaName": f"{kind} model inference tokens per minute for {model}", "Value": value}
    for kind, model, value in (
        ("Cross-region", "Anthropic Claude Sonnet 4 V1", 1.0),
        ("Cross-region", "Anthropic Claude Sonnet 4.5 V1", 2.0),
        ("Cross-region", "Anthropic Claude Sonnet 4.5 V1 1M Context Length", 3.0),
        ("Global cross-region", "Anthropic Claude Sonnet 4.5 V1", 4.0),
        ("On-demand", "Amazon Nova Lite", 5.0),
        ("On-demand", "Amazon Nova 2 Lite", 6.0),
    )
]


def found(model: str, kind: str) -> float | None:
    demand = {"name": "m", "model": model, "quota": kind, "burndown": 5, "tokensPerMinute": 1}
    (quota,) = compare([demand], QUOTAS)
    return quota.quota


@pytest.mark.parametrize(
    ("model", "kind", "value"),
    [
        ("anthropic.claude-sonnet-4-20250514-v1:0", "Cross-region", 1),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "Cross-region", 2),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "Global cross-region", 4),
        ("amazon.nova-lite-v1:0", "On-demand", 5),
        ("amazon.nova-2-lite-v1:0", "On-demand", 6),
        ("amazon.nova-lite-v1:0", "Cross-region", None),
    ],
)
def test_the_quota_of_a_model_is_found_by_its_words(model: str, kind: str, value: float | None) -> None:
    assert found(model, kind) == value


@pytest.mark.parametrize(
    ("demand", "quota", "verdict"),
    [
        (100, 500.0, "enough"),
        (100, 499.0, "depends"),
        (100, 99.0, "short"),
        (None, 99.0, "unlimited"),
        (100, None, "unknown"),
    ],
)
def test_the_verdict_counts_output_tokens_as_the_quota_does(
    demand: int | None, quota: float | None, verdict: str
) -> None:
    asked = TokenQuota(name="m", model="m", kind="On-demand", burndown=5, demand=demand, quota_name="q", quota=quota)
    assert asked.verdict == verdict


def test_the_share_of_output_that_fits_is_told() -> None:
    asked = TokenQuota(name="m", model="m", kind="On-demand", burndown=5, demand=100, quota_name="q", quota=300.0)
    assert asked.output_share == 0.5
    assert 50 * 1 + 50 * 5 == 300


def test_the_name_of_the_metadata_is_the_templates() -> None:
    assert METADATA == token_demand.METADATA


def test_the_demand_is_what_all_teams_together_may_ask_for() -> None:
    change = """
teams:
  - {name: a, models: [claude], limits: {tokens_per_minute: 100}}
  - {name: b, models: [claude, gpt], limits: {tokens_per_minute: 70}, model_limits: {claude: {tokens_per_minute: 30}}}
"""
    (entry,) = token_demand.token_demand(section(change))
    assert (entry["tokensPerMinute"], entry["burndown"], entry["quota"]) == (130, 5, "Cross-region")


def test_a_team_without_a_limit_makes_the_demand_open() -> None:
    change = "teams: [{name: a, models: [claude], limits: {tokens_per_minute: 1}}, {name: b, models: [claude]}]"
    (entry,) = token_demand.token_demand(section(change))
    assert entry["tokensPerMinute"] is None


@pytest.mark.parametrize(
    ("model", "factor"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0", 1),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", 1),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", 5),
        ("anthropic.claude-opus-4-5-20251101-v1:0", 5),
        ("anthropic.claude-haiku-5-5", 5),
        ("amazon.nova-lite-v1:0", 1),
    ],
)
def test_output_of_newer_claude_models_counts_five_times(model: str, factor: int) -> None:
    assert token_demand.burndown(model) == factor
