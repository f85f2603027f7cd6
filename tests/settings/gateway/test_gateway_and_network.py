"""What the gateway's section refuses in view of the rest of the environment, and why."""

import pytest

from tests.gateway.section import problems

GPT = "{name: gpt, deployments: [{provider: openai, model: gpt-5, api_key: openai}]}"
BEDROCK = "{{name: m, deployments: [{{provider: bedrock, model: {}}}]}}"
PUBLIC = """\
exposure: public
clients: []
domain: {name: gateway.example.com, zone: Z0123456789ABC, certificate: issue}
"""
EDGE = PUBLIC.replace("exposure: public", "exposure: cloudfront-domain")


def models(*entries: str) -> str:
    return f"models: [{', '.join(entries)}]"


CLOSED = "network: {internet: none, vpc: {nat: none}}"
NO_NAT = "network: {vpc: {nat: none}}"
OUTSIDE = {
    models(GPT): ("gateway.models[0].deployments[0].provider", "'openai'"),
    models(GPT.replace("openai,", "anthropic,", 1)): ("gateway.models[0].deployments[0].provider", "'anthropic'"),
    models("{name: o, deployments: [{provider: openai-compatible, model: m, url: 'https://x.example.com/v1'}]}"): (
        "gateway.models[0].deployments[0].url",
        "'https://x.example.com/v1'",
    ),
    "models: [{name: c, deployments: [{provider: bedrock, model: some.model}]}]\nalerts: {webhook: openai}": (
        "gateway.alerts.webhook",
        "'openai'",
    ),
    "models: [{name: c, deployments: [{provider: bedrock, model: some.model}]}]\n"
    "tracing: {opik: {workspace: w, api_key: openai}}": ("gateway.tracing.opik.workspace", "'w'"),
}


@pytest.mark.parametrize("change", OUTSIDE)
@pytest.mark.parametrize("network", [CLOSED, NO_NAT])
def test_what_is_outside_of_aws_is_refused_where_no_path_leads_there(change: str, network: str) -> None:
    (problem,) = problems(change, network)
    field, value = OUTSIDE[change]
    assert problem.startswith(f"{field}: {value}: outside of AWS")
    assert ("network.vpc.nat" in problem) == (network == NO_NAT)


def test_a_closed_network_takes_models_of_aws_and_of_the_vpc() -> None:
    own = (
        "{name: o, deployments: [{provider: openai-compatible, model: m, reach: vpc, url: 'https://o.example.com/v1'}]}"
    )
    endpoint = "{name: e, deployments: [{provider: sagemaker, endpoint: qwen}]}"
    assert problems(models(own, endpoint, BEDROCK.format("some.model, profile: us")), CLOSED) == []


def test_a_closed_network_has_no_public_way_in() -> None:
    (problem,) = problems(EDGE + models(BEDROCK.format("some.model")), CLOSED)
    assert problem.startswith("gateway.exposure: 'cloudfront-domain': a path from the internet")
    assert problem.endswith("allowed: private")


def test_a_public_gateway_needs_public_subnets() -> None:
    subnets = ", ".join(f"{{id: subnet-0000000{z}, zone: ca-central-1{z}, route_table: rtb-0000000{z}}}" for z in "ab")
    existing = f"network: {{vpc: DROP, existing: {{id: vpc-0000000a, cidrs: [10.0.0.0/16], private: [{subnets}]}}}}"
    (problem,) = problems(PUBLIC, existing)
    assert problem.startswith("gateway.exposure: 'public': the VPC has no public subnets")


def test_a_gateway_needs_a_network() -> None:
    (problem,) = problems("", "network: DROP")
    assert "a gateway needs a network" in problem


def test_a_profile_for_each_team_needs_a_team() -> None:
    model = BEDROCK.format("some.model, profile: us, application_profile: per-team")
    (problem,) = problems(models(model))
    assert problem.startswith("gateway.models[0].deployments[0].application_profile: 'per-team': no team")
    assert problems(models(model) + "\nteams: [{name: a, models: [m]}]") == []


def test_in_production_an_image_that_the_lock_does_not_hold_is_refused() -> None:
    found = problems("image: ghcr.io/berriai/litellm-database:v1.105.0", "production: true")
    assert [p for p in found if p.startswith("gateway.image: 'ghcr.io/berriai/litellm-database:v1.105.0'")]
    assert "holds no digest" in found[0]
