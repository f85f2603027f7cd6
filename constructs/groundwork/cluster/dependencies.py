"""What has to be on the Kubernetes cluster before HyperPod's nodes are."""

from collections.abc import Iterable
from typing import Any

from aws_cdk import aws_eks_v2 as eks
from constructs import Construct

from groundwork.acknowledge import acknowledge
from groundwork.cluster.charts import Chart, charts_of, images_of_values
from groundwork.cluster.guarded_layouts import known_layouts
from groundwork.cluster.health_agent import agent_image, health_agent_manifests
from groundwork.cluster.neuron_plugin import neuron_plugin_manifests
from groundwork.cluster.service_roles import service_role_manifests
from groundwork.cluster.settings import ClusterSettings
from groundwork.mig.manifest import config_map


class Dependencies(Construct):
    """HyperPod's dependencies, without its own umbrella chart.

    AWS publishes that chart in a git repository only, and a copy of it here would be a fork: 140 files, most of them of
    other projects at other versions. So its small parts - rights of HyperPod's service role, the health agent - are
    manifests of ours, and the device plugins are the charts of those who make them, pinned by version. A closed network
    takes both charts and images from a registry of the user's. For training, HyperPod's own operator is an add-on
    (`TrainingOperator`); Kubeflow's and MPI's, which the umbrella brings too, are not installed, as no part of the
    platform uses them.

    Nothing here waits for its pods: there are no nodes yet.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, cluster: eks.ICluster, settings: ClusterSettings, region: str
    ) -> None:
        super().__init__(scope, construct_id)
        roles = _apply(self, "ServiceRoles", cluster, service_role_manifests())
        if settings.health_agent:
            image = agent_image(region)
            if settings.private_registry:
                image = f"{settings.private_registry}/{image.partition('/')[2]}"
            agent = _apply(self, "HealthAgent", cluster, health_agent_manifests(image=image))
            agent.node.add_dependency(roles)  # its namespace
            _acknowledge_tags(agent, [image])
        if any(group.instance_type.neuron_devices for group in settings.instance_groups):
            _apply(self, "NeuronPlugin", cluster, neuron_plugin_manifests(registry=settings.private_registry))
        charts = {chart.name: self._install(chart, cluster) for chart in charts_of(settings, region=region)}
        if settings.could_partition:
            layouts = config_map(known_layouts(settings.instance_groups), namespace="kube-system")
            mig = _apply(self, "MigLayouts", cluster, [layouts])
            charts["gpu-operator"].node.add_dependency(mig)  # the first nodes read it when they start

    def _install(self, chart: Chart, cluster: eks.ICluster) -> eks.HelmChart:
        release = eks.HelmChart(
            self,
            chart.name,
            cluster=cluster,
            chart=chart.name,
            repository=chart.repository,
            version=chart.version,
            release=chart.name,
            namespace=chart.namespace,
            values=chart.values,
            wait=False,
        )
        _acknowledge_tags(release, images_of_values(chart.values))
        return release


def _acknowledge_tags(cause: Construct, images: Iterable[str]) -> None:
    acknowledge(
        cause,
        *(f"Groundwork::NoUnpinnedImage[{image.partition('/')[2]}]" for image in sorted(set(images))),
        reason="AWS copies these images to a registry of its own in each Region and publishes no digest for them; the "
        "tag names one release. A private registry with immutable tags fixes what runs.",
    )


def _apply(
    scope: Construct, construct_id: str, cluster: eks.ICluster, manifest: list[dict[str, Any]]
) -> eks.KubernetesManifest:
    return eks.KubernetesManifest(scope, construct_id, cluster=cluster, manifest=manifest)
