"""What the gateway's section refuses, and why: field, value, what is allowed."""

import pytest

from tests.gateway.section import problems

GPT = "{name: gpt, deployments: [{provider: openai, model: gpt-5, api_key: openai}]}"
BEDROCK = "{{name: m, deployments: [{{provider: bedrock, model: {}}}]}}"
PUBLIC = (
    "exposure: public\nclients: []\ndomain: {name: gateway.example.com, zone: Z0123456789ABC, certificate: issue}\n"
)
EDGE = PUBLIC.replace("exposure: public", "exposure: cloudfront-domain")
CERTIFICATE = "arn:aws:acm:{}:111122223333:certificate/11111111-2222-3333-4444-555555555555"


def models(*entries: str) -> str:
    return f"models: [{', '.join(entries)}]"


ACCEPTED = [
    "",
    "preset: small",
    PUBLIC,
    PUBLIC.replace("clients: []", "clients: [203.0.113.0/24]"),
    EDGE,
    EDGE.replace("certificate: issue", "certificate: issue, edge_certificate: " + CERTIFICATE.format("us-east-1")),
    EDGE.replace("cloudfront-domain", "cloudfront"),
    f"domain: {{certificate: '{CERTIFICATE.format('ca-central-1')}', zone: Z0123456789ABC}}",
    "routing: {fallbacks: {claude: [gpt]}, default_fallbacks: [claude], strategy: least-busy}",
    "teams: [{name: research, models: [claude], model_limits: {claude: {tokens_per_minute: 1000}}}]",
    "sign_in: {users: 5, client_id: c, client_secret: openai, authorization_endpoint: 'https://i.example.com/a', "
    "token_endpoint: 'https://i.example.com/t', userinfo_endpoint: 'https://i.example.com/u'}",
    "guardrails: [{name: safe, profile: ca, policy: {tier: standard, pii: {EMAIL: anonymize}}}]",
    models(BEDROCK.format("mistral.some-new-model-v9:0")),
    models(
        "{name: own, deployments: [{provider: openai-compatible, model: m, reach: vpc, url: 'http://10.0.0.9/v1'}]}"
    ),
    models(
        "{name: i, kind: image_generation, "
        "deployments: [{provider: gemini, model: gemini-3-pro-image, api_key: openai}]}"
    ),
]


@pytest.mark.parametrize("change", ACCEPTED)
def test_accepted(change: str) -> None:
    assert problems(change) == []


