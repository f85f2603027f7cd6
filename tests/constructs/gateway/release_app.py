"""A platform whose gateway has a release, for the tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

import app as platform_app
from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.gateway.configuration import Configuration
from groundwork.gateway.data_settings import CacheSettings, DatabaseSettings
from groundwork.gateway.load_balancer import LoadBalancer
from groundwork.gateway.release import Release
from groundwork.gateway.service import GatewayService
from groundwork.gateway.service_settings import ScalingSettings
from groundwork.gateway.task import GatewayTask
from groundwork.gateway.time_outs import TimeOuts
from groundwork.images import ImageLock, read_image_lock
from groundwork.network.settings import NetworkSettings, NewVpc
from stacks.gateway_data import GatewayDataStack
from stacks.platform import PlatformStage
from stacks.platform_stack import PlatformStack
from tests.constructs.gateway.platform_app import IMAGE, PUBLIC

NAME = "released"
_SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:openai-{}"


@dataclass(frozen=True, kw_only=True)
class Released:
    """What makes a release run again."""

    image: str = IMAGE
    configuration: str = "model_list: []\n"
    variables: Mapping[str, str] = field(default_factory=dict)
    secret: str = "AbCdEf"
    """The end of the ARN of a provider's secret."""
    teams: Sequence[Mapping[str, Any]] = ({"team_id": "research", "models": ["small"]},)
    max_tasks: int = 10


class ReleasePlatform(PlatformStage):
    """Foundation, network and data as they are, and a service that waits for its release."""

    def __init__(self, scope: Construct, *, released: Released, image_lock: ImageLock) -> None:
        environment = Environment(
            name=NAME,
            account="111122223333",
            region="eu-central-1",
            owner="platform@example.com",
            cost_center="genai",
            network=NetworkSettings(vpc=NewVpc(cidr=IPv4Network("10.0.0.0/16"))),
        )
        super().__init__(scope, environment=environment, image_lock=image_lock)
        foundation, network = self.foundation, self.network.network
        operations_key = foundation.operations_key.key
        data = GatewayDataStack(
            self,
            "GatewayData",
            environment=environment,
            network=network,
            database=DatabaseSettings(),
            cache=CacheSettings(),
            key=DataKey(foundation, "GatewayKey", domain="gateway", keep=True).key,
            operations_key=operations_key,
            alarms=foundation.alarms.topic,
        )
        stack = PlatformStack(self, "Gateway", environment=environment, stateful=False, description="A release")
        time_outs = TimeOuts(600)
        task = GatewayTask(
            stack,
            "Task",
            image=ecs.ContainerImage.from_registry(f"{released.image}@{image_lock[IMAGE]}"),
            architecture="arm64",
            configuration=Configuration(stack, "Configuration", text=released.configuration),
            database=data.database,
            cache=data.cache,
            keys=data.keys,
            model_access=[],
            secrets={
                "OPENAI_API_KEY": secretsmanager.Secret.from_secret_attributes(
                    stack, "OpenAiKey", secret_complete_arn=_SECRET.format(released.secret)
                )
            },
            environment=released.variables,
            time_outs=time_outs,
            operations_key=operations_key,
        )
        service = GatewayService(
            stack,
            "Service",
            vpc=network.vpc,
            subnets=network.subnets,
            definition=task.definition,
            load_balancer=LoadBalancer(
                stack,
                "LoadBalancer",
                vpc=network.vpc,
                subnets=network.subnets,
                exposure=PUBLIC,
                time_outs=time_outs,
                access_logs=foundation.access_logs.bucket,
                keep=True,
            ),
            data_clients=data.clients.group,
            scaling=ScalingSettings(max_tasks=released.max_tasks),
        )
        release = Release(
            stack,
            "Release",
            task=task,
            teams=released.teams,
            cluster=service.service.cluster,
            subnets=network.subnets,
            security_groups=[*service.service.connections.security_groups, data.clients.group],
            operations_key=operations_key,
        )
        service.service.node.add_dependency(release)
        self._found(data)
        self._found(stack)


def build(app: cdk.App, released: Released) -> None:
    """Add the stage."""
    ReleasePlatform(app, released=released, image_lock=read_image_lock(platform_app.IMAGE_LOCK))
