"""An endpoint that gets an approved head: its current model with the head beside it, its current configuration with
that model, and nothing else changed.
"""

import hashlib
from typing import Any

from model_optimization.clients import Clients
from model_optimization.executions import earlier_ones
from model_optimization.job import Job, Switch
from model_optimization.outcome import Outcome, State, StepFailedError, again, done, error_code
from model_optimization.served_endpoint import Served, look
from model_optimization.serving_container import container_of, container_of_package, drafts, with_head

_CONFIG_PARTS = """
    DataCaptureConfig KmsKeyId AsyncInferenceConfig ExplainerConfig ShadowProductionVariants ExecutionRoleArn VpcConfig
    EnableNetworkIsolation MetricsConfig CrossRegionTrafficConfig
""".split()
"""Of a configuration, beside its variants: what DescribeEndpointConfig tells and CreateEndpointConfig takes."""


def plan(job: Job, switch: Switch, state: State, clients: Clients, *, machine: str, execution: str) -> Outcome:
    """What the switch will do: `already` where the endpoint has this head. Waits for switches that began earlier.

    Args:
        machine: ARN of the state machine.
        execution: name of this execution of it.

    Raises:
        StepFailedError: the package is not approved, or the endpoint is broken.
    """
    if others := earlier_ones(clients.states, machine=machine, execution=execution):
        return again(f"another switch of {switch.endpoint} still runs: {', '.join(others)}")
    package = clients.sagemaker.describe_model_package(ModelPackageName=state["package"])
    if package.get("ModelApprovalStatus") != "Approved":
        raise StepFailedError(
            f"{state['package']} is {package.get('ModelApprovalStatus')}, and only Approved is served"
        )
    name = f"{job.name}-v{package['ModelPackageVersion']}"
    found = look(clients.sagemaker, switch.endpoint)
    if not found.free:
        return again(f"{switch.endpoint} is being changed by somebody else")
    if found.config.startswith(f"{name}-"):
        return Outcome(status="already", changes={"endpoint": switch.endpoint, "config": found.config})
    digest = hashlib.sha256(found.config.encode()).hexdigest()[:8]
    return done(
        endpoint=switch.endpoint,
        previous=found.config,
        model=f"{name}-{digest}",
        config=f"{name}-{digest}",
    )


def create(job: Job, state: State, clients: Clients, *, machine: str, execution: str) -> Outcome:
    """Make the model and the configuration, if they are not there; done with whether the endpoint has drafted before.

    Raises:
        StepFailedError: the endpoint serves another model than the head is for, or more than one; or it was changed,
            or is about to be, since it was measured.
    """
    sagemaker = clients.sagemaker
    _refuse_changed(look(sagemaker, state["endpoint"]), state)
    if others := earlier_ones(clients.states, machine=machine, execution=execution):
        raise StepFailedError(f"another switch of {state['endpoint']} runs: {', '.join(others)}")
    config = sagemaker.describe_endpoint_config(EndpointConfigName=state["previous"])
    variants = config["ProductionVariants"]
    if len(variants) != 1 or "ModelName" not in variants[0]:
        raise StepFailedError(f"{state['endpoint']} has {len(variants)} variants or no model of its own; one is needed")
    old = sagemaker.describe_model(ModelName=variants[0]["ModelName"])
    container = container_of(sagemaker, old)
    if not _exists(sagemaker.describe_model, ModelName=state["model"]):
        approved = container_of_package(sagemaker, state["package"])
        new = {
            "ModelName": state["model"],
            "ExecutionRoleArn": old["ExecutionRoleArn"],
            "PrimaryContainer": with_head(container, approved, job=job, endpoint=state["endpoint"]),
            "VpcConfig": old.get("VpcConfig"),
            "EnableNetworkIsolation": old.get("EnableNetworkIsolation", False),
        }
        sagemaker.create_model(**{key: value for key, value in new.items() if value is not None})
    if not _exists(sagemaker.describe_endpoint_config, EndpointConfigName=state["config"]):
        kept = {part: config[part] for part in _CONFIG_PARTS if part in config}
        variant = {**variants[0], "ModelName": state["model"]}
        sagemaker.create_endpoint_config(EndpointConfigName=state["config"], ProductionVariants=[variant], **kept)
    return done(drafted_before=drafts(container, job))


def update(state: State, sagemaker: Any) -> Outcome:
    """Begin the update, unless it has begun.

    Raises:
        StepFailedError: the endpoint was changed since it was measured.
    """
    found, wanted = look(sagemaker, state["endpoint"]), state["config"]
    # While an update runs, the endpoint still has the name of the configuration from before it.
    if found.pending == wanted or (found.free and found.config == wanted):
        return done()
    if not found.free:
        return again(f"{state['endpoint']} is being changed by somebody else")
    _refuse_changed(found, state)
    begin(sagemaker, state["endpoint"], wanted)
    return done()


def settle(state: State, sagemaker: Any, *, now_ms: int) -> Outcome:
    """Whether the endpoint serves the new configuration; done with the time, in milliseconds, as `served_since`.

    Raises:
        StepFailedError: it serves another one, as SageMaker turned the update back without an error; or it has failed.
    """
    found = look(sagemaker, state["endpoint"])
    if not found.free:
        return again(f"the update of {state['endpoint']} is still under way")
    if found.config != state["config"]:
        reason = found.reason or "SageMaker gives no reason"
        raise StepFailedError(f"SageMaker turned the update back; the endpoint serves {found.config}. {reason}")
    return done(served_since=now_ms)


def refuse_unless_served(state: State, sagemaker: Any) -> None:
    """Refuse to go on where the endpoint was changed by somebody else since the update.

    Raises:
        StepFailedError: it was.
    """
    found = look(sagemaker, state["endpoint"])
    if not found.free or found.config != state["config"]:
        raise StepFailedError(f"somebody else has changed {found.name}: it serves {found.config} now")


def begin(sagemaker: Any, endpoint: str, config: str) -> None:
    """Begin an update; instance counts and the way of updating stay what they are."""
    sagemaker.update_endpoint(
        EndpointName=endpoint,
        EndpointConfigName=config,
        RetainAllVariantProperties=True,
        RetainDeploymentConfig=True,
    )


def _refuse_changed(found: Served, state: State) -> None:
    if not found.free or found.config != state["previous"]:
        raise StepFailedError(
            f"somebody else has changed {found.name} since it was measured: it served {state['previous']}, and now "
            f"{found.config}"
        )


def _exists(describe: Any, **name: str) -> bool:
    try:
        describe(**name)
    except Exception as error:
        if hasattr(error, "response") and error_code(error) == "ValidationException":
            return False
        raise
    return True
