"""What sections of an environment file say about each other, where more than two take part."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from groundwork.cluster.pod_budget import refusals_of_pods
from groundwork.cluster.settings import ClusterSettings
from groundwork.gateway.litellm_image import private_registry
from groundwork.governance.settings import GovernanceSettings
from groundwork.images import images_of
from groundwork.network.settings import NetworkSettings
from groundwork.settings import Refusal, Section
from groundwork.spaces.settings import SpacesSettings


def refusals_of_public_images(section: Section, network: NetworkSettings | None) -> Iterator[Refusal]:
    """Images that no node of a closed network can pull."""
    if network is None or network.internet != "none":
        return
    for at, image in images_of(section):
        if not private_registry(image.root):
            reason = "from a public registry, and `network.internet` is none"
            yield Refusal(reason=reason, allowed="a copy in a registry of ECR", at=at, value=image.root)


def refusals_of_spaces(spaces: SpacesSettings, data: Mapping[str, Any]) -> Iterator[Refusal]:
    """What the cluster, its shares and the network cannot give to Spaces.

    Args:
        data: the sections that are valid, by name; nothing is said about one that is missing because it is not.
    """
    if "cluster" in data and data["cluster"] is None:
        yield Refusal(reason="there is nothing to run them on", allowed="a `cluster` section")
        return
    if "network" in data:
        yield from spaces.refusals_with_network(data["network"])
        yield from refusals_of_public_images(spaces, data["network"])
    cluster: ClusterSettings | None = data.get("cluster")
    governance: GovernanceSettings | None = data.get("governance")
    if cluster:
        cut = [group.mig.node_layout(group.type) for group in cluster.instance_groups if group.mig]
        yield from spaces.refusals_of_mig({profile for layout in cut for profile in layout.partitions})
        yield from spaces.refusals_of_administrators([*cluster.access.admins, cluster.access.break_glass])
        system_pods = spaces.system_pods + (governance.system_pods if governance else 0)
        platform = replace(
            cluster.platform,
            more_on_each_node=spaces.pods_on_each_node,
            more_anywhere=system_pods,
            shared_spaces=len(spaces.shared_spaces),
        )
        if cluster.training_operator and spaces.dependencies.cert_manager.install:
            at = ("dependencies", "cert_manager", "install")
            reason = "the cluster has it already, from `cluster.training_operator`"
            yield Refusal(reason=reason, allowed="false", at=at, value=True)
        for refusal in refusals_of_pods(cluster.instance_groups, platform, own_pods=cluster.pods):
            yield Refusal(reason=refusal.reason, allowed=refusal.allowed, value=refusal.value)
    if "governance" in data:
        yield from spaces.refusals_of_governance(
            quotas={team.name for team in governance.teams} if governance else set(),
            priorities={each.name for each in governance.priorities} if governance else set(),
        )
