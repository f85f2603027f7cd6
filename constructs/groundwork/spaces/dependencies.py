"""What the add-on needs in the cluster before it comes itself."""

import aws_cdk as cdk
from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_kms as kms
from constructs import Construct, IConstruct, IDependable

from groundwork.images import ImageLock
from groundwork.pod_role import PodRole
from groundwork.spaces.dependency_settings import LoadBalancerControllerSettings, OwnAddon
from groundwork.spaces.driver_roles import EXTERNAL_DNS_ACCOUNT, ebs_csi_role, external_dns_role, load_balancer_role
from groundwork.spaces.manifests import volume_class
from groundwork.spaces.names import SYSTEM_TOLERATION
from groundwork.spaces.settings import SpacesSettings

CHART = "aws-load-balancer-controller"
CHART_VERSION = "3.2.2"
"""Of the controller v3.2.2, as aws-cdk-lib 2.275 pairs them."""
CHART_TIMEOUT = cdk.Duration.minutes(10)
_TOLERATIONS = {"tolerations": [SYSTEM_TOLERATION]}


class SpacesDependencies(Construct):
    """cert-manager and the driver for volumes; with names to enter ExternalDNS, and with a web page the controller for
    load balancers. All of them wait for nodes: an add-on without one never becomes healthy.
    """

    installed: list[IConstruct]
    """What the add-on has to wait for."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cluster: eks_v2.ICluster,
        vpc_id: str,
        settings: SpacesSettings,
        image_lock: ImageLock,
        hyperpod_cluster_arn: str | None,
        volume_key: kms.IKey,
        ready: IDependable,
    ) -> None:
        """
        Args:
            vpc_id: the cluster's VPC; pods cannot ask their node for it.
            hyperpod_cluster_arn: whose nodes the volumes are attached to. None: any of the account and Region.
            volume_key: encrypts the volumes of Spaces.
            ready: what says that there are nodes.
        """
        super().__init__(scope, construct_id)
        self._cluster, self._ready = cluster, ready
        self.installed = []
        needs = settings.dependencies
        self._add_on(
            "CertManager",
            "cert-manager",
            needs.cert_manager,
            # Its web hook and its injector are deployments of their own.
            {**_TOLERATIONS, "webhook": _TOLERATIONS, "cainjector": _TOLERATIONS},
        )
        if needs.ebs_csi.install:
            self._volumes(needs.ebs_csi, hyperpod_cluster_arn, volume_key)
        if settings.enters_names and needs.external_dns.install:
            role = external_dns_role(self, "NamesRole", cluster=cluster, zones=settings.zones)
            self._add_on("Names", "external-dns", needs.external_dns, self._names(settings), role)
        if settings.load_balancer_controller:
            self._load_balancer_controller(needs.load_balancer_controller, vpc_id, image_lock)

    def _add_on(
        self,
        construct_id: str,
        name: str,
        settings: OwnAddon,
        configuration: dict[str, object],
        role: PodRole | None = None,
    ) -> None:
        if not settings.install:
            return
        addon = eks.CfnAddon(
            self,
            construct_id,
            addon_name=name,
            addon_version=settings.version,
            cluster_name=self._cluster.cluster_name,
            configuration_values=cdk.Stack.of(self).to_json_string(configuration),
            resolve_conflicts="OVERWRITE",
        )
        self._order(addon, role)

    def _volumes(self, settings: OwnAddon, hyperpod_cluster_arn: str | None, key: kms.IKey) -> None:
        role = ebs_csi_role(
            self, "VolumeRole", cluster=self._cluster, hyperpod_cluster_arn=hyperpod_cluster_arn, key=key
        )
        self._add_on("Volumes", "aws-ebs-csi-driver", settings, {"controller": _TOLERATIONS}, role)
        volumes = eks_v2.KubernetesManifest(
            self,
            "VolumeClass",
            cluster=self._cluster,
            manifest=[volume_class(key.key_arn)],
            overwrite=True,
            prune=False,
        )
        self._order(volumes, role)

    def _names(self, settings: SpacesSettings) -> dict[str, object]:
        """`sync` also deletes: Spaces come and go, and a record that stays behind could be somebody else's address."""
        domains = [way.domain for way in (settings.web_ui, settings.direct_ssh) if way]
        return {
            "provider": "aws",
            "sources": ["ingress", "service"],
            "domainFilters": domains,
            "policy": "sync",
            "registry": "txt",
            "txtOwnerId": self._cluster.cluster_name,
            "serviceAccount": {"name": EXTERNAL_DNS_ACCOUNT[1]},
            **_TOLERATIONS,
        }

    def _load_balancer_controller(
        self, settings: LoadBalancerControllerSettings, vpc_id: str, image_lock: ImageLock
    ) -> None:
        role = load_balancer_role(self, "BalancerRole", cluster=self._cluster, vpc_id=vpc_id)
        # CDK's handler pulls from an OCI registry by the chart's full address, and wants the name as well.
        oci = settings.repository.startswith("oci://")
        chart = eks_v2.HelmChart(
            self,
            "BalancerController",
            cluster=self._cluster,
            chart=CHART,
            repository=f"{settings.repository}/{CHART}" if oci else settings.repository,
            version=CHART_VERSION,
            release=CHART,
            namespace="kube-system",
            create_namespace=False,
            wait=True,
            timeout=CHART_TIMEOUT,
            values={
                "clusterName": self._cluster.cluster_name,
                "region": cdk.Stack.of(self).region,
                "vpcId": vpc_id,
                "serviceAccount": {"create": True, "name": CHART},
                # The web hook stands in the way of every Service until the controller answers.
                "enableServiceMutatorWebhook": False,
                "enableShield": False,
                "enableWaf": False,
                "enableWafv2": False,
                **_TOLERATIONS,
                **_image(settings, image_lock),
            },
        )
        self._order(chart, role)

    def _order(self, installed: IConstruct, role: PodRole | None) -> None:
        installed.node.add_dependency(self._ready)
        if role:
            installed.node.add_dependency(role.association)
        self.installed.append(installed)


def _image(settings: LoadBalancerControllerSettings, lock: ImageLock) -> dict[str, object]:
    """The chart writes `repository:tag`, and a tag may be followed by a digest."""
    if settings.image is None:
        return {}
    repository = settings.image.root.rpartition(":")[0]
    return {"image": {"repository": repository, "tag": settings.image.pinned(lock).removeprefix(f"{repository}:")}}
