"""The gateway itself: what answers, and the way in."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.environment import Environment
from groundwork.gateway.config import config_text
from groundwork.gateway.configuration import Configuration
from groundwork.gateway.exposure import Exposure
from groundwork.gateway.firewall import Firewall
from groundwork.gateway.host_name import HostName
from groundwork.gateway.image_mirror import ImageMirror
from groundwork.gateway.litellm_image import private_registry
from groundwork.gateway.load_balancer import LoadBalancer
from groundwork.gateway.models import GatewayModels
from groundwork.gateway.outbound import outbound_ports
from groundwork.gateway.release import Release
from groundwork.gateway.routes import closed_routes
from groundwork.gateway.service import GatewayService
from groundwork.gateway.service_alarms import ServiceAlarms
from groundwork.gateway.settings import GatewaySettings
from groundwork.gateway.task import GatewayTask
from groundwork.gateway.team_requests import team_requests
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
        settings: GatewaySettings,
        exposure: Exposure,
        digest: str,
        key: kms.IKey,
        policies: Sequence[iam.IManagedPolicy],
        secrets: Mapping[str, secretsmanager.ISecret],
        variables: Mapping[str, str],
        operations_key: kms.IKey,
        access_logs: s3.IBucket,
        alarms: sns.ITopic,
    ) -> None:
        """
        Args:
            settings: the section.
            exposure: the way in that it asks for.
            digest: what the lock of images holds for its image.
            key: encrypts the copy of the image, and the guardrails.
            policies: what the tasks may do beside calling models.
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
        vpc, subnets, time_outs = network.vpc, network.subnets, TimeOuts(settings.max_request_seconds)
        image, scaling = settings.image.root, settings.sizing.scaling
        self.load_balancer = LoadBalancer(
            self,
            "LoadBalancer",
            vpc=vpc,
            subnets=subnets,
            exposure=exposure,
            time_outs=time_outs,
            access_logs=access_logs,
        )
        firewall = None
        if exposure.origin_prefix_list:
            acknowledge(
                self.load_balancer,
                "NIST.800.53.R5::NIST.800.53.R5-ALBWAFEnabled",
                "PCI.DSS.321::PCI.DSS.321-ALBWAFEnabled",
                reason="Only CloudFront can connect, and the firewall stands there: here all callers would share its "
                "addresses, and so one rate.",
            )
        else:
            firewall = Firewall(
                self,
                "Firewall",
                environment=environment.name,
                web_scope="REGIONAL",
                closed=list(closed_routes(admin_ui=exposure.admin_ui, docs=exposure.docs)),
                requests_per_5_minutes=exposure.requests_per_5_minutes,
                key=operations_key,
            )
            firewall.protect("LoadBalancer", self.load_balancer.load_balancer.load_balancer_arn)
        mirror = None if private_registry(image) else self._mirror(image, digest, key, operations_key)
        models = GatewayModels(self, "Models", environment=environment.name, settings=settings, key=key)
        task = GatewayTask(
            self,
            "Task",
            image=mirror.image if mirror else self._own_image(image, digest),
            architecture=scaling.architecture,
            configuration=Configuration(self, "Configuration", text=config_text(settings, region=environment.region)),
            database=data.database,
            cache=data.cache,
            keys=data.keys,
            model_access=models.access,
            secrets=secrets,
            environment={**variables, **models.variables},
            time_outs=time_outs,
            operations_key=operations_key,
        )
        for policy in policies:
            task.definition.task_role.add_managed_policy(policy)
        service = GatewayService(
            self,
            "Service",
            vpc=vpc,
            subnets=subnets,
            definition=task.definition,
            load_balancer=self.load_balancer,
            data_clients=data.clients.group,
            outbound_ports=outbound_ports(settings),
            scaling=scaling,
        )
        release = Release(
            self,
            "Release",
            task=task,
            teams=team_requests(settings),
            cluster=service.service.cluster,
            subnets=subnets,
            security_groups=[*service.service.connections.security_groups, data.clients.group],
            operations_key=operations_key,
        )
        # Nobody is let in before the firewall stands, and before the release went well.
        service.service.node.add_dependency(release, *([firewall] if firewall else []))
        if mirror:
            for definition in (task.definition, release.definition):
                mirror.pulled_by(definition)
        name = HostName(self, "HostName", exposure=exposure, vpc=vpc, load_balancer=self.load_balancer.load_balancer)
        name.node.add_dependency(service)  # nobody is sent here before something answers
        watch = ServiceAlarms(self, "Alarms", load_balancer=self.load_balancer, topic=alarms)
        watch.node.add_dependency(service)  # or they would call while the first task starts
        if exposure.base_url and not exposure.origin_prefix_list:
            cdk.CfnOutput(self, "Url", value=exposure.base_url, description="Base URL for clients")
        cdk.CfnOutput(
            self, "MasterKeySecret", value=data.keys.master.secret_arn, description="Where the administrator's key is"
        )

    def _mirror(self, image: str, digest: str, key: kms.IKey, operations_key: kms.IKey) -> ImageMirror:
        source, _, tag = image.rpartition(":")
        return ImageMirror(self, "Image", source=source, tag=tag, digest=digest, key=key, operations_key=operations_key)

    def _own_image(self, image: str, digest: str) -> ecs.ContainerImage:
        host, _, name = image.rpartition(":")[0].partition("/")
        account, _, _, region, *_ = host.split(".")
        arn = f"arn:{self.partition}:ecr:{region}:{account}:repository/{name}"
        repository = ecr.Repository.from_repository_attributes(
            self, "Repository", repository_arn=arn, repository_name=name
        )
        return ecs.ContainerImage.from_ecr_repository(repository, digest)
