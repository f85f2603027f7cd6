"""What a template asks for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OWNER_TAG = "groundwork:owner"
"""Names the resource that made a quota, so that a repeated request finds its own and never takes another's."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """The quota as it should be."""

    name: str
    cluster: str
    """ARN of the HyperPod cluster."""
    config: Mapping[str, Any]
    """As the API has it: ComputeQuotaResources, ResourceSharingConfig, PreemptTeamTasks."""
    target: Mapping[str, Any]
    """As the API has it: TeamName, FairShareWeight."""
    owner: str
    """Stack and logical id."""


def read_order(event: Mapping[str, Any], properties: str = "ResourceProperties") -> Order:
    """Read an event of CloudFormation.

    Args:
        properties: `ResourceProperties`, or `OldResourceProperties` for what was there before an update.

    Raises:
        KeyError: a property is missing.
    """
    given = event[properties]
    # As text: CloudFormation turns every number of a custom resource's properties into a string.
    return Order(
        name=given["Name"],
        cluster=given["ClusterArn"],
        config=json.loads(given["Config"]),
        target=json.loads(given["Target"]),
        owner=f"{event['StackId']}/{event['LogicalResourceId']}"[-256:],
    )
