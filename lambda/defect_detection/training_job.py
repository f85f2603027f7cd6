"""The job that trains a model with the Marketplace algorithm.

Request and hyper-parameters: AWS's sample
https://github.com/aws-samples/amazon-lookout-for-vision/tree/main/computer-vision-defect-detection (read 2026-11-23);
its second notebook says that the algorithm reads by pipe only.
"""

from typing import Any

from defect_detection.fingerprint import manifest_fingerprint
from defect_detection.jobs import JobKind, content_name, find_or_start
from defect_detection.marketplace import raise_if_not_subscribed
from defect_detection.outcome import Outcome, State, StepFailedError, again, done
from defect_detection.project import Project, Training


def start(project: Project, state: State, clients: Any) -> Outcome:
    """Find or start the job for these pictures, labels and settings.

    Raises:
        StepFailedError: nobody has subscribed, an account limit is reached, or the job has failed too often.
    """
    training, sagemaker = _of(project), clients.sagemaker
    manifest, attributes = state["checked"]["train_manifest"], list(state["checked"]["attributes"])
    fingerprint, _ = manifest_fingerprint(clients.s3, manifest)
    content = [fingerprint, request(project, name="", manifest="", attributes=attributes)]

    def create(numbered: str) -> None:
        sagemaker.create_training_job(
            **request(project, name=numbered, manifest=manifest, attributes=attributes),
        )

    kind = JobKind(
        start=create,
        status=lambda name: sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"],
    )
    try:
        found = find_or_start(content_name(f"{project.name}-train", content), kind)
    except sagemaker.exceptions.ClientError as error:
        raise_if_not_subscribed(error, training)
        raise
    return done(training_job=found)


def look(state: State, sagemaker: Any) -> Outcome:
    """Whether it has ended; done with the model's `artifacts`.

    Raises:
        StepFailedError: it ended badly, with SageMaker's reason.
    """
    name = state["training_job"]
    found = sagemaker.describe_training_job(TrainingJobName=name)
    match found["TrainingJobStatus"]:
        case "Completed":
            return done(artifacts=found["ModelArtifacts"]["S3ModelArtifacts"])
        case "Failed" | "Stopped" as status:
            reason = found.get("FailureReason", "it took too long, or somebody stopped it")
            raise StepFailedError(f"the training job {name} is {status}: {reason}")
        case _:
            return again()


def request(project: Project, *, name: str, manifest: str, attributes: list[str]) -> dict[str, Any]:
    """Args: attributes: of each row, in the order in which the algorithm is to get them."""
    training, names = _of(project), ",".join(attributes)
    made: dict[str, Any] = {
        "TrainingJobName": name,
        "HyperParameters": {
            "ModelType": project.task,
            "TrainingInputDataAttributeNames": names,
            "TestInputDataAttributeNames": names,
        },
        "AlgorithmSpecification": {
            "AlgorithmName": training.algorithm,
            "TrainingInputMode": "Pipe",
            "EnableSageMakerMetricsTimeSeries": False,
        },
        "RoleArn": training.role,
        "InputDataConfig": [
            {
                "ChannelName": "training",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "AugmentedManifestFile",
                        "S3Uri": manifest,
                        "S3DataDistributionType": "FullyReplicated",
                        "AttributeNames": attributes,
                    }
                },
                "CompressionType": "None",
                "RecordWrapperType": "RecordIO",
                "InputMode": "Pipe",
            }
        ],
        "OutputDataConfig": {"S3OutputPath": f"{project.data}models/", "KmsKeyId": project.key},
        # No key for the volume: these types have disks of their own, which hardware encrypts.
        "ResourceConfig": {
            "InstanceType": training.instance,
            "InstanceCount": 1,
            "VolumeSizeInGB": training.volume_gib,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": training.max_run_seconds},
        "EnableNetworkIsolation": True,
    }
    return {**made, "VpcConfig": dict(training.network)} if training.network else made


def _of(project: Project) -> Training:
    assert project.training  # the machine trains only then
    return project.training
