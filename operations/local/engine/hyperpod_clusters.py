"""SageMaker, as far as a deployment asks about HyperPod clusters: what is walked through is described, nothing else is.

The engine has no SageMaker. Functions that look at a cluster before they change something run here all the same, and
hear of a cluster that is not there what AWS would say.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from operations.local.engine.lifecycle import HeldResource, Lifecycle

SERVICE = "sagemaker"
_TYPE = "AWS::SageMaker::Cluster"
_DESCRIBE = "SageMaker.DescribeCluster"
_TYPES = {"Content-Type": "application/x-amz-json-1.1"}

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, Mapping[str, str], bytes, Mapping[str, Any]], Awaitable[Response]]


def register_clusters(lifecycle: Lifecycle) -> None:
    """Have the engine ask its IAM whether a call of SageMaker is allowed, and then `answer`."""
    services: dict[str, Handler] = import_module("ministack.app").SERVICE_HANDLERS
    actions: Any = import_module("ministack.core.iam_actions")

    async def handler(
        _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Mapping[str, Any]
    ) -> Response:
        status, answered, content = answer(headers.get("x-amz-target", ""), body, lifecycle.held(_TYPE))
        # The engine writes the length of this answer into what it is given.
        return status, dict(answered), content

    services[SERVICE] = handler
    # Otherwise the engine reads the models of all services of AWS to find out whose call it is: ten seconds.
    import_module("ministack.core.router").SERVICE_PATTERNS[SERVICE] = {"target_prefixes": ["SageMaker."]}
    # Whoever calls a service without an entry here is let in.
    actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    actions.extract_resource_arn = _with_clusters(actions.extract_resource_arn)


def _with_clusters(own: Callable[..., str]) -> Callable[..., str]:
    def resource_arn(service: str, *rest: Any) -> str:
        if service != SERVICE:
            return own(service, *rest)
        body, region, account = rest[3], rest[5], rest[6]
        asked = str(json.loads(body or b"{}").get("ClusterName") or "*")
        return asked if asked.startswith("arn:") else f"arn:aws:{SERVICE}:{region}:{account}:cluster/{asked}"

    return resource_arn


def answer(target: str, body: bytes, clusters: Iterable[HeldResource]) -> Response:
    """What SageMaker says to one call.

    Args:
        target: the header `x-amz-target`.
        clusters: those of the account and Region that is asked.
    """
    if target != _DESCRIBE:
        return 400, _TYPES, _error("UnknownOperationException", f"The embedded engine does not know {target}")
    asked = str(json.loads(body)["ClusterName"])
    for cluster in clusters:
        if asked in (cluster.physical_id, cluster.properties.get("ClusterName")):
            return 200, _TYPES, json.dumps(_description(cluster)).encode()
    return 400, _TYPES, _error("ResourceNotFound", f"Cluster {asked} not found")


def _description(cluster: HeldResource) -> dict[str, Any]:
    groups: Iterable[Mapping[str, Any]] = cluster.properties.get("InstanceGroups", ())
    return {
        "ClusterArn": cluster.physical_id,
        "ClusterName": cluster.properties.get("ClusterName"),
        "ClusterStatus": "InService",
        # No node stands behind any of them.
        "InstanceGroups": [
            {
                "InstanceGroupName": group["InstanceGroupName"],
                "InstanceType": group["InstanceType"],
                "CurrentCount": 0,
                "TargetCount": int(group["InstanceCount"]),
            }
            for group in groups
        ],
    }


def _error(code: str, message: str) -> bytes:
    return json.dumps({"__type": code, "message": message}).encode()
