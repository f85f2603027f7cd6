"""The Kubernetes objects of the shared file system. Deleting any of them deletes no data."""

from typing import Any

CLAIM, STORAGE_CLASS = "fsx-claim", "fsx-sc"


def storage_class() -> dict[str, Any]:
    """Names the driver."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": STORAGE_CLASS},
        "provisioner": "fsx.csi.aws.com",
        "reclaimPolicy": "Retain",
    }


def claim_manifests(
    *, file_system: str, dns_name: str, mount_name: str, storage_gib: int, namespace: str
) -> list[dict[str, Any]]:
    """A volume and the claim on it, for the pods of one namespace: a volume has one claim, and each namespace sees
    the same files by one of its own.

    Args:
        file_system: its id.
        storage_gib: in GiB; shown to users, and not enforced.
        namespace: of the claim.
    """
    capacity = {"storage": f"{storage_gib}Gi"}
    volume = "fsx-pv" if namespace == "default" else f"fsx-pv-{namespace}"
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": volume},
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
                "volumeName": volume,
                "resources": {"requests": capacity},
            },
        },
    ]
