"""What workloads need that move GPU memory between nodes."""

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, IDependable

from groundwork.cluster.charts import kuberay_chart
from groundwork.cluster.fabric_manifests import namespace_manifest, smoke_test_manifests
from groundwork.cluster.fabric_settings import FabricSettings, MooncakeSettings, RayClusterSettings, SmokeTestSettings
from groundwork.cluster.mooncake import mooncake_manifests
from groundwork.cluster.ray_cluster import ray_cluster_manifest
from groundwork.cluster.ray_workers import ray_groups
from groundwork.cluster.settings import ClusterSettings
from groundwork.images import ImageLock


class Fabric(Construct):
    """The privileged namespace, and a test between two nodes that fails the deployment where EFA is not what carries
    the bytes; where asked for a Mooncake store, KubeRay's operator and a Ray cluster, which comes after the test: both
    want all EFA devices of a node."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks.ICluster,
        settings: ClusterSettings,
        image_lock: ImageLock,
        after: IDependable,
    ) -> None:
        """
        Args:
            settings: with a fabric.
            image_lock: holds the digests of the images.
            after: what waits for nodes.
        """
        super().__init__(scope, construct_id)
        self._cluster, self._settings, self._lock = cluster, settings, image_lock
        assert settings.fabric  # without it there is no such construct
        self._groups = [group for group in settings.instance_groups if group.uses_efa]
        self.namespace = eks.KubernetesManifest(
            self, "Namespace", cluster=cluster, manifest=[namespace_manifest(settings.fabric)]
        )
        self.namespace.node.add_dependency(after)
        if settings.fabric.kuberay:
            # Made before the namespace, and so gone after it: the operator is what ends Ray's clusters and jobs.
            self.namespace.node.add_dependency(self._install_kuberay(after))
        self._tested: IDependable = self.namespace
        if test := settings.fabric.smoke_test:
            self._tested = self._test(settings.fabric, test)
        if store := settings.fabric.mooncake:
            self._store(settings.fabric, store)

    def add_ray_cluster(self, settings: RayClusterSettings, *, files: IDependable | None) -> None:
        """Ray's head and workers.

        Args:
            files: the claim on the shared file system in the namespace, if it has one.
        """
        fabric = self._settings.fabric
        assert fabric  # as above
        manifest = ray_cluster_manifest(
            fabric,
            settings,
            ray_groups(self._groups),
            image=settings.image.pinned(self._lock),
            tiered_storage=self._settings.tiered_storage,
            lustre=files is not None,
        )
        ray = eks.KubernetesManifest(self, "RayCluster", cluster=self._cluster, manifest=[manifest])
        ray.node.add_dependency(self.namespace, self._tested, *([files] if files else []))

    def _test(self, fabric: FabricSettings, test: SmokeTestSettings) -> IDependable:
        group = next(g for g in self._groups if g.instance_type.gpus and g.min_nodes >= 2)
        manifests = smoke_test_manifests(fabric, test, group, image=test.image.pinned(self._lock))
        job = eks.KubernetesManifest(self, "SmokeTest", cluster=self._cluster, manifest=manifests)
        job.node.add_dependency(self.namespace)
        # Set once the Job has succeeded, and never where it failed.
        passed = eks.KubernetesObjectValue(
            self,
            "SmokeTestPassed",
            cluster=self._cluster,
            object_type="job",
            object_name=manifests[-1]["metadata"]["name"],
            object_namespace=fabric.namespace,
            json_path=".status.completionTime",
            timeout=cdk.Duration.minutes(test.timeout_minutes),
        )
        passed.node.add_dependency(job)
        return passed

    def _store(self, fabric: FabricSettings, store: MooncakeSettings) -> None:
        manifests = mooncake_manifests(fabric, store, self._groups, image=store.image.pinned(self._lock))
        mooncake = eks.KubernetesManifest(self, "Mooncake", cluster=self._cluster, manifest=manifests)
        mooncake.node.add_dependency(self.namespace)

    def _install_kuberay(self, after: IDependable) -> eks.HelmChart:
        chart = kuberay_chart(self._settings.private_registry)
        operator = eks.HelmChart(
            self,
            "KubeRay",
            cluster=self._cluster,
            chart=chart.name,
            repository=chart.repository,
            version=chart.version,
            release=chart.name,
            namespace=chart.namespace,
            create_namespace=True,
            values=chart.values,
            wait=True,
        )
        operator.node.add_dependency(after)
        return operator
