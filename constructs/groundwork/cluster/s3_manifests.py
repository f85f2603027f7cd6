"""The Kubernetes objects of buckets that pods mount. Deleting any of them deletes no data.

Source: https://github.com/awslabs/mountpoint-s3-csi-driver, docs/CONFIGURATION.md and examples/kubernetes/
static_provisioning; the options: https://github.com/awslabs/mountpoint-s3, doc/CONFIGURATION.md (read 2026-11-23).
"""

from typing import Any

from groundwork.cluster.s3_settings import BucketSettings

_CAPACITY = {"storage": "1200Gi"}
"""Wanted by Kubernetes; the driver ignores it."""


def claim_name(settings: BucketSettings) -> str:
    """What pods name."""
    return f"s3-{settings.name}"


def bucket_manifests(settings: BucketSettings, *, namespace: str, region: str) -> list[dict[str, Any]]:
    """A volume and the claim on it, for the pods of one namespace; each volume is bound to its claim alone."""
    claim, volume = claim_name(settings), f"{claim_name(settings)}-{namespace}"
    modes = ["ReadWriteMany" if settings.access == "write" else "ReadOnlyMany"]
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": volume},
            "spec": {
                "capacity": _CAPACITY,
                "accessModes": modes,
                "mountOptions": _options(settings, region),
                "persistentVolumeReclaimPolicy": "Retain",
                "storageClassName": "",
                "claimRef": {"namespace": namespace, "name": claim},
                "csi": {
                    "driver": "s3.csi.aws.com",
                    "volumeHandle": volume,
                    "volumeAttributes": {"bucketName": settings.bucket, "authenticationSource": "driver"},
                },
            },
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": claim, "namespace": namespace},
            "spec": {
                "accessModes": modes,
                "storageClassName": "",
                "volumeName": volume,
                "resources": {"requests": _CAPACITY},
            },
        },
    ]


def _options(settings: BucketSettings, region: str) -> list[str]:
    # Pods cannot ask their node for the Region. Whoever runs in a pod sees the files, not root alone.
    options = [f"region {region}", "allow-other"]
    if settings.prefix:
        options.append(f"prefix {settings.prefix}")
    if settings.access == "read":
        return [*options, "read-only"]
    return [*options, "allow-delete", "allow-overwrite", "file-mode=0666", "dir-mode=0777"]
