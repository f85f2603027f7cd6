"""Models of Bedrock and inference profiles."""

from datetime import timedelta
from typing import Any

import pytest

from operations.doctor.checks import bedrock_models, bedrock_profiles
from operations.doctor.finding import Finding
from operations.doctor.profile_destinations import granted_regions
from operations.doctor.sections.gateway import Deployment
from tests.operations.doctor.account import access, model, profile, ready
from tests.operations.doctor.aws import FakeAws, Refused
from tests.operations.doctor.world import NOVA, NOW, OPUS, facts, look, section, verdicts

APPLICATION = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc"


def deployed(**changes: Any) -> dict[str, Any]:
    deployment = {"provider": "bedrock", "model": OPUS, "profile": "us", **changes}
    return section("gateway") | {"models": [{"name": "opus", "deployments": [deployment]}]}


def models(answers: dict[str, Any], **changes: Any) -> list[Finding]:
    return look(bedrock_models.CHECK, FakeAws(ready() | answers), facts(gateway=deployed(**changes)))


def profiles(answer: Any, **changes: Any) -> list[Finding]:
    aws = FakeAws(ready() | {"bedrock:GetInferenceProfile": answer})
    return look(bedrock_profiles.CHECK, aws, facts(gateway=deployed(**changes)))


@pytest.mark.parametrize(
    ("life", "verdict", "words"),
    [
        ({"endOfLifeTime": NOW - timedelta(days=1)}, "fail", "ended on 2026-11-22"),
        ({"endOfLifeTime": NOW + timedelta(days=30)}, "warn", "in 30 days"),
        ({"status": "LEGACY", "endOfLifeTime": NOW + timedelta(days=200)}, "warn", "LEGACY, until 2027-06-11"),
        ({"status": "LEGACY"}, "warn", "LEGACY"),
    ],
)
def test_the_end_of_a_models_life_is_told(life: dict[str, Any], verdict: str, words: str) -> None:
    (found,) = models({"bedrock:GetFoundationModel": model(**life)})
    assert (found.verdict, words in found.reason) == (verdict, True)


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (access("NOT_AVAILABLE"), "fail", "no agreement"),
        (access("PENDING"), "warn", "being made"),
        (access(authorizationStatus="NOT_AUTHORIZED"), "fail", "not authorized"),
        (access(entitlementAvailability="NOT_AVAILABLE"), "fail", "no access"),
    ],
)
def test_a_model_without_access_is_told(answer: dict[str, Any], verdict: str, words: str) -> None:
    (found,) = models({"bedrock:GetFoundationModelAvailability": answer})
    assert (found.verdict, words in found.reason) == (verdict, True)


def test_only_a_call_in_the_region_itself_needs_the_model_there() -> None:
    answers = {"bedrock:GetFoundationModelAvailability": access(regionAvailability="NOT_AVAILABLE")}
    assert verdicts(models(answers)) == ["ok"]
    assert verdicts(models(answers, profile="in-region")) == ["fail"]


def test_a_model_that_does_not_exist_fails() -> None:
    (found,) = models({"bedrock:GetFoundationModel": Refused("ResourceNotFoundException")})
    assert (found.verdict, "no such model" in found.reason) == ("fail", True)


def test_models_of_other_providers_are_not_asked_for() -> None:
    assert models({}, provider="openai") == []


def test_a_destination_that_the_role_may_not_call_fails_with_the_list_to_write() -> None:
    (found,) = profiles(profile("us-east-1", "us-east-2", "us-west-1", "us-west-2"))
    assert found.verdict == "fail"
    assert "us-west-1" in found.reason
    assert "destinations: [us-east-1, us-east-2, us-west-1, us-west-2]" in found.remedy


def test_a_grant_that_is_no_destination_warns() -> None:
    (found,) = profiles(profile("us-east-1", "us-west-2"))
    assert (found.verdict, "us-east-2" in found.reason) == ("warn", True)


def test_destinations_of_the_file_count_and_the_source_is_always_granted() -> None:
    (found,) = profiles(profile("us-east-2", "us-west-2"), destinations=["us-east-2", "us-west-2"])
    assert found.verdict == "ok"


def test_the_source_is_granted_even_where_its_destinations_are_not_known() -> None:
    assert granted_regions(Deployment(provider="bedrock", profile="us"), region="sa-east-1") == {"sa-east-1"}


def test_a_profile_that_cannot_be_called_from_here_fails() -> None:
    (found,) = profiles(Refused("ResourceNotFoundException"))
    assert (found.verdict, "no source" in found.reason) == ("fail", True)


def test_a_global_profile_has_no_destinations_to_compare() -> None:
    (found,) = profiles(profile("us-east-1", ""), profile="global")
    assert found.verdict == "ok"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (profile("us-east-1"), "ok"),
        (profile("us-east-1", of=NOVA), "fail"),
        (Refused("ResourceNotFoundException"), "fail"),
    ],
)
def test_an_application_profile_is_of_the_model(answer: Any, verdict: str) -> None:
    (found,) = profiles(answer, profile="in-region", application_profile=APPLICATION)
    assert found.verdict == verdict
