"""Ends the Spaces of one namespace while the add-on is there to do it: with it goes what takes off their finalizers,
detaches their volumes and gives their registrations back.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from eks_api.api_server import ApiServerError
from space_removal.kubernetes import Kubernetes, Object, is_leaving, name_of
from space_removal.volumes import mark_volumes, unsettled_volumes

LONGEST = 25 * 60
"""Seconds: the framework gives up after half an hour, and would not say what is left."""
NAMED = 10
"""Of what is left: how many are named. CloudFormation takes an answer of 4 KiB."""
GONE = "gone"
OURS = "groundwork/spaces-team"
"""Label of the templates that the platform made."""


class SpacesLeftError(Exception):
    """There are still Spaces; the text says which and why, in the error of the deletion."""


def begin(event: Mapping[str, Any], *, eks: Any) -> dict[str, Any]:
    """Note when the waiting began and whether the cluster is there; the framework hands it on to the question whether
    all is done. EKS is asked by the function that is outside of the VPC, where no endpoint is needed for it.
    """
    properties = event["ResourceProperties"]
    if event["RequestType"] != "Delete":
        return {"PhysicalResourceId": f"spaces-of-{properties['Namespace']}"}
    cluster = "" if _is_there(properties["Cluster"], eks) else GONE
    return {"Data": {"Started": str(int(time.time())), "Cluster": cluster}}


def has_spaces(event: Mapping[str, Any]) -> bool:
    """Whether there may be something to end: at a deletion, and as long as there is a cluster."""
    return event["RequestType"] == "Delete" and event["Data"]["Cluster"] != GONE


def what_is_left(event: Mapping[str, Any], *, kubernetes: Kubernetes) -> str:
    """What a deletion still waits for, in words.

    Each call looks at what is there and does what is missing, so a call that comes twice does no harm.

    Raises:
        SpacesLeftError: something refuses to go, or takes too long.
    """
    properties = event["ResourceProperties"]
    namespace = properties["Namespace"]
    try:
        left = remove(kubernetes, namespace, keep=properties["KeepVolumes"] == "true")
    except ApiServerError as error:
        if not error.passes:
            raise SpacesLeftError(f"the Spaces of namespace {namespace} cannot be ended: {error}") from error
        left = str(error)
    if left and time.time() - int(event["Data"]["Started"]) > LONGEST:
        raise SpacesLeftError(
            f"After {LONGEST // 60} minutes, namespace {namespace}: {left}. The add-on amazon-sagemaker-spaces ends "
            "Spaces and the driver for volumes gives theirs back: see to it that their pods in jupyter-k8s-system and "
            "kube-system run, and delete again"
        )
    return left


def remove(kubernetes: Kubernetes, namespace: str, *, keep: bool) -> str:
    """Ask what stands in a namespace to go, and say what is still there.

    Args:
        keep: whether the volumes outlive their Spaces.
    """
    spaces = kubernetes.spaces(namespace)
    # Before the first Space is asked: afterwards the claim may be gone, and the volume with it.
    mark_volumes(kubernetes, namespace, spaces, keep=keep)
    _delete_spaces(kubernetes, namespace, spaces)
    if spaces:
        return f"Spaces {_named(spaces)}"
    # They hold the add-on's access strategy by a finalizer. One that a Space uses could not go.
    templates = kubernetes.templates(namespace, OURS)
    for template in templates:
        if not is_leaving(template):
            kubernetes.delete_template(namespace, name_of(template))
    if templates:
        return f"templates {_named(templates)}"
    volumes = unsettled_volumes(kubernetes, namespace)
    return f"volumes {_named(volumes)}" if volumes else ""


def _delete_spaces(kubernetes: Kubernetes, namespace: str, spaces: Sequence[Object]) -> None:
    refused: list[str] = []
    for space in spaces:
        if is_leaving(space):
            continue
        try:
            kubernetes.delete_space(namespace, name_of(space))
        except ApiServerError as error:
            if error.passes:
                raise
            refused.append(f"{name_of(space)}: {error}")
    if refused:
        raise SpacesLeftError(
            f"{len(refused)} Spaces of namespace {namespace} may not be deleted. {'; '.join(refused[:3])}. "
            "Have their owners delete them, or somebody in the group cluster-workspace-admin, and delete again"
        )


def _is_there(cluster: str, eks: Any) -> bool:
    try:
        found = eks.describe_cluster(name=cluster)["cluster"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return found["status"] != "DELETING"


def _named(found: Sequence[Mapping[str, Any]]) -> str:
    names = ", ".join(sorted(name_of(each) for each in found)[:NAMED])
    return f"{names} and {len(found) - NAMED} more" if len(found) > NAMED else names
