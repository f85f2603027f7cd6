"""Batch transforms: the model looks at many pictures, and nothing stays running."""

import time
from typing import Any

from defect_detection.jobs import JobKind, content_name, find_or_start
from defect_detection.objects import write
from defect_detection.outcome import Outcome, State, StepFailedError, again, done
from defect_detection.pictures import Pictures
from defect_detection.project import Project

MOST_HOURS = 24
"""A transform has no time-out of its own."""
_LARGEST_MIB = 20
"""Of a picture; the container gets one at a time."""


def start(project: Project, state: State, clients: Any, *, pictures: Pictures) -> Outcome:
    """Find or start the job for these pictures and this model; done with its name as `transform_job`.

    Raises:
        StepFailedError: the model does not take such pictures, an account limit is reached, or it failed too often.
    """
    offered = state.get("content_types")
    if offered and pictures.content_type not in offered:
        raise StepFailedError(f"{pictures.prefix}: the algorithm takes {', '.join(offered)} only")
    sagemaker, model = clients.sagemaker, state["model"]
    name = content_name(f"{project.name}-look", [model, pictures.fingerprint, _request(project, pictures, model, "")])

    def create(numbered: str) -> None:
        write(clients.s3, _manifest(project, numbered), pictures.manifest(), kind="application/json")
        sagemaker.create_transform_job(**_request(project, pictures, model, numbered))

    kind = JobKind(
        start=create,
        status=lambda numbered: sagemaker.describe_transform_job(TransformJobName=numbered)["TransformJobStatus"],
    )
    found = find_or_start(name, kind)
    return done(transform_job=found, output=f"{project.data}inspections/{found}/")


def look(state: State, sagemaker: Any) -> Outcome:
    """Whether it has ended.

    Raises:
        StepFailedError: it ended badly, with SageMaker's reason, or has been stopped here after a day.
    """
    name = state["transform_job"]
    found = sagemaker.describe_transform_job(TransformJobName=name)
    match found["TransformJobStatus"]:
        case "Completed":
            return done()
        case "Failed" | "Stopped" as status:
            raise StepFailedError(f"the transform job {name} is {status}: {found.get('FailureReason', 'no reason')}")
        case _:
            if time.time() - found["CreationTime"].timestamp() > MOST_HOURS * 3600:
                stop(name, sagemaker)
                raise StepFailedError(f"the transform job {name} was stopped after {MOST_HOURS} hours")
            return again()


def stop(name: str, sagemaker: Any) -> None:
    """End it, if it runs."""
    status = sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"]
    if status == "InProgress":
        sagemaker.stop_transform_job(TransformJobName=name)


def _manifest(project: Project, name: str) -> str:
    return f"{project.data}inspections/{name}.json"


def _request(project: Project, pictures: Pictures, model: str, name: str) -> dict[str, Any]:
    use = project.use
    assert use  # the machine looks at pictures only then
    resources: dict[str, Any] = {"InstanceType": use.instance, "InstanceCount": use.instances}
    return {
        "TransformJobName": name,
        "ModelName": model,
        "BatchStrategy": "SingleRecord",
        "MaxConcurrentTransforms": 1,
        "MaxPayloadInMB": _LARGEST_MIB,
        "TransformInput": {
            "DataSource": {
                "S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": _manifest(project, name) if name else ""}
            },
            "ContentType": pictures.content_type,
            "CompressionType": "None",
            "SplitType": "None",
        },
        "TransformOutput": {"S3OutputPath": f"{project.data}inspections/{name}/", "KmsKeyId": project.key},
        "TransformResources": {**resources, "VolumeKmsKeyId": use.volume_key} if use.volume_key else resources,
    }
