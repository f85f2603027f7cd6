"""The service that keeps the gateway's tasks running."""

from collections.abc import Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from groundwork.gateway.load_balancer import CONTAINER_PORT, LoadBalancer
from groundwork.gateway.service_settings import ScalingSettings
from groundwork.network.subnets import PlatformSubnets

START_SECONDS = 300
"""How long LiteLLM may take to start (https://docs.litellm.ai/docs/proxy/prod, read 2026-11-23)."""


class GatewayService(Construct):
    """Tasks on Fargate in the private subnets, more of them with more load.

    A deployment starts a whole new set first, and goes back by itself when that does not become healthy. The number of
    tasks is the scaling's alone: a deployment does not reset it.
    """

    service: ecs.FargateService

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        subnets: PlatformSubnets,
        definition: ecs.FargateTaskDefinition,
        load_balancer: LoadBalancer,
        data_clients: ec2.ISecurityGroup,
        outbound_ports: Sequence[int],
        scaling: ScalingSettings,
    ) -> None:
        """
        Args:
            data_clients: the group that opens the database and the cache.
            outbound_ports: TCP ports of AWS, of the providers and of collectors.
        """
        super().__init__(scope, construct_id)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc, container_insights_v2=ecs.ContainerInsights.ENABLED)
        group = ec2.SecurityGroup(
            self, "SecurityGroup", vpc=vpc, description="Tasks of the gateway", allow_all_outbound=False
        )
        # Providers and AWS itself; where there is no internet, no route leads further than the endpoints.
        for port in outbound_ports:
            group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(port), "Model providers, collectors and AWS")
        group.connections.allow_from(
            load_balancer.load_balancer.connections, ec2.Port.tcp(CONTAINER_PORT), "The load balancer"
        )
        self.service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=definition,
            platform_version=ecs.FargatePlatformVersion.LATEST,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets.private)),
            security_groups=[group],
            assign_public_ip=False,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
            health_check_grace_period=cdk.Duration.seconds(START_SECONDS),
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            enable_ecs_managed_tags=True,
        )
        self._join(group, data_clients)
        self.service.attach_to_application_target_group(load_balancer.target_group)
        # A service whose target group has no listener yet is refused.
        self.service.node.add_dependency(load_balancer)
        self._scale(scaling, load_balancer)

    def _join(self, *groups: ec2.ISecurityGroup) -> None:
        # Past the construct: to CDK each group of a service is a way in, and it would open all of them to the load
        # balancer, the one in the other stack too.
        service = cast("ecs.CfnService", self.service.node.find_child("Service"))
        service.add_property_override(
            "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups", [group.security_group_id for group in groups]
        )

    def _scale(self, scaling: ScalingSettings, load_balancer: LoadBalancer) -> None:
        count = self.service.auto_scale_task_count(min_capacity=scaling.min_tasks, max_capacity=scaling.max_tasks)
        cool_down = {"scale_in_cooldown": cdk.Duration.minutes(5), "scale_out_cooldown": cdk.Duration.minutes(1)}
        count.scale_on_cpu_utilization("Cpu", target_utilization_percent=scaling.cpu_percent, **cool_down)
        count.scale_on_request_count(
            "Requests",
            requests_per_target=scaling.requests_per_task,
            target_group=load_balancer.target_group,
            **cool_down,
        )
