"""The endpoint of a project: made, tried on a picture, and taken away when it does not work.

Its name stays the same: a new model gets a configuration of its own. SageMaker turns a failed update back without an
error, so it is the configuration that is looked at. Errors of a thing that is not there:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html (a ValidationException).
"""

from typing import Any

from defect_detection.clients import Clients
from defect_detection.jobs import content_name, found, limit_reached
from defect_detection.objects import rows, split
from defect_detection.outcome import Outcome, State, StepFailedError, again, done, error_code
from defect_detection.project import Project
from defect_detection.transform_job import stop
from defect_detection.verdicts import VerdictError, read_verdict

VARIANT = "AllTraffic"
_LARGEST_BYTES = 6_000_000
"""Of a picture that is sent to an endpoint; SageMaker takes 6,291,456 with all around it."""
_UNDER_WAY = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})


def make(project: Project, state: State, sagemaker: Any) -> Outcome:
    """Make the endpoint, or give it this model; done with `endpoint`, `config` and `previous`, which it had before."""
    use, model = project.use, state["model"]
    assert use  # the machine comes here only with an endpoint
    variant: dict[str, Any] = {
        "VariantName": VARIANT,
        "ModelName": model,
        "InstanceType": use.instance,
        "InitialInstanceCount": use.instances,
    }
    config = content_name(project.endpoint, [variant, use.volume_key])
    key = {"KmsKeyId": use.volume_key} if use.volume_key else {}
    now = describe(project.endpoint, sagemaker)
    if now and now["EndpointStatus"] in _UNDER_WAY:
        return again()
    if not _config_exists(config, sagemaker):
        sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant], **key)
    made = {"endpoint": project.endpoint, "config": config}
    if now and now["EndpointStatus"] == "Failed":
        sagemaker.delete_endpoint(EndpointName=project.endpoint)
        return again()
    if not now:
        return _create(made, sagemaker)
    previous = now["EndpointConfigName"]
    if previous != config:
        sagemaker.update_endpoint(EndpointName=project.endpoint, EndpointConfigName=config)
    # One that serves this model already has no other to go back to.
    return done(**made, previous=None if previous == config else previous)


def settle(state: State, sagemaker: Any) -> Outcome:
    """Whether it serves this model.

    Raises:
        StepFailedError: it does not, with SageMaker's reason.
    """
    now = describe(state["endpoint"], sagemaker)
    if not now:
        raise StepFailedError(f"somebody has deleted the endpoint {state['endpoint']}")
    if now["EndpointStatus"] in _UNDER_WAY:
        return again()
    if now["EndpointStatus"] != "InService" or now["EndpointConfigName"] != state["config"]:
        reason = now.get("FailureReason", "SageMaker has turned the update back")
        raise StepFailedError(f"the endpoint {state['endpoint']} does not serve {state['model']}: {reason}")
    return done()


def try_it(state: State, clients: Clients) -> Outcome:
    """Send it a picture that was held out.

    Raises:
        StepFailedError: what it answers is no verdict.
    """
    for row in rows(clients.s3, state["checked"]["test_manifest"]):
        picture = row["source-ref"]
        bucket, key = split(picture)
        now = clients.s3.get_object(Bucket=bucket, Key=key)
        if now["ContentLength"] > _LARGEST_BYTES:
            continue
        kind = "image/png" if key.lower().endswith(".png") else "image/jpeg"
        name = state["endpoint"]
        try:
            answer = clients.runtime.invoke_endpoint(EndpointName=name, ContentType=kind, Body=now["Body"].read())
            read_verdict(answer["Body"].read(), picture=picture)
        except VerdictError as error:
            raise StepFailedError(f"the endpoint {name} has answered {picture}, and {error}") from None
        except clients.runtime.exceptions.ClientError as error:
            if error_code(error) != "ModelError":
                raise
            raise StepFailedError(f"the endpoint {name} has not answered {picture}: {error}") from None
        return done(tried=True)
    raise StepFailedError(f"every held-out picture is larger than {_LARGEST_BYTES} bytes, which no endpoint takes")


def clean_up(state: State, sagemaker: Any) -> Outcome:
    """What an execution that failed leaves behind costs nothing: a transform is stopped, a new endpoint is deleted, and
    one that has served before serves as before. Labeling goes on, as the next execution finds people's work, and a
    training job ends by itself."""
    if name := state.get("transform_job"):
        stop(name, sagemaker)
    name, config, previous = state.get("endpoint"), state.get("config"), state.get("previous")
    if not name or not config or state.get("tried"):
        return done()
    now = describe(name, sagemaker)
    if now and now["EndpointStatus"] in _UNDER_WAY:
        return again()
    if now and previous and now["EndpointStatus"] == "InService":
        if now["EndpointConfigName"] != previous:
            sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=previous)
            return again()
        delete_config(config, sagemaker)
        return done(now=f"The endpoint {name} serves as before.")
    if now:
        sagemaker.delete_endpoint(EndpointName=name)
        return again()
    delete_config(config, sagemaker)
    return done(now=f"The endpoint {name} is deleted.")


def describe(name: str, sagemaker: Any) -> Any:
    """The endpoint; None: there is none."""
    return found(lambda: sagemaker.describe_endpoint(EndpointName=name))


def delete_config(name: str, sagemaker: Any) -> None:
    """Delete a configuration, if it is there."""
    found(lambda: sagemaker.delete_endpoint_config(EndpointConfigName=name))


def _create(made: dict[str, str], sagemaker: Any) -> Outcome:
    try:
        sagemaker.create_endpoint(EndpointName=made["endpoint"], EndpointConfigName=made["config"])
    except sagemaker.exceptions.ResourceLimitExceeded as error:
        raise limit_reached(error) from None
    except sagemaker.exceptions.ClientError as error:
        # Another execution was faster: it is asked again what the endpoint serves.
        if "already exist" not in str(error):
            raise
        return again()
    return done(**made, previous=None)


def _config_exists(name: str, sagemaker: Any) -> bool:
    return found(lambda: sagemaker.describe_endpoint_config(EndpointConfigName=name)) is not None
