"""What an EAGLE job cannot be, and what is said about it."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session
from pydantic import ValidationError

from capture_converter.redaction import BUILT_IN
from capture_converter.settings import FORMATS
from groundwork.optimization.instance_types import OPTIMIZATION_TYPES
from groundwork.optimization.job_config import CONCURRENCIES
from groundwork.optimization.settings import AI_BENCHMARK_REGIONS, OptimizationSettings
from groundwork.optimization.source_settings import BUILT_IN_RULES, StoredData
from model_optimization import benchmark_regions
from tests.optimization.optimization_app import (
    AIPERF,
    KEY,
    LMI,
    MODEL,
    PROCESSING,
    REVISION,
    SECTION,
    job,
)

ROOT = Path(__file__).parents[2]
HUB = {"repository": "Qwen/Qwen3-32B", "revision": REVISION, "licence_accepted": True}
CAPTURE = {"source": "capture", "endpoint": "chat"}
STORED = {"source": "s3", "uri": "s3://example-data/own/", "format": "sharegpt"}
ALONE = {"endpoint": None, "gate": {"concurrency": 4}}


def parsed(section: dict[str, Any]) -> OptimizationSettings:
    return OptimizationSettings.model_validate_json(json.dumps(section))


def refusals(section: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Reason and what is allowed, by the field."""
    with pytest.raises(ValidationError) as error:
        parsed(section)
    return {
        ".".join(str(part) for part in e["loc"] if part not in ("s3", "capture")): (
            e.get("ctx", {}).get("reason", e["msg"]),
            e.get("ctx", {}).get("allowed", ""),
        )
        for e in error.value.errors()
    }


def of_one(changes: dict[str, Any], **section: Any) -> dict[str, Any]:
    return {"jobs": [job(**changes)], "image": PROCESSING, "benchmark": {"image": AIPERF}, **section}


