"""Waits until no pod mounts a claim, and says which do: Kubernetes keeps a claim that is being deleted for as long as a
pod that names it exists, one that has ended as well, and whoever waits for the deletion hears nothing of it.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection (read
2026-11-23).
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from eks_api.api_server import ApiServer, ApiServerError
from eks_api.presence import is_there

LONGEST = 10 * 60
"""Seconds: enough for pods that are ending; for others somebody has to decide."""
NAMED = 10
"""Of the pods: how many are named. CloudFormation takes an answer of 4 KiB."""
GONE = "gone"
_NOT_FOUND = 404


class ClaimInUseError(Exception):
    """Pods still mount the claim; the text says which, in the error of the deletion."""


def begin(event: Mapping[str, Any], *, eks: Any) -> dict[str, Any]:
    """Note when the waiting began and whether the cluster is there; the framework hands it on to the question whether
    all is done. Nothing but a deletion waits."""
    properties = event["ResourceProperties"]
    # Another claim makes it another resource, and the old one is deleted.
    named = ":".join((properties["Cluster"], properties["Namespace"], properties["Claim"]))
    if event["RequestType"] != "Delete":
        return {"PhysicalResourceId": named}
    cluster = "" if is_there(properties["Cluster"], eks=eks) else GONE
    return {"Data": {"Started": str(int(time.time())), "Cluster": cluster}}


def is_due(event: Mapping[str, Any]) -> bool:
    """Whether there may be pods."""
    return event["RequestType"] == "Delete" and event["Data"]["Cluster"] != GONE


def pods_left(event: Mapping[str, Any], *, kubernetes: ApiServer) -> str:
    """Which pods mount the claim, in words. It only looks, so a call that comes twice does no harm.

    Raises:
        ClaimInUseError: they have done so for too long, or the API server refuses to say.
    """
    properties = event["ResourceProperties"]
    namespace, claim = properties["Namespace"], properties["Claim"]
    try:
        left = _in_words(_mounting(kubernetes, namespace, claim))
    except ApiServerError as error:
        if error.status == _NOT_FOUND:
            return ""
        if not error.passes:
            raise ClaimInUseError(f"nobody can say who mounts {namespace}/{claim}: {error}") from error
        left = str(error)
    if left and time.time() - int(event["Data"]["Started"]) > LONGEST:
        raise ClaimInUseError(
            f"After {LONGEST // 60} minutes the claim {claim} of namespace {namespace} is still mounted: {left}. "
            "Delete these pods, or what makes them, also pods that have ended; then delete the stack again"
        )
    return left


def _mounting(kubernetes: ApiServer, namespace: str, claim: str) -> list[str]:
    """The names of pods on a node that mount the claim; one without a node holds no claim."""
    return sorted(
        pod["metadata"]["name"]
        for pod in kubernetes.items(f"/api/v1/namespaces/{quote(namespace)}/pods")
        if pod["spec"].get("nodeName")
        and any(
            volume.get("persistentVolumeClaim", {}).get("claimName") == claim
            for volume in pod["spec"].get("volumes", ())
        )
    )


def _in_words(pods: list[str]) -> str:
    names = ", ".join(pods[:NAMED])
    return f"pods {names} and {len(pods) - NAMED} more" if len(pods) > NAMED else f"pods {names}" if pods else ""
