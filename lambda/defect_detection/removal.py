"""Ends what the state machine of a project has made, when the project leaves or its stack is deleted.

CloudFormation knows nothing of jobs, models and endpoints that the machine makes. All their names begin with the
project's. Jobs themselves cannot be deleted, and cost nothing when they have ended.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from defect_detection.jobs import found
from defect_detection.outcome import error_code


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What SageMaker has of a kind: how it is listed, and how one is ended."""

    list: str
    entries: str
    """The answer's key with what was listed."""
    name: str
    """The key of a name, in the answer and in a request."""
    end: str
    status: Mapping[str, str]
    """The filter for what is still to be ended."""
    begin: tuple[str, ...]
    """How names go on after the project's."""


_RUNNING = {"StatusEquals": "InProgress"}
JOBS = (
    Kind(
        list="list_labeling_jobs",
        entries="LabelingJobSummaryList",
        name="LabelingJobName",
        end="stop_labeling_job",
        status=_RUNNING,
        begin=("-classes-", "-masks-"),
    ),
    Kind(
        list="list_training_jobs",
        entries="TrainingJobSummaries",
        name="TrainingJobName",
        end="stop_training_job",
        status=_RUNNING,
        begin=("-train-",),
    ),
    Kind(
        list="list_transform_jobs",
        entries="TransformJobSummaries",
        name="TransformJobName",
        end="stop_transform_job",
        status=_RUNNING,
        begin=("-look-",),
    ),
)
ENDPOINTS = Kind(
    list="list_endpoints",
    entries="Endpoints",
    name="EndpointName",
    end="delete_endpoint",
    status={},
    begin=("-defects",),
)
PARTS = (
    Kind(
        list="list_endpoint_configs",
        entries="EndpointConfigs",
        name="EndpointConfigName",
        end="delete_endpoint_config",
        status={},
        begin=("-defects-",),
    ),
    Kind(
        list="list_models",
        entries="Models",
        name="ModelName",
        end="delete_model",
        status={},
        begin=("-train-",),
    ),
)
PACKAGES = Kind(
    list="list_model_packages",
    entries="ModelPackageSummaryList",
    name="ModelPackageName",
    end="delete_model_package",
    status={},
    begin=("-train-",),
)


def is_removed(properties: Mapping[str, Any], sagemaker: Any) -> bool:
    """Ask all of it to end that has not ended yet, and say whether nothing is left that costs money or has a name.

    Args:
        properties: `Name` of the project; `Keep`, `true` if its model packages stay with their artifacts; `Serves`,
            `true` if it has an endpoint.
    """
    name = properties["Name"]
    for kind in JOBS:
        for each in _named(kind, name, sagemaker):
            _end(kind, each, sagemaker)
    if not is_served_no_more(properties, sagemaker):
        return False
    for kind in (*PARTS, *(() if properties["Keep"] == "true" else (PACKAGES,))):
        for each in list(_named(kind, name, sagemaker)):
            _end(kind, each, sagemaker)
    return True


def is_served_no_more(properties: Mapping[str, Any], sagemaker: Any) -> bool:
    """Ask the endpoint to end, and say whether there is none."""
    endpoints = list(_named(ENDPOINTS, properties["Name"], sagemaker))
    for each in endpoints:
        _end(ENDPOINTS, each, sagemaker)
    return not endpoints


def _named(kind: Kind, project: str, sagemaker: Any) -> Iterator[str]:
    more: dict[str, str] = {}
    list_them: Callable[..., Any] = getattr(sagemaker, kind.list)
    while True:
        page = list_them(NameContains=project, MaxResults=100, **kind.status, **more)
        for each in page[kind.entries]:
            # Another project's name may begin with this one's.
            if each[kind.name].startswith(tuple(project + begin for begin in kind.begin)):
                yield each[kind.name]
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _end(kind: Kind, name: str, sagemaker: Any) -> None:
    try:
        # One that is gone already, or is not to be deleted at the moment, says so with the same error.
        found(lambda: getattr(sagemaker, kind.end)(**{kind.name: name}))
    except sagemaker.exceptions.ClientError as error:
        if error_code(error) not in ("ConflictException", "ResourceInUse"):
            raise
