"""The stage of one environment: which stacks it has, and what they hand to each other."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from groundwork.cluster.settings import ClusterSettings
from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from groundwork.foundation.data_key import DataKey
from groundwork.images import ImageLock
from groundwork.spaces.settings import SpacesSettings
from groundwork.spaces.space_removal import FunctionPlace
from stacks.cluster import ClusterStack
from stacks.foundation import FoundationStack
from stacks.gateway_stacks import GatewayStacks
from stacks.labeling_stacks import LabelingStacks
from stacks.model_stacks import ModelStacks
from stacks.network import NetworkStack
from stacks.spaces import SpacesStack


class PlatformStage(cdk.Stage):
    """All stacks of one environment: the foundation, and one or more for each section that is present."""

    foundation: FoundationStack
    network: NetworkStack | None = None
    cluster: ClusterStack | None = None

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
            stacks = GatewayStacks(
                self,
                environment=environment,
                settings=environment.gateway,
                foundation=self.foundation,
                network=self.network,
                image_lock=image_lock,
            )
            for stack in stacks.add():
                self._found(stack)
        if environment.cluster and self.network:
            self._add_cluster(environment.cluster, self.network, image_lock)
        if self.network:
            models = ModelStacks(
                self,
                environment=environment,
                foundation=self.foundation,
                network=self.network,
                image_lock=image_lock,
            )
            for stack in models.add():
                self._found(stack)
        if environment.labeling:
            labeling = LabelingStacks(
                self,
                environment=environment,
                settings=environment.labeling,
                foundation=self.foundation,
                network=self.network,
            )
            for stack in labeling.add():
                self._found(stack)
        for warning in environment.unpinned_images(image_lock):
            cdk.Annotations.of(self).add_warning_v2("Groundwork:UnpinnedImage", warning)

    def _add_cluster(self, settings: ClusterSettings, network: NetworkStack, image_lock: ImageLock) -> None:
        environment, foundation = self._environment, self.foundation
        assert environment.network  # the environment refuses a cluster without one
        key = DataKey(foundation, "ClusterKey", domain="cluster", keep=environment.keep_data).key
        cluster = ClusterStack(
            self,
            "Cluster",
            environment=environment,
            settings=settings,
            governance=environment.governance,
            network=network.network,
            network_settings=environment.network,
            efa_group=network.efa.security_group if network.efa else None,
            key=key,
            operations_key=foundation.operations_key.key,
            access_logs=foundation.access_logs.bucket,
            image_lock=image_lock,
        )
        self._found(cluster)
        self.cluster = cluster
        if environment.spaces:
            self._add_spaces(environment.spaces, cluster, network, key, image_lock)

    def _add_spaces(
        self,
        settings: SpacesSettings,
        cluster: ClusterStack,
        network: NetworkStack,
        key: kms.IKey,
        image_lock: ImageLock,
    ) -> None:
        subnets, web = network.network.subnets, settings.web_ui
        spaces = SpacesStack(
            self,
            "Spaces",
            environment=self._environment,
            settings=settings,
            cluster=cluster.eks.cluster,
            vpc_id=network.network.vpc.vpc_id,
            subnets=subnets.public if web and web.scheme == "internet-facing" else subnets.private,
            image_lock=image_lock,
            volume_key=key,
            ready=cluster.shared,
            hyperpod_cluster_arn=cluster.hyperpod.resource.attr_cluster_arn,
            access_logs=self.foundation.access_logs.bucket,
            nodes=cluster.nodes_group,
            removal=FunctionPlace(
                subnets=subnets.private,
                security_group=cluster.functions_group,
                operations_key=self.foundation.operations_key.key,
                alarms=self.foundation.alarms.topic,
            ),
        )
        self._found(spaces)

    def _found(self, stack: cdk.Stack) -> None:
        """Put a stack on the foundation: after it, as every role needs its permissions boundary."""
        stack.add_stack_dependency(self.foundation)
        boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", boundary_name(self._environment.name))
        iam.PermissionsBoundary.of(stack).apply(boundary)
