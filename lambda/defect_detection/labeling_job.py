"""Labeling jobs of Ground Truth.

Request: CreateLabelingJob of SageMaker's API as botocore 1.44.5 has it. A job takes days: the execution waits for an
event of it, with a task token that lies in the project's bucket, and looks for itself every few hours as events can
get lost (https://docs.aws.amazon.com/sagemaker/latest/dg/sms-monitor-cloud-watch.html).
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from defect_detection.fingerprint import manifest_fingerprint
from defect_detection.jobs import JobKind, content_name, find_or_start
from defect_detection.objects import below, rows, split, write
from defect_detection.outcome import Outcome, State, StepFailedError, again, done, error_code
from defect_detection.project import LabelingTask, Project

SHORT = {"classification": "classes", "segmentation": "masks"}
_ENDED = frozenset({"Completed", "Failed", "Stopped"})
# The wait is over already: SageMaker's event came before, or another time.
_GONE = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})


def start(project: Project, task: str, state: State, clients: Any) -> Outcome:
    """Find or start the job for these pictures and settings: a repeat pays nobody twice.

    Raises:
        StepFailedError: the manifest is empty, an account limit is reached, or the job has failed too often.
    """
    wanted, manifest, files = project.labeling[task], _to_label(task, state), state["task_files"]
    fingerprint, count = manifest_fingerprint(clients.s3, manifest)
    if not count:
        raise StepFailedError(f"{manifest} has no picture to label")
    sagemaker = clients.sagemaker
    begin = f"{project.name}-{SHORT[task]}"
    name = content_name(begin, [fingerprint, _request(project, wanted, files, name="", manifest="")])
    kind = JobKind(
        start=lambda numbered: sagemaker.create_labeling_job(
            **_request(project, wanted, files, name=numbered, manifest=manifest)
        ),
        status=lambda numbered: sagemaker.describe_labeling_job(LabelingJobName=numbered)["LabelingJobStatus"],
    )
    return done(labeling_job=find_or_start(name, kind))


def take_classes(state: State) -> Outcome:
    """The manifest with a class for each picture: that of the labeling job, or of the folders. Done with `classes`.

    Raises:
        StepFailedError: no folder says a class.
    """
    classes = state.get("labeled") or state["ingest"]["classified_manifest"]
    if not classes:
        raise StepFailedError("no picture lies in a folder `normal` or `anomaly`")
    return done(classes=classes)


def choose_anomalies(project: Project, state: State, s3: Any) -> Outcome:
    """Of all `classes`, the pictures that get masks: those with a defect. Done with them as `to_label`.

    Raises:
        StepFailedError: there is none.
    """
    classes = state["classes"]
    chosen = [row for row in rows(s3, classes) if row.get(project.label_attribute) == 1]
    if not chosen:
        raise StepFailedError(f"{classes} has no anomaly: there is nothing to learn from")
    content = "".join(json.dumps(row, sort_keys=True) + "\n" for row in chosen)
    digest = hashlib.sha256(content.encode()).hexdigest()
    uri = f"{project.data}labels/anomalies-{digest[:16]}.manifest"
    write(s3, uri, content, kind="application/jsonl")
    return done(to_label=uri)


def wait(project: Project, state: State, clients: Any, *, token: str, execution: str) -> None:
    """Keep the token for the job's event; hand it in at once where the job has ended, as its event may be gone."""
    name = state["labeling_job"]
    kept = f"{project.data}{_waiting(name)}{execution}"
    write(clients.s3, kept, json.dumps(token), kind="application/json")
    # After the token is there: an event from now on finds it.
    found = clients.sagemaker.describe_labeling_job(LabelingJobName=name)
    if found["LabelingJobStatus"] in _ENDED:
        _wake(name, kept, clients)


def look(state: State, sagemaker: Any) -> Outcome:
    """Whether it has ended; done with its output as `labeled`.

    Raises:
        StepFailedError: it ended badly, with SageMaker's reason.
    """
    name = state["labeling_job"]
    found = sagemaker.describe_labeling_job(LabelingJobName=name)
    match found["LabelingJobStatus"]:
        case "Completed":
            manifest = found["LabelingJobOutput"]["OutputDatasetS3Uri"]
            return done(labeled=manifest)
        case "Failed" | "Stopped" as status:
            reason = found.get("FailureReason", "somebody stopped it" if status == "Stopped" else "no reason is given")
            raise StepFailedError(f"the labeling job {name} is {status}: {reason}")
        case _:
            return again()


def changed(event: Mapping[str, Any], clients: Any, *, data: str) -> dict[str, int]:
    """Wake all executions that wait for the job of an event; how many.

    Args:
        data: the S3 prefix of the project's bucket.
    """
    name = event["resources"][0].rpartition("/")[2]
    prefix = f"{data}{_waiting(name)}"
    return {"woken": sum(_wake(name, prefix + each.name, clients) for each in below(clients.s3, prefix))}


def _wake(job: str, kept: str, clients: Any) -> bool:
    bucket, key = split(kept)
    token = json.loads(clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    woken = True
    try:
        clients.states.send_task_success(taskToken=token, output=json.dumps({"labeling_job": job}))
    except clients.states.exceptions.ClientError as error:
        if error_code(error) not in _GONE:
            raise
        woken = False
    # Last: a call that fails is repeated, and finds it.
    clients.s3.delete_object(Bucket=bucket, Key=key)
    return woken


def _to_label(task: str, state: State) -> str:
    return state["ingest"]["manifest"] if task == "classification" else state["to_label"]


def _waiting(job: str) -> str:
    return f"waiting/{job}/"


def _request(
    project: Project, task: LabelingTask, files: Mapping[str, str], *, name: str, manifest: str
) -> dict[str, Any]:
    return {
        "LabelingJobName": name,
        "LabelAttributeName": task.attribute,
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": manifest}}},
        "OutputConfig": {"S3OutputPath": f"{project.data}labels/", "KmsKeyId": project.key},
        "RoleArn": task.role,
        "LabelCategoryConfigS3Uri": files["labels"],
        "HumanTaskConfig": {
            "WorkteamArn": task.team,
            "UiConfig": {"UiTemplateS3Uri": files["template"]},
            "PreHumanTaskLambdaArn": task.pre,
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": task.consolidation},
            "TaskTitle": task.title,
            "TaskDescription": task.description,
            "NumberOfHumanWorkersPerDataObject": task.workers,
            "TaskTimeLimitInSeconds": task.task_seconds,
            "TaskAvailabilityLifetimeInSeconds": task.available_seconds,
            "MaxConcurrentTaskCount": task.at_once,
        },
    }
