"""The form in which endpoints appear in the gateway's list of models."""

from groundwork.gateway.model_settings import ModelSettings, SageMakerDeployment
from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.names import component_name, endpoint_name
from groundwork.inference.settings import InferenceSettings


def gateway_deployment(endpoint: EndpointSettings, *, environment: str) -> SageMakerDeployment:
    """What serves the gateway's model."""
    return SageMakerDeployment(
        provider="sagemaker", endpoint=endpoint_name(environment, endpoint.name), interface=endpoint.interface
    )


def gateway_component(endpoint: EndpointSettings, *, environment: str) -> str | None:
    """What each call must name where the endpoint has a component, as LiteLLM's `model_id`; AWS refuses others."""
    return component_name(environment, endpoint.name) if endpoint.component else None


def gateway_models(inference: InferenceSettings, *, environment: str) -> tuple[ModelSettings, ...]:
    """The models of all endpoints that have a name in the gateway."""
    return tuple(
        ModelSettings(name=endpoint.gateway_model, deployments=(gateway_deployment(endpoint, environment=environment),))
        for endpoint in inference.all_endpoints
        if endpoint.gateway_model
    )
