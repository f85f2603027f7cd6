"""The head with its model as a version of the model package group, waiting for a person.

Request: CreateModelPackage of SageMaker's API; CloudFormation's type cannot name the head, which is an additional data
source. A version has the tags of its group and takes none of its own.
"""

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from model_optimization.job import Job
from model_optimization.objects import read_json, write_json
from model_optimization.optimization_job import data_source
from model_optimization.outcome import Outcome, State, StepFailedError, done
from model_optimization.results import DRAFT
from model_optimization.serving_container import CHANNEL, DRAFT_FOLDER, container_of_package

_MARK = "registered.json"


def register(job: Job, state: State, clients: Any) -> Outcome:
    """Register the head, once; done with the `package`.

    Raises:
        StepFailedError: neither the environment file nor the job names a server.
    """
    mark = state["output"] + _MARK
    if found := read_json(clients.s3, mark):
        return done(package=found["package"])
    image = job.image or state.get("image")
    if not image:
        raise StepFailedError("the job recommends no server: name one as `image`")
    environment = dict(job.environment)
    if job.base_package:
        environment |= container_of_package(clients.sagemaker, job.base_package).get("Environment", {})
    metadata = {
        **job.metadata,
        "optimization-job": state["optimization_job"],
        "gate-concurrency": str(job.gate["concurrency"]),
        **{f"{name}-ratio": str(value) for name, value in state["ratios"].items()},
    }
    arn = clients.sagemaker.create_model_package(
        ModelPackageGroupName=job.name,
        ModelPackageDescription=f"EAGLE head of {state['optimization_job']}",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [
                {
                    "Image": image,
                    "Environment": {**environment, **speculation(job, architecture=state["architecture"])},
                    "ModelDataSource": data_source(job.model),
                    "AdditionalModelDataSources": [{"ChannelName": CHANNEL, **data_source(state["output"] + DRAFT)}],
                }
            ],
            "SupportedRealtimeInferenceInstanceTypes": [job.instance],
            "SupportedContentTypes": ["application/json"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
        ModelMetrics={
            "ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": state["reports"]["after"]}}
        },
        CustomerMetadataProperties={name: value[:256] for name, value in metadata.items()},
        SkipModelValidation="All",
        # A call whose answer got lost makes no second version.
        ClientToken=str(uuid5(NAMESPACE_URL, state["optimization_job"])),
    )["ModelPackageArn"]
    write_json(clients.s3, mark, {"package": arn})
    return done(package=arn)


def speculation(job: Job, *, architecture: str) -> dict[str, str]:
    """The variable of the server that turns speculation on, with the head as it is mounted."""
    config = {
        "draft_tensor_parallel_size": 1,
        "method": job.methods[architecture],
        "model": DRAFT_FOLDER,
        "num_speculative_tokens": job.tokens,
    }
    return {job.speculation_variable: json.dumps(config, sort_keys=True)}
