"""A shared file system for the nodes."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.cluster.addon_versions import LUSTRE_DRIVER
from groundwork.cluster.claim_release import ClaimReleases
from groundwork.cluster.core_addons import HEALTH_TAINT, addon
from groundwork.cluster.lustre_manifests import CLAIM, claim_manifests, storage_class
from groundwork.cluster.storage_settings import LustreSettings
from groundwork.pod_role import PodRole, acknowledge_wildcards
from groundwork.removal import removal_policy

DRIVER_ACCOUNT = ("kube-system", "fsx-csi-controller-sa")


class LustreFileSystem(Construct):
    """FSx for Lustre, encrypted, in one zone; with EFA where asked for."""

    file_system: fsx.CfnFileSystem

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: LustreSettings,
        subnet: ec2.ISubnet,
        security_groups: Sequence[ec2.ISecurityGroup],
        key: kms.IKey,
        keep: bool,
    ) -> None:
        """
        Args:
            subnet: that of the nodes.
            security_groups: which let the nodes in.
            key: encrypts the data.
            keep: whether the data outlive the stack.
        """
        super().__init__(scope, construct_id)
        metadata = fsx.CfnFileSystem.MetadataConfigurationProperty(mode="USER_PROVISIONED", iops=settings.metadata_iops)
        self.file_system = fsx.CfnFileSystem(
            self,
            "FileSystem",
            file_system_type="LUSTRE",
            file_system_type_version="2.15",
            storage_type="SSD",
            storage_capacity=settings.storage_gib,
            subnet_ids=[subnet.subnet_id],
            security_group_ids=[group.security_group_id for group in security_groups],
            kms_key_id=key.key_arn,
            lustre_configuration=fsx.CfnFileSystem.LustreConfigurationProperty(
                deployment_type="PERSISTENT_2",
                per_unit_storage_throughput=settings.throughput,
                data_compression_type="LZ4",
                efa_enabled=settings.efa or None,
                metadata_configuration=metadata if settings.efa else None,
                automatic_backup_retention_days=7 if keep else 0,
                copy_tags_to_backups=True,
            ),
        )
        self.file_system.apply_removal_policy(removal_policy(keep=keep))

    def mount(
        self,
        *,
        cluster: eks.ICluster,
        driver_version: str | None,
        after: IDependable,
        releases: ClaimReleases | None = None,
    ) -> None:
        """Let pods have the file system: the driver's add-on with its role, and a claim in the namespace `default`.

        Args:
            driver_version: of the add-on; None: EKS's default.
            after: what waits for nodes; the driver runs on them.
            releases: keep the deletion of a claim from hanging where pods still mount it. None: nothing does.
        """
        namespace, account = DRIVER_ACCOUNT
        role = PodRole(
            self,
            "DriverRole",
            cluster=cluster,
            namespace=namespace,
            service_account=account,
            # It mounts what is there and makes no file systems: to look is all that this takes.
            statements=[
                iam.PolicyStatement(sid="LookAtFileSystems", actions=["fsx:DescribeFileSystems"], resources=["*"])
            ],
        )
        acknowledge_wildcards(
            role.role, ["*"], reason="The question knows no resource; what it answers is the names of file systems."
        )
        self._driver = addon(
            self,
            "Driver",
            cluster=cluster,
            name=LUSTRE_DRIVER,
            version=driver_version,
            # On the nodes it tolerates every taint by itself.
            values={"controller": {"tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, HEALTH_TAINT]}},
        )
        self._driver.node.add_dependency(after, role.association)
        self._cluster, self._releases = cluster, releases
        self._class = eks.KubernetesManifest(self, "Class", cluster=cluster, manifest=[storage_class()])
        self._class.node.add_dependency(self._driver)
        self.claim(namespace="default", after=after)

    def claim(self, *, namespace: str, after: IDependable) -> IDependable:
        """Let the pods of a namespace mount it, once `mount` was called.

        Args:
            after: what makes the namespace.

        Returns:
            What those pods of the stack depend on that mount it.
        """
        claim = eks.KubernetesManifest(
            self,
            f"Claim-{namespace}",
            cluster=self._cluster,
            manifest=claim_manifests(
                file_system=self.file_system.ref,
                dns_name=self.file_system.attr_dns_name,
                mount_name=self.file_system.attr_lustre_mount_name,
                storage_gib=int(self.file_system.storage_capacity or 0),
                namespace=namespace,
            ),
        )
        claim.node.add_dependency(self._class, after)
        return self._releases.add(namespace=namespace, claim=CLAIM, after=claim) if self._releases else claim
