"""The stage of one environment: which stacks it has, and what they hand to each other."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from groundwork.environment import Environment
from groundwork.foundation.boundary import boundary_name
from groundwork.images import ImageLock
from stacks.foundation import FoundationStack
from stacks.gateway_stacks import GatewayStacks
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
        for warning in environment.unpinned_images(image_lock):
            cdk.Annotations.of(self).add_warning_v2("Groundwork:UnpinnedImage", warning)

    def _found(self, stack: cdk.Stack) -> None:
        """Put a stack on the foundation: after it, as every role needs its permissions boundary."""
        stack.add_stack_dependency(self.foundation)
        boundary = iam.ManagedPolicy.from_managed_policy_name(stack, "Boundary", boundary_name(self._environment.name))
        iam.PermissionsBoundary.of(stack).apply(boundary)