def test_the_section_of_the_tests_is_accepted() -> None:
    section = parsed(SECTION)
    assert [each.name for each in section.jobs] == ["chat", "further", "built-in"]
    assert list(section.refusals_in("us-east-1")) == []


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"name": "Chat"}, "jobs.0.name", "String should match pattern"),
        ({"network": {"subnets": ["subnet-0000000a"]}}, "jobs.0.network.security_groups", "Field required"),
        ({"network": {"subnets": [], "security_groups": ["sg-0000000a"]}}, "jobs.0.network.subnets", "at least 1 item"),
        ({"prompts": "s3://example-data/prompts/"}, "jobs.0.prompts", "should be an object"),
        ({"name": "c" * 25}, "jobs.0.name", "at most 24"),
        ({"instance": "ml.inf2.xlarge"}, "jobs.0.instance", "no type that EAGLE jobs run on"),
        ({"model": {"uri": "s3://example-models/chat"}}, "jobs.0.model.uri", "String should match pattern"),
        ({"model": {**MODEL, "architecture": "NemotronHForCausalLM"}}, "jobs.0.model.architecture", "no EAGLE head"),
        ({"model": {**MODEL, "hub": {**HUB, "revision": "main"}}}, "jobs.0.model.hub.revision", "match pattern"),
        ({"model": {**MODEL, "hub": {**HUB, "licence_accepted": False}}}, "jobs.0.model.hub.licence_accepted",
         "the licence is not accepted"),
        ({"model": {**MODEL, "hub": {**HUB, "token": "hf_secret"}}}, "jobs.0.model.hub.token", "match pattern"),
        ({"head": {"uri": "s3://example-models/chat/draft/"}}, "jobs.0.head.uri", "among the model's weights"),
        ({"data": {**STORED, "format": "alpaca"}}, "jobs.0.data.format", "Input should be 'sharegpt'"),
        ({"data": {**STORED, "tolerance": 1}}, "jobs.0.data.tolerance", "less than 1"),
        ({"data": {**CAPTURE, "rules": {"email": "x"}}}, "jobs.0.data.rules.email", "a built-in rule has this name"),
        ({"data": {**CAPTURE, "rules": {"Ticket": "x"}}}, "jobs.0.data.rules.Ticket", "not a name"),
        ({"data": {**CAPTURE, "rules": {"ticket": "("}}}, "jobs.0.data.rules.ticket", "no regular expression"),
        ({"data": {**CAPTURE, "rules": {"ticket": "a*"}}}, "jobs.0.data.rules.ticket", "matches nothing at all"),
        ({"training_plan": "plan"}, "jobs.0.training_plan", "match pattern"),
        ({"max_run_hours": 0}, "jobs.0.max_run_hours", "greater than or equal to 1"),
        ({"max_pending_hours": 673}, "jobs.0.max_pending_hours", "less than or equal to 672"),
        ({"gate": {"concurrency": 3}}, "jobs.0.gate.concurrency", "Input should be 1, 2, 4, 8 or 16"),
        ({"gate": {"min_throughput_ratio": 0.9}}, "jobs.0.gate.min_throughput_ratio", "greater than or equal to 1"),
        ({"gate": {"max_ttft_p95_ratio": 0}}, "jobs.0.gate.max_ttft_p95_ratio", "greater than 0"),
        ({"speculative_tokens": 17}, "jobs.0.speculative_tokens", "less than or equal to 16"),
        ({"endpoint": None}, "jobs.0.endpoint", "says how many requests come at once"),
        ({**ALONE, "head": {"uri": "s3://example-heads/chat/"}}, "jobs.0.endpoint", "needs a server"),
        ({"notify": ["nobody"]}, "jobs.0.notify.0", "match pattern"),
        ({"notify": ["a@example.com", "a@example.com"]}, "jobs.0.notify.1", "named twice"),
        ({"mode": "own"}, "jobs.0.mode", "Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_job_that_cannot_be_is_refused_by_its_field(changes: dict[str, Any], field: str, reason: str) -> None:
    found = refusals(of_one(changes))
    assert list(found) == [field]
    assert reason in found[field][0]


@pytest.mark.parametrize("changes", [{"data": CAPTURE}, {"model": {**MODEL, "hub": HUB}}])
def test_what_runs_in_a_container_of_its_own_needs_an_image(changes: dict[str, Any]) -> None:
    found = refusals(of_one(changes, image=None))
    assert found["image"][0] == "chat imports a model or converts a capture, in a container"
    parsed(of_one({}, image=None))


def test_two_jobs_have_names_and_endpoints_of_their_own() -> None:
    found = refusals({**of_one({}), "jobs": [job(), job()]})
    assert found["jobs.1.name"] == ("named twice", "a name of its own")
    assert found["jobs.1.endpoint"] == ("two jobs would switch it to and fro", "one job for an endpoint")
    assert list(refusals({"jobs": []})) == ["jobs"]


def test_a_name_whose_rights_would_be_those_of_another_job_is_refused() -> None:
    alone = {**ALONE, "name": "chat-long"}
    assert refusals({**of_one({}), "jobs": [job(), job(**alone)]}) == {
        "jobs.1.name": ("rights for chat-... would be rights for it, too", "a name that does not begin with chat-")
    }
    parsed({**of_one({}), "jobs": [job(), job(**{**alone, "name": "chatter"})]})


def test_a_measurement_that_would_not_end_is_refused() -> None:
    found = refusals(of_one({}, benchmark={"image": AIPERF, "requests": 1000}))
    assert found["benchmark.output_tokens"][0] == "1000 requests could take more than 90 minutes"
    section = parsed(of_one({}, benchmark={"image": AIPERF, "requests": 100, "input_tokens": 2000}))
    # One after the other, at 1000 tokens a second in and 10 out, and 10 minutes for the program to start.
    assert section.benchmark.level_seconds == 600 + 100 * (2 + 25.6)


def test_what_belongs_to_a_region_is_of_the_environments() -> None:
    secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:hub-AbCdEf"
    changes = {
        "model": {**MODEL, "key": KEY, "hub": {**HUB, "token": secret}},
        "head": {"uri": "s3://example-heads/chat/", "key": KEY},
        "data": {**STORED, "key": KEY},
        "training_plan": "arn:aws:sagemaker:us-east-1:111122223333:training-plan/plan",
        "image": LMI,
        "prompts": {"uri": "s3://example-data/prompts/", "key": KEY},
        "key": KEY,
    }
    found = {".".join(map(str, r.at)): r.reason for r in parsed(of_one(changes)).refusals_in("eu-north-1")}
    arns = ("model.key", "model.hub.token", "head.key", "data.key", "prompts.key", "key", "training_plan")
    images = ("jobs.0.image", "image", "benchmark.image")
    assert found == {
        **{f"jobs.0.{name}": "of another Region" for name in arns},
        **dict.fromkeys(images, "SageMaker pulls from ECR's private registries of its own Region only"),
    }


def test_a_region_without_a_benchmark_job_needs_an_image_to_measure_endpoints_with() -> None:
    section = parsed(of_one({}, benchmark={}))
    (refusal,) = [r for r in section.refusals_in("ca-central-1") if r.at == ("benchmark", "image")]
    assert refusal.reason == "ca-central-1 has no AIBenchmarkJob to measure an endpoint with"
    assert [r for r in section.refusals_in("us-east-1") if r.at == ("benchmark", "image")] == []
    assert [r for r in parsed(of_one(ALONE, benchmark={})).refusals_in("ca-central-1") if r.at[0] == "benchmark"] == []


def test_tables_are_those_of_the_sdk_and_of_the_functions() -> None:
    shape = Session().get_service_model("sagemaker").shape_for("OptimizationJobDeploymentInstanceType")
    without_gpu = ("ml.inf2.", "ml.trn1.", "ml.trn1n.")
    assert {name for name in shape.enum if not name.startswith(without_gpu)} == OPTIMIZATION_TYPES
    assert tuple(BUILT_IN_RULES) == tuple(BUILT_IN)
    assert benchmark_regions.AI_BENCHMARK_REGIONS == AI_BENCHMARK_REGIONS
    assert CONCURRENCIES == (1, 2, 4, 8)
    formats = StoredData.model_json_schema()["properties"]["format"]["enum"]
    assert tuple(formats) == FORMATS