REFUSED: dict[str, tuple[str, str, str]] = {
    # models and deployments
    models(GPT, GPT): ("models[1].name", "'gpt'", "another name"),
    models(GPT, GPT.replace("gpt,", "GPT,")): ("models[1].name", "too like gpt", "another name"),
    models("{name: x, deployments: [{provider: openbrain, model: m}]}"): (
        "models[0].deployments[0]",
        "openbrain",
        "bedrock, sagemaker, openai, anthropic, gemini or openai-compatible",
    ),
    models("{name: x, deployments: [{model: m}]}"): ("models[0].deployments[0]", "not accepted", "provider: bedrock"),
    models("{name: x, deployments: []}"): ("models[0].deployments", "empty", "at least one entry"),
    "models: []": ("models", "empty", "at least one entry"),
    models(GPT.replace("api_key: openai", "api_key: other")): (
        "models[0].deployments[0].api_key",
        "'other': no secret of this name is provided",
        "allowed: openai",
    ),
    models(GPT.replace("api_key: openai", "api_key: sk-abcdefghijklmnop")): (
        "models[0].deployments[0].api_key",
        "'(not shown)': looks like the secret itself",
        "its name below `secrets`",
    ),
    models(GPT.replace(", api_key: openai", "")): ("models[0].deployments[0].api_key", "missing", "name of a secret"),
    "secrets: {openai: sk-abc}": ("secrets.openai", "not accepted", "create"),
    "secrets: {open-ai: create, open_ai: create}": ("secrets.open_ai", "too like open-ai", "another name"),
    "secrets: {openai: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:openai-AbCdEf'}": (
        "secrets.openai",
        "of another Region",
        "one of ca-central-1",
    ),
    models(BEDROCK.format("us.anthropic.claude-opus-5")): ("deployments[0].model", "us. is a profile", "`profile`"),
    models(BEDROCK.format("anthropic.claude-opus-5")): (
        "models[0].deployments[0].model",
        "'anthropic.claude-opus-5': cannot be called from ca-central-1 with profile in-region",
        "profile us or global",
    ),
    models(BEDROCK.format("some.new-model, profile: eu")): (
        "profile",
        "'eu': ca-central-1 is no source",
        "us, ca, global",
    ),
    models(BEDROCK.format("some.new-model, profile: global, destinations: [us-east-1]")): (
        "destinations",
        "only a geographic profile",
        "none",
    ),
    models(BEDROCK.format("some.new-model, profile: us, destinations: [moon-1]")): (
        "destinations[0]",
        "'moon-1': not a Region",
        "us-east-1",
    ),
    models(
        BEDROCK.format(
            "some.new-model, application_profile: "
            "'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc'"
        )
    ): ("application_profile", "of another Region", "ca-central-1"),
    models("{name: i, deployments: [{provider: gemini, model: gemini-3-pro-image, api_key: openai}]}"): (
        "deployments[0].model",
        "makes images",
        "kind: image_generation",
    ),
    models("{name: o, deployments: [{provider: openai-compatible, model: m, url: 'http://x.example.com/v1'}]}"): (
        "deployments[0].url",
        "in clear",
        "https://",
    ),
    models(GPT.replace("]}", ", {provider: openai, model: gpt-5, api_key: openai}]}")): (
        "deployments[1]",
        "stands twice",
        "weight",
    ),
    # fallbacks, teams, users
    "routing: {fallbacks: {claude: [gtp]}}": (
        "routing.fallbacks.claude[0]",
        "'gtp': no model of this name",
        "claude, gpt",
    ),
    "routing: {fallbacks: {clyde: [gpt]}}": ("routing.fallbacks.clyde", "'clyde': no model", "claude, gpt"),
    "routing: {fallbacks: {gpt: [gpt]}}": ("routing.fallbacks.gpt[0]", "falls back to itself", "another model"),
    "routing: {context_window_fallbacks: {gpt: [x]}}": (
        "routing.context_window_fallbacks.gpt[0]",
        "'x'",
        "claude, gpt",
    ),
    "routing: {default_fallbacks: [x]}": ("routing.default_fallbacks[0]", "'x': no model", "claude, gpt"),
    "routing: {strategy: usage-based-routing-v2}": ("routing.strategy", "not one of the choices", "simple-shuffle"),
    "teams: [{name: a, models: [x]}]": ("teams[0].models[0]", "'x': no model", "claude, gpt"),
    "teams: [{name: a, models: [gpt], model_limits: {claude: {}}}]": (
        "teams[0].model_limits.claude",
        "not a model of the team",
        "gpt",
    ),
    "teams: [{name: a, models: [gpt]}, {name: a, models: [gpt]}]": ("teams[1].name", "twice", "another name"),
    "teams: [{name: a, models: [gpt], budget: {max_usd: 10, alert_usd: 10}}]": (
        "teams[0].budget.alert_usd",
        "not below max_usd",
        "below 10",
    ),
    "users: {models: [x]}": ("users.models[0]", "'x': no model", "claude, gpt"),
    "users: {role: proxy_admin}": ("users.role", "not one of the choices", "internal_user"),
    "budget: {max_usd: 10, period: monthly}": ("budget.period", "not accepted", "30d"),
    # exposure
    "exposure: open": ("exposure", "not one of the choices", "'cloudfront-domain'"),
    "domain: {zone: DROP}": ("gateway.domain", "nothing would point the name", "the id of a hosted zone"),
    "domain: {certificate: issue}": (
        "domain.certificate",
        "'issue': a public certificate publishes a private name",
        "private certificate authority",
    ),
    f"domain: {{certificate: '{CERTIFICATE.format('us-east-1')}'}}": (
        "domain.certificate",
        "of another Region",
        "one of ca-central-1",
    ),
    PUBLIC.replace("zone: Z0123456789ABC", "zone: create"): (
        "domain.zone",
        "only a private zone",
        "id of a hosted zone",
    ),
    "exposure: public\nclients: []\ndomain: {zone: Z0123456789ABC}": (
        "domain.certificate",
        "do not trust a private authority",
        "public certificate of ACM",
    ),
    PUBLIC.replace("issue", f"issue, edge_certificate: '{CERTIFICATE.format('us-east-1')}'"): (
        "domain.edge_certificate",
        "only cloudfront-domain",
        "none",
    ),
    EDGE.replace("issue", f"issue, edge_certificate: '{CERTIFICATE.format('eu-west-1')}'"): (
        "domain.edge_certificate",
        "not accepted",
        "us-east-1",
    ),
    "clients: []": ("clients", "nobody may call", "address ranges in `clients`"),
    "clients: [0.0.0.0/0]": ("clients[0]", "'0.0.0.0/0': wide open", "prefixes from /8"),
    "clients: [10.0.0.0/8, 10.0.0.0/8]": ("clients[1]", "named twice", "each entry once"),
    EDGE.replace("clients: []", "clients: [10.0.0.0/8]"): ("clients", "CloudFront's addresses only", "none"),
    # image
    "image: ghcr.io/berriai/litellm-database:v1.82.3": ("image", "CVE-2026-49468", "1.102.0 or newer"),
    "image: ghcr.io/berriai/litellm-database:v1.83.99": ("image", "CVE-2026-49468", "1.102.0 or newer"),
    "image: ghcr.io/berriai/litellm-database:v1.84.0": ("image", "cannot sign in to the cache with IAM", "1.102.0"),
    "image: ghcr.io/berriai/litellm-database:main-stable": ("image", "the tag is no version", "1.102.0 or newer"),
    "image: ghcr.io/berriai/litellm-database:latest": (
        "image",
        "not accepted",
        "registry/repository:version, 1.102.0 or newer",
    ),
    # guardrails
    "guardrails: [{name: g, profile: us, policy: {}}]": (
        "guardrails[0].profile",
        "ca-central-1 is no source",
        "none, ca",
    ),
    "guardrails: [{name: g, policy: {tier: standard}}]": ("guardrails[0].policy.tier", "across Regions", "classic"),
    "guardrails: [{name: g}]": ("guardrails[0]", "neither `existing` nor `policy`", "one of them"),
    "guardrails: [{name: g, policy: {}, existing: {id: abc, version: '1'}}]": (
        "guardrails[0].policy",
        "both",
        "one of them",
    ),
    "guardrails: [{name: g, existing: {id: abc, version: DRAFT}}]": (
        "guardrails[0].existing.version",
        "'DRAFT': not accepted",
        "not DRAFT",
    ),
    # tracing, alerts, sign-in
    "tracing: {langfuse: {host: 'https://l.example.com', public_key: openai, secret_key: nope}}": (
        "tracing.langfuse.secret_key",
        "'nope': no secret",
        "openai",
    ),
    "tracing: {opik: {workspace: w, api_key: nope}}": ("tracing.opik.api_key", "'nope': no secret", "openai"),
    "alerts: {webhook: nope}": ("alerts.webhook", "'nope': no secret", "openai"),
    ACCEPTED[10].replace("users: 5", "users: 6"): (
        "sign_in.users",
        "6: single sign-on for more than 5 users",
        "1 to 5",
    ),
    ACCEPTED[10] + "\nui: false": ("sign_in", "no admin UI", "ui: true"),
    EDGE.replace("cloudfront-domain", "cloudfront") + "\n" + ACCEPTED[10]: (
        "sign_in",
        "known only after the deployment",
        "cloudfront-domain",
    ),
    "budget: {max_usd: 10, alert_usd: 5}": ("budget.alert_usd", "unknown key", "max_usd"),
    ACCEPTED[10].replace("client_secret: openai", "client_secret: nope"): ("sign_in.client_secret", "'nope'", "openai"),
    # sizes
    "max_request_seconds: 5": ("max_request_seconds", "not accepted", "30"),
    "scaling: {max_tasks: 100}": ("scaling.max_tasks", "open 2000 connections", "fewer connections_per_task"),
}


@pytest.mark.parametrize("change", REFUSED)
def test_refused(change: str) -> None:
    (problem,) = problems(change)
    field, *words = REFUSED[change]
    assert problem.split(": ")[0].endswith(field)
    assert [word for word in words if word not in problem] == []


def test_a_secret_written_down_as_a_name_is_not_printed() -> None:
    text = "\n".join(problems(models(GPT.replace("api_key: openai", "api_key: sk-abcdefghijklmnop"))))
    assert "abcdefgh" not in text
