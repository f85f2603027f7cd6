"""The container of an endpoint, and the same with a head beside it."""

from collections.abc import Mapping
from typing import Any

from model_optimization.job import Job
from model_optimization.optimization_job import data_source
from model_optimization.outcome import StepFailedError

CHANNEL = "eagle"
DRAFT_FOLDER = f"/opt/ml/additional-model-data-sources/{CHANNEL}"
"""Where SageMaker puts an additional data source of this name; the sample of AWS has the same."""
Container = Mapping[str, Any]


def container_of(sagemaker: Any, model: Mapping[str, Any]) -> Container:
    """What a model serves.

    Args:
        model: DescribeModel's answer.
    """
    found: Container = model["PrimaryContainer"] if "PrimaryContainer" in model else model["Containers"][0]
    # The environment file names a package: an earlier head that was kept.
    return container_of_package(sagemaker, found["ModelPackageName"]) if "ModelPackageName" in found else found


def container_of_package(sagemaker: Any, package: str) -> Container:
    """What a model package serves."""
    found = sagemaker.describe_model_package(ModelPackageName=package)
    (container,) = found["InferenceSpecification"]["Containers"]
    return container


def drafts(container: Container, job: Job) -> bool:
    """Whether it has a head already: as a channel of its own, or below the model's prefix."""
    return bool(_heads(container)) or job.speculation_variable in container.get("Environment", {})


def with_head(container: Container, approved: Container, *, job: Job, endpoint: str) -> dict[str, Any]:
    """The container with the head of another one, and nothing else of it: its variables may have changed since.

    Args:
        approved: of the package with the head.
        endpoint: its name, for people.

    Raises:
        StepFailedError: they have different models, or there is no head.
    """
    served, expected = (_uri(each) for each in (container, approved))
    if served != expected:
        raise StepFailedError(f"{endpoint} serves {served}, and the head is for {expected}")
    heads, variable = _heads(approved), job.speculation_variable
    if not heads or variable not in approved.get("Environment", {}):
        raise StepFailedError(f"the package has no head, or no {variable} that turns speculation on")
    return {
        "Image": container["Image"],
        "Environment": {**container.get("Environment", {}), variable: approved["Environment"][variable]},
        "ModelDataSource": data_source(expected),
        "AdditionalModelDataSources": [
            {"ChannelName": CHANNEL, **data_source(each["S3DataSource"]["S3Uri"])} for each in heads
        ],
    }


def _heads(container: Container) -> list[Mapping[str, Any]]:
    sources: list[Mapping[str, Any]] = container.get("AdditionalModelDataSources", [])
    return [each for each in sources if each["ChannelName"] == CHANNEL]


def _uri(container: Container) -> str:
    return str(container.get("ModelDataSource", {}).get("S3DataSource", {}).get("S3Uri", "no prefix"))
