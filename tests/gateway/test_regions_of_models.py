"""What stays in Canada and what does not, and what the organization has to let through for it."""

import json
from pathlib import Path

from groundwork.gateway.bedrock_models import MODELS
from groundwork.gateway.bedrock_profiles import GUARDRAIL_DESTINATIONS, MODEL_DESTINATIONS
from groundwork.gateway.organization_exception import exception_regions, organization_exception
from groundwork.regions import REGIONS
from tests.gateway.section import read, section

CANADA = Path(__file__).parents[2] / "environments" / "examples" / "gateway-canada.yaml"


def test_the_exception_names_every_region_that_is_called_and_says_what_global_means() -> None:
    gateway = read(CANADA).gateway
    regions = exception_regions(gateway, region="ca-central-1")
    assert regions == ("ca-west-1", "unspecified", "us-east-1", "us-east-2", "us-west-2")
    text = organization_exception(gateway, region="ca-central-1", account="111122223333")
    assert all(region in text for region in regions)
    assert 'To deny "unspecified" switches global profiles off' in text
    assert "to detect abuse is stored where they were processed" in text
    example, calls = json.loads(text[text.index("[\n") :])
    assert "bedrock:InvokeModel" in example["NotAction"]
    assert calls["Condition"]["StringNotEquals"]["aws:RequestedRegion"] == ["ca-central-1", *regions]
    assert calls["Action"] == [
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:ApplyGuardrail",
    ]


def test_models_of_the_region_need_no_exception() -> None:
    change = "models: [{name: e, deployments: [{provider: bedrock, model: amazon.titan-embed-text-v2:0}]}]"
    assert organization_exception(section(change), region="ca-central-1", account="111122223333") == ""


def test_a_guardrail_with_the_profile_of_canada_is_evaluated_in_canada() -> None:
    assert GUARDRAIL_DESTINATIONS["ca"] == {"ca-central-1": ("ca-central-1", "ca-west-1")}
    assert "ca-central-1" not in GUARDRAIL_DESTINATIONS["us"]


def test_claude_is_called_from_canada_by_a_profile_only() -> None:
    claude = {name: offer for name, offer in MODELS.items() if name.startswith("anthropic.")}
    ways = {way for offer in claude.values() for way, where in offer.items() if "ca-central-1" in where}
    assert ways == {"us", "global"}


def test_the_tables_name_regions_that_exist_and_agree_with_each_other() -> None:
    for rows in (*MODEL_DESTINATIONS.values(), *GUARDRAIL_DESTINATIONS.values()):
        for source, destinations in rows.items():
            assert {source, *destinations} <= REGIONS
    for name, offer in MODELS.items():
        for way, where in offer.items():
            assert where <= REGIONS, name
            if way in MODEL_DESTINATIONS:
                assert where <= MODEL_DESTINATIONS[way].keys(), f"{name} {way}"


def test_the_exception_stands_beside_the_templates(assembly: Path) -> None:
    gateway = read(CANADA).gateway
    text = (assembly / "assembly-Canada" / "organization-exception.txt").read_text()
    assert text == organization_exception(gateway, region="ca-central-1", account="111122223333")
    assert not (assembly / "assembly-Closed" / "organization-exception.txt").exists()
