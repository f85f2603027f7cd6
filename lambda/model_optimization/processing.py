"""Programs that run in a container of their own before a head is trained: SageMaker Processing jobs."""

from typing import Any

from model_optimization.attempts import JobKind, content_name, find_or_start
from model_optimization.job import Job, Program
from model_optimization.objects import read_json
from model_optimization.outcome import Outcome, State, StepFailedError, again, done

PROVENANCE = "provenance.json"
"""What the import leaves beside the weights when it has copied all of them."""


def start_import(job: Job, program: Program, clients: Any) -> Outcome:
    """Copy the pinned revision to the model's prefix, unless it is there; done with `processing`, or empty."""
    found = read_json(clients.s3, job.model + PROVENANCE)
    if found:
        there = f"{found.get('repository')}@{found.get('revision')}"
        if there == job.revision:
            return done(processing=None)
        raise StepFailedError(f"{job.model} holds {there}, and {job.revision} is asked for: give it another prefix")
    name = content_name(f"{job.name}-hub", [job.revision, job.model])
    return done(processing=find_or_start(name, _kind(program, job, clients.sagemaker)))


def start_conversion(job: Job, program: Program, clients: Any, *, execution: str) -> Outcome:
    """Convert what was captured since the last time; once in an execution, as the capture grows.

    Raises:
        StepFailedError: another one writes to the same place: two would destroy each other's work.
    """
    prefix = f"{job.name}-data"
    name = content_name(prefix, execution)
    pages = clients.sagemaker.get_paginator("list_processing_jobs").paginate(
        NameContains=f"{prefix}-", StatusEquals="InProgress"
    )
    running = [each["ProcessingJobName"] for page in pages for each in page["ProcessingJobSummaries"]]
    others = [each for each in running if each.startswith(f"{prefix}-") and not each.startswith(name)]
    if others:
        raise StepFailedError(
            f"{', '.join(others)} of another execution converts into the same place: start again when it has ended"
        )
    return done(processing=find_or_start(name, _kind(program, job, clients.sagemaker)))


def look(state: State, clients: Any) -> Outcome:
    """Whether it has ended.

    Raises:
        StepFailedError: it ended badly, with what the program said.
    """
    name = state.get("processing")
    if not name:
        return done()
    found = clients.sagemaker.describe_processing_job(ProcessingJobName=name)
    match found["ProcessingJobStatus"].upper():
        case "COMPLETED":
            return done(processing=None)
        case "FAILED" | "STOPPED" as status:
            said = found.get("ExitMessage") or found.get("FailureReason") or "SageMaker gives no reason"
            raise StepFailedError(f"the processing job {name} is {status}: {said}")
        case _:
            return again(f"the processing job {name} is still under way")


def _kind(program: Program, job: Job, sagemaker: Any) -> JobKind:
    return JobKind(
        start=lambda name: sagemaker.create_processing_job(**_request(program, job, name)),
        status=lambda name: sagemaker.describe_processing_job(ProcessingJobName=name)["ProcessingJobStatus"],
    )


def _request(program: Program, job: Job, name: str) -> dict[str, Any]:
    return {
        "ProcessingJobName": name,
        "RoleArn": program.role,
        "AppSpecification": {"ImageUri": program.image, "ContainerEntrypoint": program.entrypoint},
        "Environment": dict(program.environment),
        "ProcessingInputs": [
            {
                "InputName": f"input-{number}",
                "S3Input": {
                    "S3Uri": uri,
                    "LocalPath": folder,
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                    "S3DataDistributionType": "FullyReplicated",
                },
            }
            for number, (folder, uri) in enumerate(sorted(program.inputs.items()))
        ],
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": program.instance,
                "VolumeSizeInGB": program.volume_gib,
                "VolumeKmsKeyId": program.volume_key,
            }
        },
        "NetworkConfig": {
            "EnableInterContainerTrafficEncryption": True,
            "EnableNetworkIsolation": False,
            "VpcConfig": job.network,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": program.max_run_seconds},
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(program.tags.items())],
    }
