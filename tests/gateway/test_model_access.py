"""The role may call the models that the section lists, each by its own way, and nothing beside them."""

import json
from typing import Any

import pytest

from groundwork.gateway.application_profiles import team_profiles
from groundwork.gateway.model_access import model_access
from groundwork.gateway.settings import GatewaySettings
from tests.gateway.calls import (
    ACCOUNT,
    ACTIONS,
    APPLICATION,
    NEW,
    OPUS,
    REGION,
    US_FROM_CANADA,
    Call,
    geographic,
    in_region,
    model,
    profile,
    worldwide,
)
from tests.gateway.section import section


def bedrock(**fields: object) -> str:
    entry = {"provider": "bedrock", "model": OPUS, **fields}
    return json.dumps({"models": [{"name": "m", "deployments": [entry]}]})


US, GLOBAL = profile(f"us.{OPUS}"), profile(f"global.{OPUS}")
ENDPOINT = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/"
GUARDRAIL = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/abc"
SAGEMAKER = '{"models": [{"name": "m", "deployments": [{"provider": "sagemaker", "endpoint": "Qwen-32B"}]}]}'
GUARDED = """\
models: [{name: m, deployments: [{provider: openai, model: gpt-5, api_key: openai}]}]
guardrails: [{name: safe, profile: ca, existing: {id: abc, version: "3"}}]
"""

