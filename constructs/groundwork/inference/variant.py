"""The instances of an endpoint, and how they get their requests."""

from aws_cdk import aws_sagemaker as sagemaker

from groundwork.inference.endpoint_settings import EndpointSettings
from groundwork.inference.names import VARIANT

_CFN = sagemaker.CfnEndpointConfig
_STRATEGIES = {
    "least-outstanding": "LEAST_OUTSTANDING_REQUESTS",
    "random": "RANDOM",
    "prefix-aware": "PREFIX_AWARE",
}


def production_variant(
    settings: EndpointSettings, *, model: str
) -> sagemaker.CfnEndpointConfig.ProductionVariantProperty:
    """The one variant of an endpoint.

    Args:
        model: the model's name. An endpoint with a component has it there instead.
    """
    pools = len(settings.instances) > 1
    classic = settings.component is None
    return _CFN.ProductionVariantProperty(
        variant_name=VARIANT,
        model_name=model if classic else None,
        initial_instance_count=settings.instances_for(settings.count),
        initial_variant_weight=1 if classic else None,
        instance_type=None if pools else settings.instances[0],
        instance_pools=_pools(settings) if pools else None,
        inference_ami_version=settings.ami,
        # With components the copies have these time-outs.
        container_startup_health_check_timeout_in_seconds=settings.time_outs.startup if classic else None,
        model_data_download_timeout_in_seconds=settings.time_outs.download if classic else None,
        variant_instance_provision_timeout_in_seconds=settings.time_outs.provision if pools else None,
        capacity_reservation_config=_CFN.CapacityReservationConfigProperty(
            capacity_reservation_preference="capacity-reservations-only", ml_reservation_arn=settings.reservation
        )
        if settings.reservation
        else None,
        managed_instance_scaling=_instance_scaling(settings),
        routing_config=_routing(settings),
    )


def _pools(settings: EndpointSettings) -> list[sagemaker.CfnEndpointConfig.InstancePoolProperty]:
    return [
        _CFN.InstancePoolProperty(instance_type=name, priority=priority)
        for priority, name in enumerate(settings.instances, start=1)
    ]


def _instance_scaling(
    settings: EndpointSettings,
) -> sagemaker.CfnEndpointConfig.ManagedInstanceScalingProperty | None:
    """Instances follow the copies that find no room, or leave some empty."""
    if not settings.component or not settings.scaling:
        return None
    fewest = 0 if settings.scaling.reaches_zero else settings.instances_for(settings.scaling.min)
    return _CFN.ManagedInstanceScalingProperty(
        status="ENABLED", min_instance_count=fewest, max_instance_count=settings.instances_for(settings.most)
    )


def _routing(settings: EndpointSettings) -> sagemaker.CfnEndpointConfig.RoutingConfigProperty | None:
    if settings.asynchronous:
        return None
    routing = settings.routing
    prefix = _CFN.PrefixAwareRoutingConfigProperty(
        prefix_length=routing.prefix_length or 4096, concurrency_threshold=routing.concurrency_threshold or 16
    )
    return _CFN.RoutingConfigProperty(
        routing_strategy=_STRATEGIES[routing.strategy],
        prefix_aware_routing_config=prefix if routing.strategy == "prefix-aware" else None,
    )
