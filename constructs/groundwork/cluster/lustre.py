"""A shared file system for the nodes."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_fsx as fsx
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct, IDependable

from groundwork.acknowledge import acknowledge
from groundwork.cluster.core_addons import HEALTH_TAINT, addon
from groundwork.cluster.storage_settings import LustreSettings
from groundwork.removal import removal_policy

VOLUME, CLAIM, STORAGE_CLASS = "fsx-pv", "fsx-claim", "fsx-sc"


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

    def mount(self, *, cluster: eks.ICluster, after: IDependable) -> None:
        """Give pods the file system: the driver's add-on with its role, and a claim in the default namespace.

        Args:
            after: what waits for nodes; the driver runs on them.
        """
        role = iam.Role(
            self,
            "DriverRole",
            assumed_by=iam.SessionTagsPrincipal(iam.ServicePrincipal("pods.eks.amazonaws.com")),
            description="FSx driver of the cluster",
        )
        # It mounts what is there and makes no file systems: to look is all that this takes.
        role.add_to_policy(
            iam.PolicyStatement(sid="LookAtFileSystems", actions=["fsx:DescribeFileSystems"], resources=["*"])
        )
        acknowledge(
            role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            reason="The question knows no resource; what it answers is the names of file systems.",
        )
        acknowledge(
            role,
            "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy",
            "HIPAA.Security::HIPAA.Security-IAMNoInlinePolicy",
            "PCI.DSS.321::PCI.DSS.321-IAMNoInlinePolicy",
            reason="One action, for this driver alone; it goes with its role.",
        )
        driver = addon(
            self,
            "Driver",
            cluster=cluster,
            name="aws-fsx-csi-driver",
            # On the nodes it tolerates every taint by itself.
            values={"controller": {"tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, HEALTH_TAINT]}},
            service_account="fsx-csi-controller-sa",
            role_arn=role.role_arn,
        )
        driver.node.add_dependency(after)
        volume = eks.KubernetesManifest(
            self,
            "Volume",
            cluster=cluster,
            manifest=lustre_manifests(
                file_system=self.file_system.ref,
                dns_name=self.file_system.attr_dns_name,
                mount_name=self.file_system.attr_lustre_mount_name,
                storage_gib=int(self.file_system.storage_capacity or 0),
            ),
        )
        volume.node.add_dependency(driver)


def lustre_manifests(
    *, file_system: str, dns_name: str, mount_name: str, storage_gib: int, namespace: str = "default"
) -> list[dict[str, Any]]:
    """The storage class, the volume and the claim on it. Deleting any of them deletes no data.

    Args:
        file_system: its id.
        storage_gib: in GiB; shown to users, and not enforced.
        namespace: of the claim.
    """
    capacity = {"storage": f"{storage_gib}Gi"}
    return [
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": STORAGE_CLASS},
            "provisioner": "fsx.csi.aws.com",
            "reclaimPolicy": "Retain",
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": VOLUME},
            "spec": {
                "capacity": capacity,
                "volumeMode": "Filesystem",
                "accessModes": ["ReadWriteMany"],
                "mountOptions": ["flock"],
                "persistentVolumeReclaimPolicy": "Retain",
                "storageClassName": STORAGE_CLASS,
                "csi": {
                    "driver": "fsx.csi.aws.com",
                    "volumeHandle": file_system,
                    "volumeAttributes": {"dnsname": dns_name, "mountname": mount_name},
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": CLAIM, "namespace": namespace},
            "spec": {
                "accessModes": ["ReadWriteMany"],
                "storageClassName": STORAGE_CLASS,
                "volumeName": VOLUME,
                "resources": {"requests": capacity},
            },
        },
    ]
