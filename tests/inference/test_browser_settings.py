"""What a browser's sandbox cannot be, and what is said about it."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from groundwork.environment import Environment
from groundwork.inference.settings import InferenceSettings
from groundwork.network.settings import NetworkSettings
from groundwork.yaml_document import read_yaml
from tests.inference.browser_app import AGENT, BROWSER, NETWORK, SQUID, sandboxed
from tests.inference.inference_app import described, entry

EXAMPLE = Path(__file__).parents[2] / "environments" / "examples" / "unlocked" / "fara.yaml"


def section(*catalogue: dict[str, Any]) -> InferenceSettings:
    return InferenceSettings.model_validate_json(json.dumps({"catalogue": catalogue}))


def refusals(*catalogue: dict[str, Any]) -> dict[str, str]:
    """The reasons by the field they are about."""
    with pytest.raises(ValidationError) as error:
        section(*catalogue)
    return {".".join(map(str, e["loc"])): e.get("ctx", {}).get("reason", e["msg"]) for e in error.value.errors()}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("*", "stands for everybody"),
        ("*.com", "stands for everybody"),
        ("*.", "stands for everybody"),
        ("*.co.uk", "anybody can have a name below co.uk"),
        ("*.com.au", "anybody can have a name"),
        ("*.github.io", "anybody can have a name"),
        ("*.amazonaws.com", "anybody can have a name"),
        ("*.s3.us-east-1.amazonaws.com", "anybody can have a name"),
        ("*.cloudfront.net", "anybody can have a name"),
        ("93.184.216.34", "an address"),
        ("169.254.169.254", "an address"),
        ("10.0.0.0/8", "an address"),
        ("2130706433", "an address"),
        ("0x7f.1", "an address"),
        ("[::1]", "an address"),
        ("::1", "an address"),
        ("com", "no host name"),
        ("WWW.example.com", "no host name"),
        ("https://example.com", "no host name"),
        ("example.com/path", "no host name"),
        ("example.com:8443", "no host name"),
        ("a.*.example.com", "no host name"),
        ("**.example.com", "no host name"),
        ("example.com evil.com", "no host name"),
        ("example.com\nhttp_access allow all", "no host name"),
        ("localhost", "no host name"),
        ("proxy.models-fara-7b.sandbox.internal", "of the inside"),
        ("printer.local", "of the inside"),
    ],
)
def test_what_is_no_site_of_one_owner_is_not_allowed(name: str, reason: str) -> None:
    found = refusals(sandboxed(allow=["www.example.com", name]))
    assert reason in found.get("catalogue.0.browser.allow.1", f"nothing there, but {found}")


def test_names_of_one_owner_are_allowed() -> None:
    names = [
        "example.com",
        "*.example.org",
        "*.example.co.uk",
        "me.github.io",
        "xn--bcher-kva.example",
    ]
    (endpoint,) = section(sandboxed(allow=names)).all_endpoints
    assert endpoint.browser
    assert list(endpoint.browser.allow) == names


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"allow": []}, "allow", "at least 1 item"),
        ({"allow": ["a.example.com", "a.example.com"]}, "allow.1", "named twice"),
        ({"allow": ["www.example.com", "*.example.com"]}, "allow.0", "*.example.com allows it already"),
        ({"allow": ["*.example.com", "example.com"]}, "allow.1", "*.example.com allows it already"),
        ({"allow": ["*.a.example.com", "*.example.com"]}, "allow.0", "*.example.com allows it already"),
        ({"user": "0:1000"}, "user", "match pattern"),
        ({"user": "root"}, "user", "match pattern"),
        ({"cpu": 1, "memory_gib": 16}, "memory_gib", "1 vCPUs cannot have it"),
        ({"max_minutes": 0}, "max_minutes", "greater than or equal to 1"),
        ({"image": "registry.example.com/agent:latest"}, "image", "the tag moves"),
    ],
)
def test_a_sandbox_that_cannot_be_is_refused_by_name(changes: dict[str, Any], field: str, reason: str) -> None:
    found = refusals(sandboxed(**changes))
    assert reason in found.get(f"catalogue.0.browser.{field}", f"nothing there, but {found}")


def test_names_that_only_end_alike_do_not_cover_each_other() -> None:
    section(sandboxed(allow=["*.example.com", "notexample.com"]))


def test_only_models_that_drive_a_browser_have_one() -> None:
    assert "drives no browser" in refusals({**entry("qwen3-32b"), "browser": BROWSER})["catalogue.0.browser"]
    queue = described(asynchronous={}, browser=BROWSER)
    with pytest.raises(ValidationError, match="an agent waits for answers"):
        InferenceSettings.model_validate_json(json.dumps({"endpoints": [queue]}))


def test_a_model_that_drives_a_browser_without_a_sandbox_is_noticed() -> None:
    assert section(entry("fara-7b"), entry("qwen3-32b")).without_browser == ("fara-7b",)
    assert section(sandboxed()).without_browser == ()


def test_a_sandbox_pulls_from_its_own_region() -> None:
    def found(region: str, **changes: Any) -> set[str]:
        refused = section(sandboxed(**changes)).refusals_in(region)
        return {".".join(map(str, r.at[2:])) for r in refused if "browser" in r.at}

    assert found("us-east-1") == set()
    assert found("us-east-1", image=SQUID) == {"browser.image"}
    assert found("eu-west-1") == {"browser.image"}
    assert found("eu-west-1", image=AGENT.replace("us-east-1", "eu-west-1")) == set()
    elsewhere = {"image": AGENT.replace("us-east-1", "ap-southeast-3")}
    assert found("ap-southeast-3", **elsewhere) == {"browser.s3_prefix_list"}
    assert found("ap-southeast-3", **elsewhere, s3_prefix_list="pl-0a1b2c3d") == set()


SUBNETS = [
    {"id": f"subnet-0a1b2c3d{n}", "zone": f"us-east-1{zone}", "route_table": f"rtb-0a1b2c3d{n}"}
    for n, zone in enumerate("ab")
]
EXISTING = {"id": "vpc-0a1b2c3d", "cidrs": ["10.0.0.0/16"], "private": SUBNETS}


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ({"vpc": {"cidr": "10.40.0.0/16"}, "internet": "none"}, "`network.internet` is none"),
        ({"vpc": {"cidr": "10.40.0.0/16"}}, "`network.vpc.nat` is none"),
        ({"existing": {**EXISTING, "endpoints": ["logs", "sts"]}}, "own endpoints for logs is not known"),
        (NETWORK, None),
        ({"existing": {**EXISTING, "endpoints": ["s3", "sts"]}}, None),
    ],
)
def test_a_sandbox_needs_a_way_to_the_sites_and_to_the_model(network: dict[str, Any], reason: str | None) -> None:
    settings = NetworkSettings.model_validate_json(json.dumps(network))
    found = list(section(entry("qwen3-32b"), sandboxed()).refusals_with(settings))
    assert [(r.at, reason in r.reason) for r in found if reason] == (
        [(("catalogue", 1, "browser"), True)] if reason else []
    )
    assert len(found) == (1 if reason else 0)
    assert not list(section(entry("fara-7b")).refusals_with(settings))


def test_a_sandbox_brings_the_interface_endpoints_that_it_calls() -> None:
    needed = section(sandboxed()).endpoint_services()
    assert needed == dict.fromkeys(("ecr.api", "ecr.dkr", "logs", "sagemaker.runtime"), frozenset({0, 1}))
    assert section(entry("fara-7b")).endpoint_services() == {}


def test_the_shipped_example_is_a_sandbox_that_can_be() -> None:
    document = read_yaml(EXAMPLE).content
    environment = Environment.model_validate_json(json.dumps(document))
    assert environment.inference
    assert environment.network
    assert environment.inference.without_browser == ()
    assert list(environment.inference.refusals_with(environment.network)) == []
    assert {"sagemaker.runtime", "ecr.api"} <= environment.endpoint_services().keys()
