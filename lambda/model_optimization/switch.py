"""An endpoint that gets an approved head: its current model with the head beside it, its current configuration with
that model, and nothing else changed.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from model_optimization.job import Job, Switch
from model_optimization.notices import reason_of
from model_optimization.optimization_job import data_source
from model_optimization.outcome import Outcome, State, StepFailedError, again, done, error_code
from model_optimization.registration import CHANNEL

_CONFIG_PARTS = """
    DataCaptureConfig KmsKeyId AsyncInferenceConfig ExplainerConfig ShadowProductionVariants ExecutionRoleArn VpcConfig
    EnableNetworkIsolation MetricsConfig CrossRegionTrafficConfig
""".split()
"""Of a configuration, beside its variants: what DescribeEndpointConfig tells and CreateEndpointConfig takes."""


def plan(job: Job, switch: Switch, state: State, sagemaker: Any) -> Outcome:
    """What the switch will do: `already` where the endpoint has this head.

    Raises:
        StepFailedError: the package is not approved, or the endpoint is of another kind.
    """
    package = sagemaker.describe_model_package(ModelPackageName=state["package"])
    if package.get("ModelApprovalStatus") != "Approved":
        raise StepFailedError(
            f"{state['package']} is {package.get('ModelApprovalStatus')}, and only Approved is served"
        )
    name = f"{job.name}-v{package['ModelPackageVersion']}"
    found = sagemaker.describe_endpoint(EndpointName=switch.endpoint)
    current = found["EndpointConfigName"]
    if not _is_free(found):
        return again()
    if current.startswith(f"{name}-"):
        return Outcome(status="already", changes={"endpoint": switch.endpoint, "config": current})
    digest = hashlib.sha256(current.encode()).hexdigest()[:8]
    return done(
        endpoint=switch.endpoint,
        previous=current,
        model=f"{name}-{digest}",
        config=f"{name}-{digest}",
        metadata=package.get("CustomerMetadataProperties", {}),
    )


def create(state: State, sagemaker: Any) -> Outcome:
    """Make the model and the configuration, if they are not there.

    Raises:
        StepFailedError: the endpoint serves another model than the head is for, or more than one.
    """
    config = sagemaker.describe_endpoint_config(EndpointConfigName=state["previous"])
    variants = config["ProductionVariants"]
    if len(variants) != 1 or "ModelName" not in variants[0]:
        raise StepFailedError(f"{state['endpoint']} has {len(variants)} variants or no model of its own; one is needed")
    old = sagemaker.describe_model(ModelName=variants[0]["ModelName"])
    if not _exists(sagemaker.describe_model, ModelName=state["model"]):
        new = {
            "ModelName": state["model"],
            "ExecutionRoleArn": old["ExecutionRoleArn"],
            "PrimaryContainer": _with_head(old, state, sagemaker),
            "VpcConfig": old.get("VpcConfig"),
            "EnableNetworkIsolation": old.get("EnableNetworkIsolation", False),
        }
        sagemaker.create_model(**{key: value for key, value in new.items() if value is not None})
    if not _exists(sagemaker.describe_endpoint_config, EndpointConfigName=state["config"]):
        kept = {part: config[part] for part in _CONFIG_PARTS if part in config}
        variant = {**variants[0], "ModelName": state["model"]}
        sagemaker.create_endpoint_config(EndpointConfigName=state["config"], ProductionVariants=[variant], **kept)
    return done()


def update(state: State, sagemaker: Any, *, wanted: str, now_ms: int) -> Outcome:
    """Begin the update, unless it has begun; instance counts and the way of updating stay what they are."""
    found = sagemaker.describe_endpoint(EndpointName=state["endpoint"])
    pending = found.get("PendingDeploymentSummary", {}).get("EndpointConfigName")
    # While an update runs, the endpoint still has the name of the configuration from before it.
    free = _is_free(found)
    if pending == wanted or (free and found["EndpointConfigName"] == wanted):
        return done(switched_at=state.get("switched_at", now_ms))
    if not free:
        return again()
    sagemaker.update_endpoint(
        EndpointName=state["endpoint"],
        EndpointConfigName=wanted,
        RetainAllVariantProperties=True,
        RetainDeploymentConfig=True,
    )
    return done(switched_at=now_ms)


def settle(state: State, sagemaker: Any, *, wanted: str) -> Outcome:
    """Whether the endpoint serves the wanted configuration.

    Raises:
        StepFailedError: it serves another one, as SageMaker turned the update back without an error; or it has failed.
    """
    found = sagemaker.describe_endpoint(EndpointName=state["endpoint"])
    config = found["EndpointConfigName"]
    if not _is_free(found):
        return again()
    if config != wanted:
        reason = found.get("FailureReason", "SageMaker gives no reason")
        raise StepFailedError(f"SageMaker turned the update back; the endpoint serves {config}. {reason}")
    return done(now=f"The endpoint serves {config}.")


def _is_free(found: Mapping[str, Any]) -> bool:
    """Whether an endpoint serves and can be updated; otherwise something is under way.

    Raises:
        StepFailedError: it is broken.
    """
    status = found["EndpointStatus"]
    if status in ("Creating", "Updating", "SystemUpdating", "RollingBack"):
        return False
    if status != "InService":
        reason = found.get("FailureReason", "SageMaker gives no reason")
        raise StepFailedError(f"the endpoint {found['EndpointName']} is {status}: {reason}")
    return True


def _with_head(old: Mapping[str, Any], state: State, sagemaker: Any) -> dict[str, Any]:
    """The container of a model with the head of the package."""
    (approved,) = _containers(sagemaker, state["package"])
    container: Mapping[str, Any] = old["PrimaryContainer"] if "PrimaryContainer" in old else old["Containers"][0]
    if "ModelPackageName" in container:
        # The environment file names a package: an earlier head that was kept.
        (container,) = _containers(sagemaker, container["ModelPackageName"])
    served, expected = (_uri(each) for each in (container, approved))
    if served != expected:
        raise StepFailedError(f"{state['endpoint']} serves {served}, and the head is for {expected}")
    wanted: dict[str, Any] = {
        "Image": container["Image"],
        # Its own variables, with those of the head over them.
        "Environment": {**container.get("Environment", {}), **approved.get("Environment", {})},
        "ModelDataSource": data_source(expected),
        "AdditionalModelDataSources": [
            {"ChannelName": CHANNEL, **data_source(each["S3DataSource"]["S3Uri"])}
            for each in approved["AdditionalModelDataSources"]
            if each["ChannelName"] == CHANNEL
        ],
    }
    if not wanted["AdditionalModelDataSources"]:
        raise StepFailedError(f"{state['package']} has no head")
    return wanted


def _containers(sagemaker: Any, package: str) -> list[Mapping[str, Any]]:
    return sagemaker.describe_model_package(ModelPackageName=package)["InferenceSpecification"]["Containers"]


def _uri(container: Mapping[str, Any]) -> str:
    return str(container.get("ModelDataSource", {}).get("S3DataSource", {}).get("S3Uri", "no prefix"))


def _exists(describe: Any, **name: str) -> bool:
    try:
        describe(**name)
    except Exception as error:
        if hasattr(error, "response") and error_code(error) == "ValidationException":
            return False
        raise
    return True


def go_back(state: State, sagemaker: Any) -> Outcome:
    """Begin to go back to the configuration from before, unless the endpoint has it; keeps `why`."""
    why = reason_of(state)
    begun = update(state, sagemaker, wanted=state["previous"], now_ms=int(state.get("switched_at", 0)))
    return Outcome(status=begun.status, changes={**begun.changes, "why": why, "caught": None})


def reject(state: State, sagemaker: Any) -> Outcome:
    """Mark the package, with the reason; that of somebody who has done so meanwhile stays."""
    found = sagemaker.describe_model_package(ModelPackageName=state["package"])
    if found.get("ModelApprovalStatus") == "Approved":
        sagemaker.update_model_package(
            ModelPackageArn=state["package"],
            ModelApprovalStatus="Rejected",
            ApprovalDescription=" ".join(reason_of(state).split())[:1024],
        )
    return done()
