"""Single steps of an optimization, where tests/optimization/test_optimize_executions.py runs whole ones."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from botocore.stub import Stubber

from model_optimization import processing, registration, results
from model_optimization.job import Program, read_job
from model_optimization.outcome import StepFailedError
from tests.handlers.model_optimization.objects_in_s3 import ObjectsInS3
from tests.handlers.model_optimization.switch_samples import JOB, PACKAGE, client, clients, described

OUTPUT = "s3://results/prod-chat/job/"
PROGRAM = Program(
    role="arn:aws:iam::111122223333:role/programs",
    image="image",
    instance="ml.m5.large",
    volume_gib=10,
    volume_key="key",
    entrypoint=["python3"],
    environment={},
    inputs={},
    max_run_seconds=60,
)


def listed(*names: str) -> dict[str, Any]:
    arn = "arn:aws:sagemaker:us-east-1:111122223333:processing-job/"
    return {
        "ProcessingJobSummaries": [
            {
                "ProcessingJobName": name,
                "ProcessingJobArn": arn + name,
                "CreationTime": 0,
                "ProcessingJobStatus": "InProgress",
            }
            for name in names
        ]
    }


def test_two_conversions_never_write_to_one_place() -> None:
    sagemaker = client("sagemaker")
    asked = {"NameContains": "prod-chat-data-", "StatusEquals": "InProgress"}
    with Stubber(sagemaker) as stub:
        # One that only has the text somewhere in its name is not of this job.
        stub.add_response("list_processing_jobs", listed("x-prod-chat-data-1"), asked)
        stub.add_client_error("describe_processing_job", "ValidationException")
        stub.add_response(
            "create_processing_job", {"ProcessingJobArn": listed("a")["ProcessingJobSummaries"][0]["ProcessingJobArn"]}
        )
        own = processing.start_conversion(JOB, PROGRAM, clients(sagemaker=sagemaker), execution="own")
        name = own.changes["processing"]
        stub.add_response("list_processing_jobs", listed(name), asked)
        with pytest.raises(StepFailedError, match=f"{name} of another execution converts into the same place"):
            processing.start_conversion(JOB, PROGRAM, clients(sagemaker=sagemaker), execution="another")
        stub.assert_no_pending_responses()


def test_all_states_that_a_job_has_measured_are_kept_and_two_of_them_compared() -> None:
    objects = ObjectsInS3()
    objects.put(f"{OUTPUT}draft/", config__json={}, model__safetensors=b"head")
    for state, speed in {"no_eagle": 100, "base_eagle": 140, "trained_eagle": 150}.items():
        found = {"request_throughput": 1.0, "output_throughput": speed, "p95_ttft_ms": 100.0}
        objects.put(f"{OUTPUT}results/", **{f"benchmark_{state}_conc4__json": found})
    # What nobody knows is no reason to lose a head.
    objects.put(f"{OUTPUT}results/", benchmark_other_conc4__json={"speed": 1})
    outcome = results.read(JOB, {"output": OUTPUT}, objects.client())
    assert (outcome.changes["gate"], outcome.changes["ratios"]["throughput"]) == ("passed", 1.5)
    assert outcome.changes["reports"] == {
        "before": f"{OUTPUT}reports/before.json",
        "after": f"{OUTPUT}reports/after.json",
        "base-eagle": f"{OUTPUT}reports/base-eagle.json",
    }
    assert b'"output_tokens_per_second": 140' in objects.objects["results/prod-chat/job/reports/base-eagle.json"]


def test_a_head_for_an_endpoint_that_serves_a_package_takes_over_its_variables() -> None:
    sagemaker, made = client("sagemaker"), dict[str, Any]()
    sagemaker.meta.events.register(
        "provide-client-params.sagemaker.CreateModelPackage", lambda params, **_: made.update(params)
    )
    served = described()
    served["InferenceSpecification"]["Containers"][0]["Environment"] = {
        "OPTION_SPECULATIVE_CONFIG": "{old}",
        "OPTION_MAX_MODEL_LEN": "4096",
    }
    job = replace(JOB, base_package=PACKAGE, image="image", methods={"Qwen3ForCausalLM": "eagle3"})
    state = {
        "output": OUTPUT,
        "optimization_job": "prod-chat-1",
        "architecture": "Qwen3ForCausalLM",
        "ratios": {},
        "reports": {"after": f"{OUTPUT}reports/after.json"},
    }
    with Stubber(sagemaker) as stub:
        stub.add_response("describe_model_package", served, {"ModelPackageName": PACKAGE})
        stub.add_response("create_model_package", {"ModelPackageArn": PACKAGE})
        registration.register(job, state, clients(sagemaker=sagemaker, s3=ObjectsInS3().client()))
    (container,) = made["InferenceSpecification"]["Containers"]
    assert container["Environment"]["OPTION_MAX_MODEL_LEN"] == "4096"
    assert '"method": "eagle3"' in container["Environment"]["OPTION_SPECULATIVE_CONFIG"]


def test_an_execution_goes_on_with_what_it_began_with_after_a_deployment() -> None:
    given = asdict(JOB)
    given["switch"]["added_later"] = given["added_later"] = 1
    del given["switch"]["package"], given["base_package"]
    found = read_job(given)
    assert found.switch
    assert (found.name, found.switch.endpoint, found.switch.package) == ("prod-chat", "prod-chat", {})
