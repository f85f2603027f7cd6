"""The stacks of an environment's gateway, and what they hand to each other."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.gateway.archive import ACCESS_LOGS_PREFIX
from groundwork.gateway.container_environment import plain_environment
from groundwork.gateway.edge_logs import allow_edge_logs
from groundwork.gateway.edge_name import ViewerName
from groundwork.gateway.exposure import Exposure, exposure_of
from groundwork.gateway.organization_exception import organization_exception
from groundwork.gateway.provider_secret import secrets_of
from groundwork.gateway.settings import GatewaySettings
from groundwork.gateway.time_outs import TimeOuts
from groundwork.gateway.token_demand import METADATA, token_demand
from groundwork.gateway.vpc_origins import zone_warning
from groundwork.images import ImageLock
from groundwork.network.settings import NetworkSettings
from stacks.edge import EdgeStack
from stacks.foundation import FoundationStack
from stacks.gateway import GatewayStack
from stacks.gateway_data import GatewayDataStack
from stacks.network import NetworkStack

ORGANIZATION_EXCEPTION = "organization-exception.txt"


class GatewayStacks:
    """GatewayData, Gateway, and Edge behind CloudFront."""

    def __init__(
        self,
        stage: cdk.Stage,
        *,
        environment: Environment,
        settings: GatewaySettings,
        foundation: FoundationStack,
        network: NetworkStack,
        image_lock: ImageLock,
    ) -> None:
        self._stage, self._environment, self._settings = stage, environment, settings
        self._foundation, self._network, self._image_lock = foundation, network, image_lock

    def add(self) -> list[cdk.Stack]:
        """Add them to the stage, and write what the owner of the organization's policies must let through beside their
        templates."""
        exception = organization_exception(
            self._settings, region=self._environment.region, account=self._environment.account
        )
        if exception:
            Path(self._stage.outdir, ORGANIZATION_EXCEPTION).write_text(exception, encoding="utf-8")
        exposure = exposure_of(self._settings, region=self._environment.region)
        key = DataKey(self._foundation, "GatewayKey", domain="gateway", keep=self._environment.keep_data).key
        data = self._data(key)
        gateway = self._gateway(data, exposure, key)
        edge = self._edge(gateway, exposure) if self._settings.at_the_edge else None
        return [stack for stack in (data, gateway, edge) if stack]

    def _data(self, key: kms.IKey) -> GatewayDataStack:
        settings, foundation = self._settings, self._foundation
        if settings.tracing.archive:
            foundation.access_logs.accept(ACCESS_LOGS_PREFIX)
        return GatewayDataStack(
            self._stage,
            "GatewayData",
            environment=self._environment,
            network=self._network.network,
            database=settings.sizing.database,
            cache=settings.sizing.cache,
            key=key,
            operations_key=foundation.operations_key.key,
            alarms=foundation.alarms.topic,
            secrets=[name for name, source in settings.secrets.items() if source == "create"],
            archive_days=settings.tracing.archive_days if settings.tracing.archive else None,
            access_logs=foundation.access_logs.bucket,
        )

    def _gateway(self, data: GatewayDataStack, exposure: Exposure, key: kms.IKey) -> GatewayStack:
        settings, environment, foundation = self._settings, self._environment, self._foundation
        archive = data.archive
        gateway = GatewayStack(
            self._stage,
            "Gateway",
            environment=environment,
            network=self._network.network,
            data=data,
            settings=settings,
            exposure=exposure,
            digest=str(self._image_lock[settings.image.root]),
            key=key,
            policies=[archive.writers] if archive else [],
            secrets=secrets_of(settings, made=data.secrets, scope=data),
            variables={
                **plain_environment(settings, internet=self._network_settings.internet == "open"),
                **({"ARCHIVE_BUCKET": archive.bucket.bucket_name} if archive else {}),
            },
            operations_key=foundation.operations_key.key,
            access_logs=foundation.access_logs.bucket,
            alarms=foundation.alarms.topic,
        )
        if demand := token_demand(settings):
            gateway.template_options.metadata = {METADATA: demand}
        return gateway

    def _edge(self, gateway: GatewayStack, exposure: Exposure) -> EdgeStack:
        settings, environment, bucket = self._settings, self._environment, self._foundation.access_logs.bucket
        allow_edge_logs(bucket, account=environment.account, environment=environment.name)
        domain = settings.domain
        own_name = ViewerName(host=domain.name, zone_id=str(domain.zone), certificate=domain.edge_certificate)
        edge = EdgeStack(
            self._stage,
            "Edge",
            environment=environment,
            load_balancer_arn=gateway.load_balancer.load_balancer.load_balancer_arn,
            origin_name=exposure.host,
            viewer_name=own_name if settings.exposure == "cloudfront-domain" else None,
            access_logs=bucket,
            max_request_seconds=settings.max_request_seconds,
            requests_per_5_minutes=settings.requests_per_address,
            admin_ui=settings.ui,
            docs=settings.docs,
            origin_read_quota=settings.origin_read_quota_seconds,
        )
        edge.add_stack_dependency(gateway)  # the origin wants a load balancer that listens
        vpc, time_outs = self._network_settings.vpc, TimeOuts(settings.max_request_seconds)
        warnings = {
            "OriginZone": zone_warning(environment.region, vpc.zones if vpc else None),
            "OriginReadTimeOut": time_outs.origin_read_warning(settings.origin_read_quota_seconds),
        }
        for name, warning in warnings.items():
            if warning:
                cdk.Annotations.of(edge).add_warning_v2(f"Groundwork:{name}", warning)
        return edge

    @property
    def _network_settings(self) -> NetworkSettings:
        assert self._environment.network  # the environment refuses a gateway without one
        return self._environment.network
