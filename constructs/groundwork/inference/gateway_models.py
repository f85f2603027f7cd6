"""The form in which endpoints appear in the gateway's list of models."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from groundwork.gateway.model_settings import ModelSettings, SageMakerDeployment
from groundwork.gateway.settings import GatewaySettings
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.names import component_name, endpoint_name
from groundwork.inference.settings import InferenceSettings
from groundwork.settings import Refusal, refuse


def gateway_with(gateway: object, offered: Sequence[ModelSettings], *, context: Any) -> object:
    """The gateway's section with the models of the environment's endpoints behind its own.

    They are added before it is validated, as teams, fallbacks and budgets may name them.

    Args:
        gateway: the section as a file says it; anything else is returned as it is.
        offered: what `gateway_models` gives.
        context: the validation's.

    Raises:
        pydantic.ValidationError: the section is refused.
    """
    if not isinstance(gateway, dict):
        return gateway
    said: dict[str, Any] = cast("dict[str, Any]", gateway)
    models = said.get("models", [])
    if offered and isinstance(models, list):
        refuse(_refusals_of_names(cast("list[Any]", models), {model.name for model in offered}))
        more = [model.model_dump(mode="json", exclude_defaults=True) for model in offered]
        said = {**said, "models": [*models, *more]}
    # By way of JSON, as files are read: there a list may be a tuple.
    return GatewaySettings.model_validate_json(json.dumps(said), context=context)


def gateway_models(inference: InferenceSettings, *, environment: str) -> tuple[ModelSettings, ...]:
    """The models of all endpoints that have a name in the gateway."""
    return tuple(
        ModelSettings(name=endpoint.gateway_model, deployments=(gateway_deployment(endpoint, environment=environment),))
        for endpoint in inference.all_endpoints
        if endpoint.gateway_model
    )


def gateway_deployment(endpoint: EndpointSettings, *, environment: str) -> SageMakerDeployment:
    """What serves the gateway's model."""
    return SageMakerDeployment(
        provider="sagemaker",
        endpoint=endpoint_name(environment, endpoint.name),
        component=component_name(environment, endpoint.name) if endpoint.component else None,
        interface=endpoint.interface,
    )


def _refusals_of_names(models: list[Any], offered: set[str]) -> Iterator[Refusal]:
    for index, model in enumerate(models):
        name = cast("dict[str, Any]", model).get("name") if isinstance(model, dict) else None
        if name in offered:
            reason = "an endpoint of `inference` is offered by this name as its `gateway_model`"
            yield Refusal(reason=reason, allowed="another name", at=("models", index, "name"), value=name)
