"""The network that every other stack of an environment lives in."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.network.efa_security_group import EfaSecurityGroup
from groundwork.network.endpoints import Endpoints
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.flow_log import FlowLog
from groundwork.network.nat_alarm import NatAlarm
from groundwork.network.settings import ExistingVpc, NetworkSettings
from groundwork.network.vpc import PlatformVpc
from stacks.platform_stack import PlatformStack


class NetworkStack(PlatformStack):
    """A new or an existing VPC with its endpoints, flow log and security groups."""

    network: PlatformVpc | ImportedVpc
    endpoints: Endpoints
    efa: EfaSecurityGroup | None = None

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: NetworkSettings,
        operations_key: kms.IKey,
        alarms: sns.ITopic,
    ) -> None:
        """
        Args:
            operations_key: encrypts the flow log.
            alarms: hears of NAT gateways that drop connections.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=True,
            description="VPC, endpoints, flow log and security groups",
        )
        self._settings = settings
        self.network = self._create_network(operations_key, alarms)
        self.endpoints = self._create_endpoints(environment)
        FlowLog(
            self,
            "FlowLog",
            vpc=self.network.vpc,
            key=operations_key,
            retention_days=settings.flow_log_retention_days,
            keep=environment.keep_data,
        )
        if settings.has_cluster_subnets:
            self.efa = EfaSecurityGroup(self, "Efa", vpc=self.network.vpc)

    def _create_network(self, operations_key: kms.IKey, alarms: sns.ITopic) -> PlatformVpc | ImportedVpc:
        source = self._settings.source
        if isinstance(source, ExistingVpc):
            return ImportedVpc(self, "Existing", settings=source)
        network = PlatformVpc(
            self,
            "Network",
            settings=source,
            internet=self._settings.internet == "open",
            operations_key=operations_key,
        )
        # Nothing may pull the VPC from under a consumer: a strong reference makes CloudFormation refuse that.
        cdk.CrossStackReferences.of(network.vpc).produce(cdk.ReferenceStrength.STRONG)
        for index, gateway in enumerate(network.nat_gateway_ids):
            NatAlarm(self, f"NatAlarm{index + 1}", gateway_id=gateway, topic=alarms)
        return network

    def _create_endpoints(self, environment: Environment) -> Endpoints:
        source = self._settings.source
        present = source.endpoints if isinstance(source, ExistingVpc) else ()
        return Endpoints(
            self,
            "Endpoints",
            vpc=self.network.vpc,
            subnets=self.network.subnets,
            cidrs=self._settings.cidrs,
            services={name: zones for name, zones in environment.endpoint_services().items() if name not in present},
            gateway="s3" not in present,
            internet=self._settings.internet == "open",
        )
