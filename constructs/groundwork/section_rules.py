"""What sections of an environment file say about each other, where neither knows of the other or several take part."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from groundwork.cluster.pod_budget import refusals_of_pods
from groundwork.cluster.settings import ClusterSettings
from groundwork.gateway.litellm_image import private_registry
from groundwork.governance.settings import GovernanceSettings
from groundwork.images import images_of
from groundwork.inference.settings import InferenceSettings
from groundwork.labeling.project_settings import endpoint_name
from groundwork.labeling.settings import LabelingSettings
from groundwork.network.settings import NetworkSettings
from groundwork.settings import Refusal, Section
from groundwork.spaces.names import governed_namespace
from groundwork.spaces.settings import SpacesSettings


def refusals_of_public_images(section: Section, network: NetworkSettings | None) -> Iterator[Refusal]:
    """Images that no node of a closed network can pull."""
    if network is None or network.internet != "none":
        return
    for at, image in images_of(section):
        if not private_registry(image.root):
            reason = "from a public registry, and `network.internet` is none"
            yield Refusal(reason=reason, allowed="a copy in a registry of ECR", at=at, value=image.root)


def refusals_of_endpoint_names(inference: InferenceSettings, labeling: LabelingSettings | None) -> Iterator[Refusal]:
    """Endpoints with the name that a project's workflow gives to its own."""
    taken = {endpoint_name(project): project for project in labeling.projects} if labeling else {}
    for field, entries in (("endpoints", inference.endpoints), ("catalogue", inference.catalogue)):
        for index, entry in enumerate(entries):
            if project := taken.get(entry.name):
                reason = f"the endpoint of the project {project} of `labeling` has that name"
                yield Refusal(reason=reason, allowed="another name", at=(field, index, "name"), value=entry.name)


def refusals_of_claims(cluster: ClusterSettings, governance: GovernanceSettings | None) -> Iterator[Refusal]:
    """Buckets in namespaces of teams that no share makes: their claims would wait for a namespace until they fail."""
    teams = [governed_namespace(team.name) for team in governance.teams] if governance else []
    for index, bucket in enumerate(cluster.s3):
        for namespace in bucket.namespaces:
            if namespace.startswith(governed_namespace("")) and namespace not in teams:
                reason = f"no team here has the namespace, which `cluster.s3.{index}.namespaces` names"
                yield Refusal(reason=reason, allowed=", ".join(teams) or "none, without teams", value=namespace)


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
