"""Removes what the stack's own resources cannot: what people and controllers made in the cluster.

It is asked on behalf of four resources, each at its place in the order of the stack: for the teams that leave the file,
for the namespace of each team, for the Ingress of the web page, and for the records that point at it.
"""

import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from eks_api.api_server import ApiServerError
from space_removal.kubernetes import Kubernetes
from space_removal.left import LeftError
from space_removal.team_spaces import end_spaces, end_templates
from space_removal.web_entry import end_ingress, records_left

LONGEST = 25 * 60
"""Seconds: the framework gives up after half an hour, and would not say what is left."""
GONE = "gone"
_BUSY = ("Throttling", "ThrottlingException", "PriorRequestNotComplete", "ServiceUnavailable", "InternalFailure")
"""What Route 53 answers when it is worth another attempt."""
_NAMED = 3
"""Namespaces that are named with what is left in them: CloudFormation takes an answer of 4 KiB."""


class Removes(StrEnum):
    """What a resource removes, and its property of that name."""

    TEAMS = "leaving-teams"
    NAMESPACE = "namespace"
    INGRESS = "ingress"
    RECORDS = "records"


_OF_SPACES = (
    "The add-on amazon-sagemaker-spaces ends Spaces and the driver for volumes gives theirs back: see to it that their "
    "pods in jupyter-k8s-system and kube-system run"
)
_WHO = {
    Removes.TEAMS: _OF_SPACES,
    Removes.NAMESPACE: _OF_SPACES,
    Removes.INGRESS: "AWS Load Balancer Controller takes the load balancer of an Ingress away: see to it that its pods "
    "in kube-system run, and that nothing protects the load balancer",
    Removes.RECORDS: "ExternalDNS takes them away when what they point at is gone: see to it that its pods run, and "
    "that no Service or Ingress asks for such a name",
}


def begin(event: Mapping[str, Any], *, eks: Any) -> dict[str, Any]:
    """Note when the waiting began and whether the cluster is there; the framework hands it on to the question whether
    all is done. EKS is asked by the function that is outside of the VPC, where no endpoint is needed for it.
    """
    properties = event["ResourceProperties"]
    # Another cluster makes it another resource, and the old one is deleted.
    named = {"PhysicalResourceId": ":".join((properties["Removes"], properties["Cluster"], *_own_namespace(event)))}
    answer: dict[str, Any] = {} if event["RequestType"] == "Delete" else named
    if _is_asked_for(event):
        cluster = "" if _is_there(properties["Cluster"], eks) else GONE
        answer["Data"] = {"Started": str(int(time.time())), "Cluster": cluster}
    return answer


def is_due(event: Mapping[str, Any]) -> bool:
    """Whether there may be something to remove, as long as there is a cluster."""
    return _is_asked_for(event) and event["Data"]["Cluster"] != GONE


def what_is_left(event: Mapping[str, Any], *, kubernetes: Kubernetes, route53: Callable[[], Any]) -> str:
    """What a removal still waits for, in words.

    Each call looks at what is there and does what is missing, so a call that comes twice does no harm.

    Args:
        route53: makes a client, which takes long and is seldom needed.

    Raises:
        LeftError: something refuses to go, or takes too long.
    """
    what = _in_words(event)
    try:
        left = _remove(event, kubernetes, route53)
    except ApiServerError as error:
        left = _again(error, what, passes=error.passes)
    except ClientError as error:
        left = _again(error, what, passes=error.response["Error"]["Code"] in _BUSY)
    except BotoCoreError as error:
        left = _again(error, what, passes=True)
    if left and time.time() - int(event["Data"]["Started"]) > LONGEST:
        who = _WHO[Removes(event["ResourceProperties"]["Removes"])]
        raise LeftError(f"{what}: waited {LONGEST // 60} minutes for {left}. {who}, and try again")
    return left


def _remove(event: Mapping[str, Any], kubernetes: Kubernetes, route53: Callable[[], Any]) -> str:
    properties = event["ResourceProperties"]
    keep = properties.get("KeepVolumes") == "true"
    match Removes(properties["Removes"]):
        case Removes.TEAMS:
            # Their templates stay until the namespace goes: an update that is rolled back finds the team as it was.
            found = {name: end_spaces(kubernetes, name, keep=keep) for name in _leaving(event)}
            return "; ".join([f"namespace {name}: {left}" for name, left in found.items() if left][:_NAMED])
        case Removes.NAMESPACE:
            name = properties["Namespace"]
            return end_spaces(kubernetes, name, keep=keep) or end_templates(kubernetes, name)
        case Removes.INGRESS:
            return end_ingress(kubernetes)
        case Removes.RECORDS:
            return records_left(route53(), zones=properties["Zones"], owner=properties["Cluster"])


def _is_asked_for(event: Mapping[str, Any]) -> bool:
    if event["ResourceProperties"]["Removes"] == Removes.TEAMS:
        return bool(_leaving(event))
    return event["RequestType"] == "Delete"


def _leaving(event: Mapping[str, Any]) -> list[str]:
    """The namespaces of teams that the change takes out of the file. At the end of the stack each has its own."""
    now, before = event["ResourceProperties"], event.get("OldResourceProperties", {})
    if event["RequestType"] != "Update" or before.get("Cluster") != now["Cluster"]:
        return []
    return sorted(set(before["Namespaces"]) - set(now["Namespaces"]))


def _in_words(event: Mapping[str, Any]) -> str:
    match Removes(event["ResourceProperties"]["Removes"]):
        case Removes.TEAMS:
            return "Spaces of teams that have left the file"
        case Removes.NAMESPACE:
            return f"Spaces of namespace {event['ResourceProperties']['Namespace']}"
        case Removes.INGRESS:
            return "The load balancer of Spaces"
        case Removes.RECORDS:
            return "The records of Spaces"


def _own_namespace(event: Mapping[str, Any]) -> list[str]:
    return [name] if (name := event["ResourceProperties"].get("Namespace")) else []


def _again(error: Exception, what: str, *, passes: bool) -> str:
    """What is left where it is worth another attempt."""
    if not passes:
        raise LeftError(f"{what} cannot be removed: {error}") from error
    return str(error)


def _is_there(cluster: str, eks: Any) -> bool:
    try:
        found = eks.describe_cluster(name=cluster)["cluster"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return found["status"] != "DELETING"
