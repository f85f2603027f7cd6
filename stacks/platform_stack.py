"""What all stacks of an environment have in common."""

import aws_cdk as cdk
from aws_cdk import Stack
from constructs import Construct

from groundwork.environment import Environment
from groundwork.network.settings import MAX_ZONES

# CloudFormation replaces these when a tag changes, and their account limits leave no room for a second one.
_TAGS_REPLACE = ["AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription"]


class PlatformStack(Stack):
    """A stack in the environment's account, with its tags on the stack and on every resource.

    Args:
        environment: the environment that the stack belongs to.
        stateful: whether it holds what cannot be made again; such a stack is protected where data is kept.
        description: what it is for, in the console's list of stacks.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, stateful: bool, description: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=cdk.Environment(account=environment.account, region=environment.region),
            description=description,
            tags=environment.all_tags,
            termination_protection=stateful and environment.keep_data,
        )
        for key, value in environment.all_tags.items():
            cdk.Tags.of(self).add(key, value, exclude_resource_types=_TAGS_REPLACE)

    @property
    def availability_zones(self) -> list[str]:
        """Zones by position, resolved at deployment: CDK's own answer would ask the account while synthesizing."""
        return [cdk.Fn.select(index, cdk.Fn.get_azs()) for index in range(MAX_ZONES)]
