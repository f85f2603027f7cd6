"""The gateway itself: what answers, and the way in."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.environment import Environment
from groundwork.gateway.configuration import Configuration
from groundwork.gateway.exposure import Exposure
from groundwork.gateway.firewall import Firewall
from groundwork.gateway.host_name import HostName
from groundwork.gateway.load_balancer import LoadBalancer
from groundwork.gateway.routes import closed_routes
from groundwork.gateway.service import GatewayService
from groundwork.gateway.service_alarms import ServiceAlarms
from groundwork.gateway.service_settings import ScalingSettings
from groundwork.gateway.task import GatewayTask
from groundwork.gateway.time_outs import TimeOuts
from groundwork.network.existing_vpc import ImportedVpc
from groundwork.network.vpc import PlatformVpc
from stacks.gateway_data import GatewayDataStack
from stacks.platform_stack import PlatformStack


class GatewayStack(PlatformStack):
    """LiteLLM on Fargate behind a load balancer and a firewall. Holds no state."""

    load_balancer: LoadBalancer

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        network: PlatformVpc | ImportedVpc,
        data: GatewayDataStack,
        image: ecs.ContainerImage,
        configuration: str,
        exposure: Exposure,
        scaling: ScalingSettings,
        max_request_seconds: int,
        model_access: Sequence[iam.PolicyStatement],
        secrets: Mapping[str, secretsmanager.ISecret],
        variables: Mapping[str, str],
        operations_key: kms.IKey,
        access_logs: s3.IBucket,
        alarms: sns.ITopic,
    ) -> None:
        """
        Args:
            image: LiteLLM, pinned by digest.
            configuration: LiteLLM's file, YAML.
            max_request_seconds: how long a request may take; every time-out follows from it.
            model_access: what the tasks may call.
            secrets: by the environment variable that the configuration reads each of them from.
            variables: further environment variables, none of them a secret.
            operations_key: encrypts the logs.
            access_logs: receives a line for each request.
            alarms: hears when callers see failures.
        """
        super().__init__(
            scope,
            construct_id,
            environment=environment,
            stateful=False,
            description="Service, load balancer and firewall of the gateway",
        )
        vpc, subnets, time_outs = network.vpc, network.subnets, TimeOuts(max_request_seconds)
        closed = list(closed_routes(admin_ui=exposure.admin_ui, docs=exposure.docs))
        self.load_balancer = LoadBalancer(
            self,
            "LoadBalancer",
            vpc=vpc,
            subnets=subnets,
            exposure=exposure,
            time_outs=time_outs,
            access_logs=access_logs,
            keep=environment.keep_data,
        )
        firewall = Firewall(
            self,
            "Firewall",
            environment=environment.name,
            web_scope="REGIONAL",
            closed=closed,
            requests_per_5_minutes=exposure.requests_per_5_minutes,
            key=operations_key,
        )
        firewall.protect("LoadBalancer", self.load_balancer.load_balancer.load_balancer_arn)
        task = GatewayTask(
            self,
            "Task",
            image=image,
            architecture=scaling.architecture,
            configuration=Configuration(self, "Configuration", text=configuration),
            database=data.database,
            cache=data.cache,
            keys=data.keys,
            model_access=model_access,
            secrets=secrets,
            environment={**_switches(exposure), **variables},
            time_outs=time_outs,
            operations_key=operations_key,
        )
        service = GatewayService(
            self,
            "Service",
            vpc=vpc,
            subnets=subnets,
            definition=task.definition,
            load_balancer=self.load_balancer,
            data_clients=data.clients.group,
            scaling=scaling,
        )
        name = HostName(self, "HostName", exposure=exposure, vpc=vpc, load_balancer=self.load_balancer.load_balancer)
        service.node.add_dependency(firewall)
        name.node.add_dependency(service)  # nobody is sent here before something answers
        watch = ServiceAlarms(self, "Alarms", load_balancer=self.load_balancer, topic=alarms)
        watch.node.add_dependency(service)  # or they would call while the first task starts
        cdk.CfnOutput(self, "Url", value=f"https://{exposure.host}", description="Base URL for clients")
        cdk.CfnOutput(
            self, "MasterKeySecret", value=data.keys.master.secret_arn, description="Where the administrator's key is"
        )


def _switches(exposure: Exposure) -> dict[str, str]:
    """The listener closes these paths already; this is the container's own lock."""
    switches = {"PROXY_BASE_URL": f"https://{exposure.host}"}
    if not exposure.admin_ui:
        switches["DISABLE_ADMIN_UI"] = "True"
    if not exposure.docs:
        switches |= {"NO_DOCS": "True", "NO_REDOC": "True", "NO_OPENAPI": "True"}
    return switches
