"""The job that trains a head.

Request: CreateOptimizationJob of SageMaker's API as botocore 1.44.5 has it. Whether EAGLE 2 or 3 is trained follows
from the architecture and cannot be chosen. A head that is trained further comes with the model, as its additional data
source `eagle_model` (https://aws.amazon.com/blogs/machine-learning/ on EAGLE-based adaptive speculative decoding).
"""

from typing import Any

from model_optimization.attempts import JobKind, content_name, find_or_start
from model_optimization.job import Job
from model_optimization.outcome import Outcome, State, StepFailedError, again, done, error_code

HEAD_CHANNEL = "eagle_model"


def start(job: Job, state: State, sagemaker: Any) -> Outcome:
    """Find or start the job for these files and settings; its name and where it writes to.

    Raises:
        StepFailedError: an account limit is reached, or it has failed too often.
    """
    fingerprints = [state["model_fingerprint"], state.get("head_fingerprint"), state.get("data_fingerprint")]
    name = content_name(job.name, [_request(job, "", model_name=""), job.head, job.image, fingerprints])

    def create(numbered: str) -> None:
        source = _source_model(job, numbered, sagemaker) if job.head else ""
        sagemaker.create_optimization_job(**_request(job, numbered, model_name=source))

    kind = JobKind(start=create, status=lambda numbered: _described(sagemaker, numbered)["OptimizationJobStatus"])
    try:
        found = find_or_start(name, kind)
    except sagemaker.exceptions.ResourceLimitExceeded as error:
        raise StepFailedError(f"a quota of the account is reached: {error}") from None
    return done(optimization_job=found, output=f"{job.output}{found}/")


def look(job: Job, state: State, sagemaker: Any) -> Outcome:
    """Whether it has ended.

    Raises:
        StepFailedError: it ended badly, with SageMaker's reason.
    """
    name = state["optimization_job"]
    found = _described(sagemaker, name)
    match found["OptimizationJobStatus"].upper():
        case "COMPLETED":
            image = found.get("OptimizationOutput", {}).get("RecommendedInferenceImage")
            return done(image=job.image or image)
        case "FAILED" | "STOPPED" as status:
            reason = found.get("FailureReason", "SageMaker gives no reason")
            raise StepFailedError(f"the optimization job {name} is {status}: {reason}")
        case _:
            return again(f"the optimization job {name} is still under way")


def _described(sagemaker: Any, name: str) -> Any:
    return sagemaker.describe_optimization_job(OptimizationJobName=name)


def _request(job: Job, name: str, *, model_name: str) -> dict[str, Any]:
    """Args: model_name: of SageMaker's model with the head; empty: the source is the prefix."""
    technique: dict[str, Any] = {"Technique": "EAGLE"}
    if job.data:
        technique["TrainingDataSource"] = {"S3Uri": job.data.uri, "S3DataType": "S3Prefix"}
    request: dict[str, Any] = {
        "OptimizationJobName": name,
        "RoleArn": job.role,
        "ModelSource": {"SageMakerModel": {"ModelName": model_name}} if job.head else {"S3": {"S3Uri": job.model}},
        "DeploymentInstanceType": job.instance,
        "MaxInstanceCount": job.max_instances,
        "OptimizationConfigs": [{"ModelSpeculativeDecodingConfig": technique}],
        "OutputConfig": {"S3OutputLocation": f"{job.output}{name}/", "KmsKeyId": job.output_key},
        "StoppingCondition": {
            "MaxRuntimeInSeconds": job.max_run_seconds,
            "MaxPendingTimeInSeconds": job.max_pending_seconds,
        },
        "VpcConfig": job.network,
    }
    if job.training_plan:
        request["TrainingPlanArns"] = [job.training_plan]
    return request


def _source_model(job: Job, name: str, sagemaker: Any) -> str:
    model = f"{name}-src"
    try:
        sagemaker.describe_model(ModelName=model)
    except sagemaker.exceptions.ClientError as error:
        if error_code(error) != "ValidationException":
            raise
        sagemaker.create_model(
            ModelName=model,
            ExecutionRoleArn=job.role,
            PrimaryContainer={
                "Image": job.image,
                "ModelDataSource": data_source(job.model),
                "AdditionalModelDataSources": [{"ChannelName": HEAD_CHANNEL, **data_source(job.head or "")}],
            },
            VpcConfig=job.network,
            EnableNetworkIsolation=True,
        )
    return model


def data_source(uri: str) -> dict[str, dict[str, str]]:
    """An uncompressed prefix as a model's source."""
    return {"S3DataSource": {"S3Uri": uri, "S3DataType": "S3Prefix", "CompressionType": "None"}}
