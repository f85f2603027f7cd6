"""The proxy of a sandboxed browser: the one way from it to the internet."""

from collections.abc import Sequence
from ipaddress import IPv4Network

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_servicediscovery as servicediscovery
from aws_cdk import aws_sns as sns
from constructs import Construct

from groundwork.images import ImageLock
from groundwork.inference.browser_container import add_container, fargate_task, pinned_image
from groundwork.inference.browser_proxy_config import PROXY_PORT, public_ranges, squid_config
from groundwork.inference.browser_settings import BrowserSettings

_HOST = "proxy"
_USER = "13:13"
"""`proxy` of Debian and Ubuntu; any that is not root will do."""


class BrowserProxy(Construct):
    """Squid, that opens tunnels to the allowed sites and looks into none of them.

    A task on Fargate finds it by a name of the VPC. What it may reach is limited twice: by its configuration to names,
    and by its security group to addresses outside of private networks, wherever a name leads.
    """

    security_group: ec2.SecurityGroup
    address: str
    """`http://host:port`, as HTTPS_PROXY takes it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        settings: BrowserSettings,
        cluster: ecs.Cluster,
        subnets: Sequence[ec2.ISubnet],
        own: Sequence[IPv4Network],
        endpoints_group: ec2.ISecurityGroup,
        log_group: logs.ILogGroup,
        image_lock: ImageLock,
        topic: sns.ITopic,
    ) -> None:
        """
        Args:
            name: of the endpoint.
            cluster: of the sandbox's VPC.
            subnets: with a route to the internet.
            own: the VPC's address ranges.
            endpoints_group: of the VPC's interface endpoints: the log's, and ECR's where the image stands there.
            topic: hears when no proxy runs.
        """
        super().__init__(scope, construct_id)
        domain = f"{name}.sandbox.internal"
        self.address = f"http://{_HOST}.{domain}:{PROXY_PORT}"
        self.security_group = self._security_group(cluster.vpc, own, endpoints_group)
        definition = fargate_task(
            self,
            "Task",
            cpu=256,
            memory_mib=512,
            architecture=settings.architecture,
            image=settings.proxy_image,
            calls_aws=False,
        )
        add_container(
            definition,
            "Proxy",
            image=pinned_image(self, "Image", settings.proxy_image, image_lock),
            user=_USER,
            log_group=log_group,
            temporary_mib=16,
            # Without a cache log on disk: -d writes it to where the container's log is taken from.
            entry_point=["/bin/sh", "-c"],
            command=['printf %s "$SQUID_CONFIG" > /tmp/squid.conf && exec squid -N -d 1 -f /tmp/squid.conf'],
            environment={"SQUID_CONFIG": squid_config(settings.allow, own=own)},
            ports=[PROXY_PORT],
        )
        service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=definition,
            desired_count=1,
            platform_version=ecs.FargatePlatformVersion.VERSION1_4,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)),
            security_groups=[self.security_group],
            assign_public_ip=False,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            enable_ecs_managed_tags=True,
            cloud_map_options=ecs.CloudMapOptions(
                name=_HOST,
                cloud_map_namespace=servicediscovery.PrivateDnsNamespace(
                    self, "Names", name=domain, vpc=cluster.vpc, description="Where sandboxed browsers find their proxy"
                ),
                dns_ttl=cdk.Duration.seconds(10),
            ),
        )
        self._alarm(cluster, service, topic)

    def _security_group(
        self, vpc: ec2.IVpc, own: Sequence[IPv4Network], endpoints_group: ec2.ISecurityGroup
    ) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, allow_all_outbound=False, description="Proxy of sandboxed browsers"
        )
        for network in public_ranges(own):
            group.add_egress_rule(ec2.Peer.ipv4(str(network)), ec2.Port.tcp(443), "sites")
        endpoints = ec2.Peer.security_group_id(endpoints_group.security_group_id)
        group.add_egress_rule(endpoints, ec2.Port.tcp(443), "logs and ECR")
        return group

    def _alarm(self, cluster: ecs.Cluster, service: ecs.FargateService, topic: sns.ITopic) -> None:
        running = cloudwatch.Metric(
            namespace="ECS/ContainerInsights",
            metric_name="RunningTaskCount",
            dimensions_map={"ClusterName": cluster.cluster_name, "ServiceName": service.service_name},
            statistic="Minimum",
            period=cdk.Duration.minutes(1),
        )
        alarm = running.create_alarm(
            self,
            "NoProxy",
            alarm_description="No proxy runs: sandboxed browsers reach no site.",
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            evaluation_periods=5,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(topic))
        alarm.add_ok_action(actions.SnsAction(topic))
        alarm.node.add_dependency(service)  # or it would call while the first task starts
