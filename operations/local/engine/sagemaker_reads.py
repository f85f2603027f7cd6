"""SageMaker, as far as a deployment asks it: what is walked through is described and listed, nothing else is.

The engine has no SageMaker. Functions that look at a cluster, workforces or work teams before they change something run
here all the same, and hear what AWS would say.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any

from operations.local.engine.lifecycle import HeldResource, Lifecycle

SERVICE = "sagemaker"
_TYPES = {"Content-Type": "application/x-amz-json-1.1"}

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, Mapping[str, str], bytes, Mapping[str, Any]], Awaitable[Response]]
Held = Callable[[str], list[HeldResource]]
"""What is held of a type in the account and Region that is asked."""


class NotFoundError(ValueError):
    """There is no such resource."""


def register_sagemaker(lifecycle: Lifecycle) -> None:
    """Have the engine ask its IAM whether a call of SageMaker is allowed, and then `answer`."""
    services: dict[str, Handler] = import_module("ministack.app").SERVICE_HANDLERS
    actions: Any = import_module("ministack.core.iam_actions")

    async def handler(
        _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Mapping[str, Any]
    ) -> Response:
        status, answered, content = answer(headers.get("x-amz-target", ""), body, lifecycle.held)
        # The engine writes the length of this answer into what it is given.
        return status, dict(answered), content

    services[SERVICE] = handler
    # Otherwise the engine reads the models of all services of AWS to find out whose call it is: ten seconds.
    import_module("ministack.core.router").SERVICE_PATTERNS[SERVICE] = {"target_prefixes": ["SageMaker."]}
    # Whoever calls a service without an entry here is let in.
    actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    actions.extract_resource_arn = _with_sagemaker(actions.extract_resource_arn)


def _with_sagemaker(own: Callable[..., str]) -> Callable[..., str]:
    def resource_arn(service: str, *rest: Any) -> str:
        if service != SERVICE:
            return own(service, *rest)
        body, region, account = rest[3], rest[5], rest[6]
        asked = str(json.loads(body or b"{}").get("ClusterName") or "")
        # To list knows no resource.
        return asked if asked.startswith("arn:") else _arn(region, account, f"cluster/{asked}") if asked else "*"

    return resource_arn


def _arn(region: str, account: str, resource: str) -> str:
    return f"arn:aws:{SERVICE}:{region}:{account}:{resource}"


def answer(target: str, body: bytes, held: Held) -> Response:
    """What SageMaker says to one call; `target` is the header `x-amz-target`."""
    if target not in _ANSWERS:
        return 400, _TYPES, _error("UnknownOperationException", f"The embedded engine does not know {target}")
    try:
        return 200, _TYPES, json.dumps(_ANSWERS[target](json.loads(body), held)).encode()
    except NotFoundError as error:
        return 400, _TYPES, _error("ResourceNotFound", str(error))


def _cluster(request: Mapping[str, Any], held: Held) -> dict[str, Any]:
    asked = str(request["ClusterName"])
    for cluster in held("AWS::SageMaker::Cluster"):
        if asked in (cluster.physical_id, cluster.properties.get("ClusterName")):
            return {
                "ClusterArn": cluster.physical_id,
                "ClusterName": cluster.properties.get("ClusterName"),
                "ClusterStatus": "InService",
                "InstanceGroups": [_group(each) for each in cluster.properties.get("InstanceGroups", ())],
            }
    raise NotFoundError(f"Cluster {asked} not found")


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "InstanceGroupName": group["InstanceGroupName"],
        "InstanceType": group["InstanceType"],
        # No node stands behind any of them.
        "CurrentCount": 0,
        "TargetCount": int(group["InstanceCount"]),
    }


def _listing(
    key: str, type_name: str | None, name: str, *others: str, **constants: str
) -> Callable[..., dict[str, Any]]:
    """All of a type, on one page: those of its properties, and what is the same for each.

    Args:
        type_name: None: no template makes any, and nothing else makes something here.
        name: the property that a request's `NameContains` is about.
    """

    def listed(request: Mapping[str, Any], held: Held) -> dict[str, Any]:
        there = [each.properties for each in held(type_name)] if type_name else []
        wanted = [each for each in there if request.get("NameContains", "") in each.get(name, "")]
        return {key: [{each: of[each] for each in (name, *others) if each in of} | constants for of in wanted]}

    return listed


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any], Held], dict[str, Any]]] = {
    "SageMaker.DescribeCluster": _cluster,
    "SageMaker.ListEndpointConfigs": _listing(
        "EndpointConfigs", "AWS::SageMaker::EndpointConfig", "EndpointConfigName"
    ),
    "SageMaker.ListEndpoints": _listing(
        "Endpoints", "AWS::SageMaker::Endpoint", "EndpointName", EndpointStatus="InService"
    ),
    "SageMaker.ListLabelingJobs": _listing("LabelingJobSummaryList", None, "LabelingJobName"),
    "SageMaker.ListModelPackages": _listing("ModelPackageSummaryList", None, "ModelPackageName"),
    "SageMaker.ListModels": _listing("Models", "AWS::SageMaker::Model", "ModelName"),
    "SageMaker.ListTrainingJobs": _listing("TrainingJobSummaries", None, "TrainingJobName"),
    "SageMaker.ListTransformJobs": _listing("TransformJobSummaries", None, "TransformJobName"),
    "SageMaker.ListWorkforces": _listing(
        "Workforces", "AWS::SageMaker::Workforce", "WorkforceName", "CognitoConfig", "OidcConfig", Status="Active"
    ),
    "SageMaker.ListWorkteams": _listing("Workteams", "AWS::SageMaker::Workteam", "WorkteamName", "MemberDefinitions"),
}


def _error(code: str, message: str) -> bytes:
    return json.dumps({"__type": code, "message": message}).encode()
