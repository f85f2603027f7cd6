"""The stage of one environment: which stacks it has, and what they hand to each other."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from groundwork.foundation.data_key import DataKey
from groundwork.gateway.config import config_text
from groundwork.gateway.container_environment import plain_environment
from groundwork.gateway.edge_logs import allow_edge_logs
from groundwork.gateway.edge_name import ViewerName
from groundwork.gateway.exposure import Exposure, exposure_of
from groundwork.gateway.provider_secret import secrets_of
from groundwork.gateway.settings import GatewaySettings
from groundwork.gateway.team_requests import team_requests
from groundwork.gateway.time_outs import TimeOuts
from groundwork.gateway.vpc_origins import zone_warning
from groundwork.images import ImageLock
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.vpc import PlatformVpc
from stacks.edge import EdgeStack
from stacks.foundation import FoundationStack
from stacks.gateway import GatewayStack
from stacks.gateway_data import GatewayDataStack
from stacks.gateway_models import GatewayModelsStack, access_statements
from stacks.network import NetworkStack


class PlatformStage(cdk.Stage):
    """All stacks of one environment: the foundation, and one or more for each section that is present."""

    foundation: FoundationStack
    network: NetworkStack | None = None

    def __init__(self, scope: Construct, *, environment: Environment, image_lock: ImageLock) -> None:
        super().__init__(scope, environment.stage_id)
        self._environment = environment
        self.foundation = FoundationStack(self, "Foundation", environment=environment)
        if environment.network:
            self.network = NetworkStack(
                self,
                "Network",
                environment=environment,
                settings=environment.network,
                operations_key=self.foundation.operations_key.key,
                alarms=self.foundation.alarms.topic,
            )
            self._found(self.network)
        if environment.gateway and self.network:
            self._add_gateway(environment.gateway, self.network.network, image_lock)
        for warning in environment.unpinned_images(image_lock):
            cdk.Annotations.of(self).add_warning_v2("Groundwork:UnpinnedImage", warning)

    def _add_gateway(
        self, settings: GatewaySettings, network: PlatformVpc | ImportedVpc, image_lock: ImageLock
    ) -> None:
        environment, foundation = self._environment, self.foundation
        operations_key, alarms = foundation.operations_key.key, foundation.alarms.topic
        key = DataKey(foundation, "GatewayKey", domain="gateway", keep=environment.keep_data).key
        exposure, sizing = exposure_of(settings, region=environment.region), settings.sizing
        data = GatewayDataStack(
            self,
            "GatewayData",
            environment=environment,
            network=network,
            database=sizing.database,
            cache=sizing.cache,
            key=key,
            operations_key=operations_key,
            alarms=alarms,
            secrets=[name for name, source in settings.secrets.items() if source == "create"],
            archive_days=settings.tracing.archive_days if settings.tracing.archive else None,
            access_logs=foundation.access_logs.bucket,
        )
        models = self._add_models(settings, key)
        archive = data.archive
        gateway = GatewayStack(
            self,
            "Gateway",
            environment=environment,
            network=network,
            data=data,
            image=settings.image.root,
            digest=str(image_lock[settings.image.root]),
            key=key,
            configuration=config_text(settings, region=environment.region),
            exposure=exposure,
            scaling=sizing.scaling,
            max_request_seconds=settings.max_request_seconds,
            model_access=models.access if models else access_statements(settings, environment=environment),
            policies=[archive.writers] if archive else [],
            secrets=secrets_of(settings, made=data.secrets, scope=data),
            variables={
                **plain_environment(
                    settings, internet=environment.network is not None and environment.network.internet == "open"
                ),
                **(models.variables if models else {}),
                **({"ARCHIVE_BUCKET": archive.bucket.bucket_name} if archive else {}),
            },
            teams=team_requests(settings),
            operations_key=operations_key,
            access_logs=foundation.access_logs.bucket,
            alarms=alarms,
        )
        for stack in (data, gateway):
            self._found(stack)
        if settings.at_the_edge:
            self._add_edge(settings, exposure, gateway)

    def _add_models(self, settings: GatewaySettings, key: kms.IKey) -> GatewayModelsStack | None:
        if not settings.makes_models:
            return None
        models = GatewayModelsStack(self, "GatewayModels", environment=self._environment, settings=settings, key=key)
        self._found(models)
        return models

    def _reaches_internet(self) -> bool:
        network = self._environment.network
        return network is not None and network.internet == "open"

    def _add_edge(self, settings: GatewaySettings, exposure: Exposure, gateway: GatewayStack) -> None:
        environment, bucket = self._environment, self.foundation.access_logs.bucket
        allow_edge_logs(bucket, account=environment.account, environment=environment.name)
        viewer = (
            ViewerName(
                host=settings.domain.name,
                zone_id=str(settings.domain.zone),
                certificate=settings.domain.edge_certificate,
            )
            if settings.exposure == "cloudfront-domain"
            else None
        )
        edge = EdgeStack(
            self,
            "Edge",
            environment=environment,
            load_balancer_arn=gateway.load_balancer.load_balancer.load_balancer_arn,
            origin_name=exposure.host,
            viewer_name=viewer,
            access_logs=bucket,
            max_request_seconds=settings.max_request_seconds,
            requests_per_5_minutes=settings.requests_per_address,
            admin_ui=settings.ui,
            docs=settings.docs,
            origin_read_quota=settings.origin_read_quota_seconds,
        )
        # The origin wants a load balancer that listens.
        edge.add_stack_dependency(gateway)
        self._found(edge)
        zones = environment.network.vpc.zones if environment.network and environment.network.vpc else ()
        warnings = (
            zone_warning(environment.region, zones),
            TimeOuts(settings.max_request_seconds).origin_read_warning(settings.origin_read_quota_seconds),
        )
        for name, warning in zip(("OriginZone", "OriginReadTimeOut"), warnings, strict=True):
            if warning:
                cdk.Annotations.of(edge).add_warning_v2(f"Groundwork:{name}", warning)

    def _found(self, stack: cdk.Stack) -> None:
        """Put a stack on the foundation: after it, as every role needs its permissions boundary."""
        stack.add_stack_dependency(self.foundation)
        boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", boundary_name(self._environment.name))
        iam.PermissionsBoundary.of(stack).apply(boundary)
