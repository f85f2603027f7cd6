"""The trained model: a package of the algorithm with its artifacts, and a model of SageMaker that uses it.

A package of a Marketplace algorithm takes no data source but `ModelDataUrl`, and its containers no network
(https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html).
"""

from typing import Any

from defect_detection.jobs import found
from defect_detection.marketplace import raise_if_not_subscribed
from defect_detection.outcome import Outcome, State, StepFailedError, again, done, error_code
from defect_detection.project import Project

# What a thing that is there already is told with.
_THERE = frozenset({"ConflictException", "ResourceInUse", "ValidationException"})


def package(project: Project, state: State, sagemaker: Any) -> Outcome:
    """Make the package of a training job, once."""
    name, training = state["training_job"], project.training
    assert training  # the machine comes here after training only
    if _package(sagemaker, name) is None:
        try:
            sagemaker.create_model_package(
                ModelPackageName=name,
                ModelPackageDescription=f"Defects of {project.name}, by {name}",
                SourceAlgorithmSpecification={
                    "SourceAlgorithms": [{"AlgorithmName": training.algorithm, "ModelDataUrl": state["artifacts"]}]
                },
            )
        except sagemaker.exceptions.ClientError as error:
            raise_if_not_subscribed(error, training)
            if error_code(error) not in _THERE or _package(sagemaker, name) is None:
                raise
    return done()


def look_at_package(state: State, sagemaker: Any) -> Outcome:
    """Whether it can be used; done with its ARN as `package`.

    Raises:
        StepFailedError: it cannot.
    """
    name = state["training_job"]
    described = sagemaker.describe_model_package(ModelPackageName=name)
    match described["ModelPackageStatus"]:
        case "Completed":
            return done(package=described["ModelPackageArn"])
        case "Failed":
            details = described["ModelPackageStatusDetails"]
            checks = (*details.get("ValidationStatuses", []), *details.get("ImageScanStatuses", []))
            said = "; ".join(each["FailureReason"] for each in checks if each.get("FailureReason"))
            # A repeat is to make it again.
            sagemaker.delete_model_package(ModelPackageName=name)
            raise StepFailedError(f"the model package {name} has failed: {said or 'SageMaker gives no reason'}")
        case _:
            return again()


def create(project: Project, state: State, sagemaker: Any) -> Outcome:
    """Make the model of the package, once; done with its name as `model`."""
    name, training = state["training_job"], project.training
    assert training
    network = {"VpcConfig": dict(training.network)} if training.network else {}
    if found(lambda: sagemaker.describe_model(ModelName=name)) is None:
        _create(sagemaker, name, role=training.role, package_arn=state["package"], network=network)
    return done(model=name)


def _create(sagemaker: Any, name: str, *, role: str, package_arn: str, network: dict[str, Any]) -> None:
    try:
        sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=role,
            PrimaryContainer={"ModelPackageName": package_arn},
            EnableNetworkIsolation=True,
            **network,
        )
    except sagemaker.exceptions.ClientError as error:
        # Somebody else was faster.
        if "already exist" not in str(error):
            raise


def _package(sagemaker: Any, name: str) -> Any:
    return found(lambda: sagemaker.describe_model_package(ModelPackageName=name))
