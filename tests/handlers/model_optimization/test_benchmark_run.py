"""A benchmark is started once, in the way that the Region has, and read as one report from both ways."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from endpoint_benchmark.__main__ import _parser
from model_optimization.benchmark_report import FormatError
from model_optimization.benchmark_run import (
    BenchmarkError,
    Run,
    Setup,
    Target,
    Workload,
    read,
    start,
    status,
)
from tests.handlers.model_optimization.benchmark_samples import AI, IMAGE, PROCESSING, aiperf, archive, point
from tests.handlers.model_optimization.benchmark_world import World

TARGET = Target(endpoint="chat", revision="chat-config-1")
WORKLOAD = Workload()


def begin(
    world: World,
    setup: Setup,
    *,
    target: Target = TARGET,
    workload: Workload = WORKLOAD,
    subject: str = "it",
    attempt: int = 0,
) -> Run:
    return start(target, workload, setup, subject=subject, clients=world.clients, attempt=attempt)


def spec_of(world: World) -> dict[str, Any]:
    (config,) = (job for job in world.jobs.values() if "AIWorkloadConfigs" in job)
    return json.loads(config["AIWorkloadConfigs"]["WorkloadSpec"]["Inline"])


def test_where_the_region_has_it_an_ai_benchmark_job_runs() -> None:
    world = World()
    run = begin(world, AI, target=replace(TARGET, inference_component="small"))
    assert world.calls == ["CreateAIWorkloadConfig", "CreateAIBenchmarkJob"]
    job = world.jobs[run.name]
    assert job["BenchmarkTarget"]["Endpoint"] == {
        "Identifier": "chat",
        "InferenceComponents": [{"Identifier": "small"}],
    }
    assert job["OutputConfig"]["S3OutputLocation"] == run.output_uri == f"s3://results/benchmarks/{run.name}/"
    assert job["AIWorkloadConfigIdentifier"] in world.jobs
    # CloudFormation allows a workload no upper case.
    assert job["AIWorkloadConfigIdentifier"].islower()
    spec = spec_of(world)
    assert spec["benchmark"] == {"type": "aiperf"}
    assert spec["parameters"]["concurrency"] == [1, 2, 4, 8]
    assert spec["parameters"]["prompt_input_tokens_mean"] == 512
    assert spec["parameters"]["streaming"] is True


def test_elsewhere_aiperf_runs_in_a_processing_job() -> None:
    world = World()
    run = begin(world, PROCESSING)
    assert world.calls == ["CreateProcessingJob"]
    job = world.jobs[run.name]
    assert job["AppSpecification"]["ImageUri"] == IMAGE
    assert job["Environment"] == {"PYTHONPATH": "/opt/ml/processing/input/code/abc.zip"}
    assert job["NetworkConfig"]["VpcConfig"] == {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    assert job["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == "arn:aws:kms:x:111122223333:key/1"
    assert job["ProcessingOutputConfig"]["KmsKeyId"] == "arn:aws:kms:x:111122223333:key/1"
    # Each concurrency has its time, and the image its own.
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 900 + 4 * 1800}


def test_the_program_understands_what_the_job_tells_it() -> None:
    world = World()
    run = begin(world, PROCESSING, target=replace(TARGET, inference_component="small"))
    given = _parser().parse_args(world.jobs[run.name]["AppSpecification"]["ContainerArguments"])
    assert given.runtime_url == "https://runtime.sagemaker.ca-central-1.amazonaws.com"
    assert (given.endpoint, given.inference_component, given.region) == ("chat", "small", "ca-central-1")
    assert (given.concurrency, given.requests, given.warmup_requests) == ([1, 2, 4, 8], 64, 8)
    assert (given.input_tokens, given.output_tokens, given.tokenizer, given.seed) == (512, 256, "builtin", 0)
    assert given.output == Path("/opt/ml/processing/output")
    assert given.prompts is None


@pytest.mark.parametrize("setup", [AI, PROCESSING])
def test_a_repeat_finds_the_same_job(setup: Setup) -> None:
    world = World()
    first, again = begin(world, setup), begin(world, setup, subject="another word for it")
    assert again == replace(first, subject="another word for it")
    assert len(world.jobs) == (2 if setup is AI else 1)


@pytest.mark.parametrize(
    "change",
    [
        {"target": replace(TARGET, revision="chat-config-2")},
        {"workload": replace(WORKLOAD, output_tokens=128)},
        {"attempt": 1},
    ],
)
@pytest.mark.parametrize("setup", [AI, PROCESSING])
def test_something_else_is_another_job(setup: Setup, change: dict[str, Any]) -> None:
    world = World()
    assert begin(world, setup).name != begin(world, setup, **change).name


@pytest.mark.parametrize("setup", [AI, PROCESSING])
def test_another_error_is_not_taken_for_a_repeat(setup: Setup) -> None:
    world = World(refused=dict.fromkeys(("CreateAIBenchmarkJob", "CreateProcessingJob"), "ResourceLimitExceeded"))
    with pytest.raises(ClientError, match="ResourceLimitExceeded"):
        begin(world, setup)


def test_a_data_set_gives_both_ways_the_same_prompts() -> None:
    lines = [
        {"conversations": [{"from": "system", "value": "Be brief."}, {"from": "human", "value": "Why?"}]},
        {"messages": [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}]},
        {"prompt": "Once", "completion": " upon a time"},
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
        {"messages": "no list"},
        ["no object"],
    ]
    stored: list[bytes] = []
    for setup, folder in ((AI, "/opt/ml/input/data/prompts"), (PROCESSING, "/opt/ml/processing/input/prompts")):
        world = World()
        world.objects["training/chat/validation/00000.jsonl"] = b"\n".join(json.dumps(each).encode() for each in lines)
        world.objects["training/chat/validation/00001.jsonl"] = b"{broken\n" + b'{"prompt": "Twice"}\n' * 200
        world.objects["training/chat/validation/notes.txt"] = b'{"prompt": "no"}'
        run = begin(world, setup, workload=replace(WORKLOAD, dataset_uri="s3://training/chat/validation/"))
        job = json.dumps(world.jobs)
        assert f"{run.output_uri}prompts/" in job
        assert f"{folder}/prompts.jsonl" in job.replace("\\", "")
        stored.append(world.objects[f"{run.output_uri.removeprefix('s3://')}prompts/prompts.jsonl"])
    assert stored[0] == stored[1]
    texts = [json.loads(each)["text"] for each in stored[0].splitlines()]
    assert texts[:4] == ["Why?", "How?", "Once", "Twice"]
    assert len(texts) == WORKLOAD.requests + WORKLOAD.warmup_requests


def test_a_data_set_without_a_question_is_refused() -> None:
    world = World()
    with pytest.raises(BenchmarkError, match=r"s3://training/none/: no file .jsonl there has a conversation"):
        begin(world, AI, workload=replace(WORKLOAD, dataset_uri="s3://training/none/"))
    assert not world.jobs


@pytest.mark.parametrize("setup", [AI, PROCESSING])
@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [
        ({"": "InProgress"}, "running", None),
        ({"": "Stopping"}, "running", None),
        ({"": "Completed"}, "completed", None),
        ({"": "Stopped"}, "stopped", None),
        ({"": "Failed", "FailureReason": "AlgorithmError"}, "failed", "AlgorithmError"),
    ],
)
def test_the_status_is_told_in_one_way(setup: Setup, found: dict[str, str], state: str, reason: str | None) -> None:
    noun = "AIBenchmarkJob" if setup is AI else "ProcessingJob"
    world = World(states=[{f"{noun}Status" if key == "" else key: value for key, value in found.items()}])
    run = begin(world, setup)
    seen = status(Run.from_json(json.loads(json.dumps(run.as_json()))), clients=world.clients)
    assert (seen.state, seen.reason) == (state, reason)


def test_what_the_program_said_comes_first() -> None:
    world = World(
        states=[{"ProcessingJobStatus": "Failed", "FailureReason": "AlgorithmError", "ExitMessage": "no aiperf"}]
    )
    assert status(begin(world, PROCESSING), clients=world.clients).reason == "no aiperf"


def finish(world: World, run: Run) -> None:
    place = run.output_uri.removeprefix("s3://")
    if run.way == "processing-job":
        for each in run.concurrencies:
            world.objects[f"{place}concurrency-{each}/profile_export_aiperf.json"] = json.dumps(aiperf()).encode()
    else:
        exports = {f"concurrency_{each}/profile_export_aiperf.json": aiperf() for each in run.concurrencies}
        world.objects[f"{place}job-0001/output/output.tar.gz"] = archive(exports)


def test_both_ways_give_the_same_report() -> None:
    reports = []
    for setup in (AI, PROCESSING):
        world = World()
        run = begin(world, setup)
        finish(world, run)
        reports.append(read(run, clients=world.clients))
    assert reports[0] == reports[1]
    assert reports[0].points == tuple(point(each) for each in (1, 2, 4, 8))
    assert reports[0].subject == "it"


@pytest.mark.parametrize("setup", [AI, PROCESSING])
def test_a_result_that_is_missing_is_named(setup: Setup) -> None:
    world = World()
    run = begin(world, setup)
    with pytest.raises(BenchmarkError, match=f"{run.name}/"):
        read(run, clients=world.clients)


def test_a_damaged_result_is_named() -> None:
    world = World()
    run = begin(world, PROCESSING)
    finish(world, run)
    world.objects[f"results/benchmarks/{run.name}/concurrency-4/profile_export_aiperf.json"] = b"{"
    with pytest.raises(FormatError, match=r"concurrency-4/profile_export_aiperf.json: no JSON"):
        read(run, clients=world.clients)
