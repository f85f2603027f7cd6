"""The volumes of Spaces. A claim belongs to its Space and goes with it, and the volume goes with the claim, unless it
is told to stay: https://github.com/jupyter-infra/jupyter-k8s, internal/controller/pvc_builder.go (read 2026-11-23).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from space_removal.kubernetes import Kubernetes, Object, is_leaving, name_of

MARK = "groundwork/space-namespace"
"""Label of a volume that belonged to a Space, with its namespace: nothing else says so once the claim is gone."""
SPACE, OWNER = "groundwork/space", "groundwork/space-owner"
"""Annotations of such a volume: the Space, and who made it."""
_CREATED_BY = "workspace.jupyter.org/created-by"


def mark_volumes(kubernetes: Kubernetes, namespace: str, spaces: Sequence[Object], *, keep: bool) -> None:
    """Mark the volumes of the Spaces of a namespace.

    Args:
        keep: whether they are told to stay as well.
    """
    owners = {name_of(space): space["metadata"].get("annotations", {}).get(_CREATED_BY, "") for space in spaces}
    marked = {name_of(volume): volume for volume in kubernetes.volumes(f"{MARK}={namespace}")}
    for claim in kubernetes.claims(namespace):
        space, volume = _space_of(claim), claim["spec"].get("volumeName")
        # What its owner has deleted just now is not to be kept.
        stays = keep and not is_leaving(claim)
        if space and volume and not (volume in marked and (_is_kept(marked[volume]) or not stays)):
            labels, annotations = {MARK: namespace}, {SPACE: space, OWNER: owners.get(space, "")}
            patch: Object = {"metadata": {"labels": labels, "annotations": annotations}}
            if stays:
                patch["spec"] = {"persistentVolumeReclaimPolicy": "Retain"}
            kubernetes.patch_volume(volume, patch)


def unsettled_volumes(kubernetes: Kubernetes, namespace: str) -> list[Object]:
    """Volumes that the driver is still to delete, and kept ones that it is still to detach: it goes after this."""
    volumes = kubernetes.volumes(f"{MARK}={namespace}")
    going = [volume for volume in volumes if not _is_kept(volume)]
    # Bound: somebody has taken it into use again.
    released = [volume for volume in volumes if _is_kept(volume) and volume["status"].get("phase") != "Bound"]
    if not released:
        return going
    attached = {each["spec"]["source"].get("persistentVolumeName") for each in kubernetes.attachments()}
    return going + [volume for volume in released if name_of(volume) in attached]


def _space_of(claim: Mapping[str, Any]) -> str | None:
    owners = claim["metadata"].get("ownerReferences", [])
    return next((owner["name"] for owner in owners if owner["kind"] == "Workspace"), None)


def _is_kept(volume: Mapping[str, Any]) -> bool:
    return volume["spec"].get("persistentVolumeReclaimPolicy") == "Retain"