ALLOWED: dict[str, tuple[str, list[Call]]] = {
    "Bedrock in the Region": (bedrock(model=NEW), list(in_region(NEW))),
    "a geographic profile": (bedrock(profile="us"), list(geographic(OPUS, US, US_FROM_CANADA))),
    "a geographic profile whose destinations are given": (
        bedrock(profile="us", destinations=["us-east-1", "us-west-1"]),
        list(geographic(OPUS, US, ["ca-central-1", "us-east-1", "us-west-1"])),
    ),
    "a global profile": (bedrock(profile="global"), list(worldwide(OPUS, GLOBAL))),
    "an application profile of a geographic one": (
        bedrock(profile="us", application_profile=APPLICATION),
        [*geographic(OPUS, APPLICATION, US_FROM_CANADA), *list(geographic(OPUS, US, US_FROM_CANADA))[1:5]],
    ),
    "an application profile of a global one": (
        bedrock(profile="global", application_profile=APPLICATION),
        list(worldwide(OPUS, APPLICATION)),
    ),
    "an application profile of a model in the Region": (
        bedrock(model=NEW, application_profile=APPLICATION),
        [Call(ACTIONS[0], APPLICATION), Call(ACTIONS[1], model(REGION, NEW), REGION, APPLICATION)],
    ),
    "a SageMaker endpoint, streaming or not, with its name in lower case": (
        SAGEMAKER,
        [
            Call("sagemaker:InvokeEndpoint", f"{ENDPOINT}qwen-32b"),
            Call("sagemaker:InvokeEndpointWithResponseStream", f"{ENDPOINT}qwen-32b"),
        ],
    ),
    "a component of an endpoint": (
        SAGEMAKER.replace('"Qwen-32B"', '"Qwen-32B", "component": "Qwen-A"'),
        [
            Call("sagemaker:InvokeEndpoint", f"{ENDPOINT}qwen-32b"),
            Call("sagemaker:InvokeEndpoint", ENDPOINT.replace(":endpoint/", ":inference-component/") + "qwen-a"),
        ],
    ),
    "a guardrail, and its profile in both Regions of Canada": (
        GUARDED,
        [
            Call("bedrock:ApplyGuardrail", GUARDRAIL),
            *(
                Call(
                    "bedrock:ApplyGuardrail",
                    f"arn:aws:bedrock:{region}:{ACCOUNT}:guardrail-profile/ca.guardrail.v1:0",
                    region,
                )
                for region in ("ca-central-1", "ca-west-1")
            ),
        ],
    ),
}
NEIGHBOURS: dict[str, list[Call]] = {
    "another model": [
        Call(ACTIONS[0], model(REGION, "anthropic.claude-opus-5")),
        Call(ACTIONS[0], model("us-east-1", "anthropic.claude-opus-5"), "us-east-1", US),
        Call(ACTIONS[0], model("", "anthropic.claude-opus-5"), "unspecified", GLOBAL),
        Call(ACTIONS[0], profile("us.anthropic.claude-opus-5")),
        Call(ACTIONS[0], model(REGION, f"{OPUS}:200k"), REGION, US),
    ],
    "another profile of the model": [
        Call(ACTIONS[0], profile(f"eu.{OPUS}")),
        Call(ACTIONS[0], model("us-east-1", OPUS), "us-east-1", profile(f"eu.{OPUS}")),
        Call(ACTIONS[0], APPLICATION.replace("abc123", "other")),
        Call(ACTIONS[0], profile(f"us.{OPUS}", account="")),
        Call(ACTIONS[0], profile(f"us.{OPUS}", account="444455556666")),
    ],
    "the model itself, without its profile": [
        Call(ACTIONS[0], model(region, OPUS), region) for region in (*US_FROM_CANADA, "")
    ],
    "another Region": [
        Call(ACTIONS[0], model("eu-west-1", OPUS), "eu-west-1", US),
        Call(ACTIONS[0], profile(f"us.{OPUS}", "us-east-1"), "us-east-1"),
        Call(ACTIONS[0], model("eu-west-1", OPUS), "eu-west-1", GLOBAL),
        Call(ACTIONS[0], model("", OPUS), "eu-west-1", GLOBAL),
        Call(ACTIONS[0], model("us-east-1", NEW), "us-east-1"),
        Call("sagemaker:InvokeEndpoint", f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/qwen-32b", "us-east-1"),
        Call("bedrock:ApplyGuardrail", GUARDRAIL.replace(REGION, "us-east-1"), "us-east-1"),
    ],
    "another endpoint": [
        Call("sagemaker:InvokeEndpoint", f"{ENDPOINT}{name}") for name in ("qwen-32b-2", "qwen", "llama", "*")
    ],
    "another guardrail": [
        Call("bedrock:ApplyGuardrail", f"{GUARDRAIL}d"),
        Call("bedrock:ApplyGuardrail", f"arn:aws:bedrock:us-east-1:{ACCOUNT}:guardrail-profile/us.guardrail.v1:0"),
    ],
    "another action": [
        Call("bedrock:CreateInferenceProfile", US),
        Call("bedrock:InvokeModelWithBidirectionalStream", model(REGION, NEW)),
        Call("bedrock:GetFoundationModel", model(REGION, NEW)),
        Call("bedrock:UpdateGuardrail", GUARDRAIL),
        Call("sagemaker:InvokeEndpointAsync", f"{ENDPOINT}qwen-32b"),
        Call("sagemaker:DescribeEndpoint", f"{ENDPOINT}qwen-32b"),
        Call("s3:GetObject", "arn:aws:s3:::example/key"),
    ],
}


def policy(gateway: GatewaySettings, **arns: dict[str, str]) -> list[dict[str, Any]]:
    return [s.as_json() for s in model_access(gateway, region=REGION, account=ACCOUNT, **arns)]


@pytest.mark.parametrize("kind", ALLOWED)
def test_the_calls_of_the_gateway_are_allowed(kind: str) -> None:
    change, calls = ALLOWED[kind]
    statements = policy(section(change))
    assert [call for call in calls if not call.allowed_by(statements)] == []


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
@pytest.mark.parametrize("kind", ALLOWED)
def test_its_neighbours_are_denied(kind: str, neighbour: str) -> None:
    statements = policy(section(ALLOWED[kind][0]))
    own = set(ALLOWED[kind][1])
    assert [call for call in NEIGHBOURS[neighbour] if call not in own and call.allowed_by(statements)] == []


def test_a_geographic_profile_takes_two_statements_and_a_global_one_three() -> None:
    assert [s["Sid"] for s in policy(section(bedrock(profile="us")))] == [
        "AnthropicClaudeOpus4520251101V10UsProfile",
        "AnthropicClaudeOpus4520251101V10UsModels",
    ]
    first, second, third = policy(section(bedrock(profile="global")))
    here = {"aws:RequestedRegion": REGION}
    assert (first["Resource"], first["Condition"]) == ([GLOBAL], {"StringEquals": here})
    through = {"bedrock:InferenceProfileArn": GLOBAL}
    assert (second["Resource"], second["Condition"]) == ([model(REGION, OPUS)], {"StringEquals": here | through})
    anywhere = {"aws:RequestedRegion": "unspecified"}
    assert (third["Resource"], third["Condition"]) == (
        [f"arn:aws:bedrock:::foundation-model/{OPUS}"],
        {"StringEquals": anywhere | through},
    )


def test_nothing_is_granted_for_what_is_not_of_aws() -> None:
    change = '{"models": [{"name": "m", "deployments": [{"provider": "openai", "model": "o", "api_key": "openai"}]}]}'
    assert policy(section(change)) == []


TEAMS = """\
models:
  - name: opus
    deployments: [{provider: bedrock, model: "anthropic.claude-opus-4-5-20251101-v1:0", profile: us,
      application_profile: per-team}]
  - name: gpt
    deployments: [{provider: openai, model: gpt-5, api_key: openai}]
teams: [{name: research, models: [opus]}, {name: sales, models: [gpt]}]
"""


def test_a_team_calls_the_model_through_its_own_profile() -> None:
    gateway = section(TEAMS)
    (made,) = team_profiles(gateway, region=REGION, account=ACCOUNT)
    assert (made.team, made.name, made.copy_from, made.variable) == (
        "research",
        "opus-0-research",
        US,
        "PROFILE_OPUS_0_RESEARCH",
    )
    statements = policy(gateway, team_profile_arns={made.variable: APPLICATION})
    wanted = [*geographic(OPUS, APPLICATION, US_FROM_CANADA), *geographic(OPUS, US, US_FROM_CANADA)]
    assert [call for call in wanted if not call.allowed_by(statements)] == []


def test_the_arn_of_a_guardrail_that_is_made_is_taken_from_who_makes_it() -> None:
    gateway = section("guardrails: [{name: safe, policy: {}}]")
    statements = policy(gateway, guardrail_arns={"safe": GUARDRAIL})
    assert Call("bedrock:ApplyGuardrail", GUARDRAIL).allowed_by(statements)
    with pytest.raises(KeyError, match="safe"):
        policy(gateway)


def test_one_model_with_several_deployments_is_granted_once() -> None:
    same = [{"provider": "bedrock", "model": OPUS, "profile": "us", "weight": weight} for weight in (1, 2)]
    statements = policy(section(json.dumps({"models": [{"name": "m", "deployments": same}]})))
    sids = [statement["Sid"] for statement in statements]
    assert len(sids) == len(set(sids)) == 2


@pytest.mark.parametrize("kind", ALLOWED)
def test_no_statement_names_a_wildcard(kind: str) -> None:
    assert "*" not in json.dumps(policy(section(ALLOWED[kind][0])))
