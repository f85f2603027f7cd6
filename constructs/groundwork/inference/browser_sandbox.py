"""Where an agent drives a browser with an endpoint's model."""

from collections.abc import Sequence
from ipaddress import IPv4Network

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.images import ImageLock
from groundwork.inference.browser_container import add_container, fargate_task, pinned_image
from groundwork.inference.browser_environment import browser_environment
from groundwork.inference.browser_prefix_lists import S3_PREFIX_LISTS
from groundwork.inference.browser_proxy import BrowserProxy
from groundwork.inference.browser_proxy_config import PROXY_PORT
from groundwork.inference.browser_settings import BrowserSettings


class BrowserSandbox(Construct):
    """A task that whoever may run it starts for each piece of work, and what it needs to stand in.

    It reaches the proxy, the interface endpoints, and S3 for the layers of its image. Names it can look up all the
    same: a VPC's resolver asks no security group, and the DNS Firewall of Route 53 works on whole VPCs, whose other
    workloads call other names.
    """

    cluster: ecs.Cluster
    definition: ecs.FargateTaskDefinition
    security_group: ec2.SecurityGroup

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        component: bool,
        settings: BrowserSettings,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        own: Sequence[IPv4Network],
        endpoints_group: ec2.ISecurityGroup,
        image_lock: ImageLock,
        operations_key: kms.IKey,
        log_retention: logs.RetentionDays,
        topic: sns.ITopic,
    ) -> None:
        """
        Args:
            name: of the endpoint.
            component: whether it serves by a component, which has the endpoint's name.
            subnets: private ones, with a route to the internet for the proxy.
            own: the VPC's address ranges.
            endpoints_group: of the VPC's interface endpoints, those of `browser_settings.SERVICES` among them.
            operations_key: encrypts the log; its policy must let CloudWatch Logs use it.
            topic: reaches people.
        """
        super().__init__(scope, construct_id)
        self._stack, self._name, self._component = cdk.Stack.of(self), name, component
        self.cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        log_group = logs.LogGroup(
            self,
            "Log",
            retention=log_retention,
            encryption_key=operations_key,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        proxy = BrowserProxy(
            self,
            "Proxy",
            name=name,
            settings=settings,
            cluster=self.cluster,
            subnets=subnets,
            own=own,
            endpoints_group=endpoints_group,
            log_group=log_group,
            image_lock=image_lock,
            topic=topic,
        )
        self.security_group = self._security_group(vpc, settings, proxy, endpoints_group)
        self.definition = self._task(settings, proxy, log_group, image_lock)
        self._grant_model()
        self._outputs(subnets)

    def _task(
        self, settings: BrowserSettings, proxy: BrowserProxy, log_group: logs.ILogGroup, image_lock: ImageLock
    ) -> ecs.FargateTaskDefinition:
        memory_mib = settings.memory_gib * 1024
        definition = fargate_task(
            self,
            "Task",
            cpu=settings.cpu * 1024,
            memory_mib=memory_mib,
            architecture=settings.architecture,
            image=settings.image,
            calls_aws=True,
        )
        image = pinned_image(self, "Image", settings.image, image_lock)
        add_container(
            definition,
            "Browser",
            image=image,
            user=settings.user,
            log_group=log_group,
            temporary_mib=memory_mib // 4,
            environment=browser_environment(
                region=self._stack.region, endpoint=self._name, component=self._component, proxy=proxy.address
            ),
        )
        # When it ends, all of the task does; nothing in the browser's container can stop or hold it.
        add_container(
            definition,
            "Deadline",
            image=image,
            user=settings.user,
            log_group=log_group,
            temporary_mib=1,
            entry_point=["sleep", str(settings.max_minutes * 60)],
        )
        return definition

    def _security_group(
        self, vpc: ec2.IVpc, settings: BrowserSettings, proxy: BrowserProxy, endpoints_group: ec2.ISecurityGroup
    ) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, allow_all_outbound=False, description="Sandboxed browsers"
        )
        endpoints = ec2.Peer.security_group_id(endpoints_group.security_group_id)
        group.add_egress_rule(endpoints, ec2.Port.tcp(443), "the model, logs and ECR")
        layers = settings.s3_prefix_list or S3_PREFIX_LISTS[self._stack.region]
        group.add_egress_rule(ec2.Peer.prefix_list(layers), ec2.Port.tcp(443), "layers of the image")
        proxy.security_group.connections.allow_from(group, ec2.Port.tcp(PROXY_PORT), "sandboxed browsers")
        return group

    def _grant_model(self) -> None:
        kinds = ("endpoint", "inference-component") if self._component else ("endpoint",)
        role = self.definition.task_role
        role.add_to_principal_policy(
            iam.PolicyStatement(
                sid="CallModel",
                actions=["sagemaker:InvokeEndpoint"],
                resources=[
                    self._stack.format_arn(service="sagemaker", resource=kind, resource_name=self._name)
                    for kind in kinds
                ],
            )
        )
        # The agent calls by the protocol of OpenAI, whose key is a token that the role signs.
        role.add_to_principal_policy(
            iam.PolicyStatement(sid="ByToken", actions=["sagemaker:CallWithBearerToken"], resources=["*"])
        )
        acknowledge(
            role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="sagemaker:CallWithBearerToken takes no resource. A token allows what its role may do besides, and "
            "that is to call this one endpoint.",
        )

    def _outputs(self, subnets: Sequence[ec2.ISubnet]) -> None:
        values = {
            "BrowserCluster": self.cluster.cluster_name,
            "BrowserTask": self.definition.task_definition_arn,
            "BrowserSecurityGroup": self.security_group.security_group_id,
            "BrowserSubnets": ",".join(subnet.subnet_id for subnet in subnets),
        }
        for output, value in values.items():
            cdk.CfnOutput(self._stack, output, value=value, description="What ecs run-task is told")
