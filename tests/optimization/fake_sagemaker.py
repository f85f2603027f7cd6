"""SageMaker as far as an EAGLE job calls it: botocore's model validates each request and each answer, and the policies
of the caller's role decide whether it may.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.session import Session
from botocore.validate import ParamValidator

from tests.gateway.iam_policy import allows

ACCOUNT, REGION = "111122223333", "us-east-1"
PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"
_MODEL = Session().get_service_model("sagemaker")
_NAMES = {
    "OptimizationJob": ("OptimizationJobName", "optimization-job"),
    "ProcessingJob": ("ProcessingJobName", "processing-job"),
    "Model": ("ModelName", "model"),
    "EndpointConfig": ("EndpointConfigName", "endpoint-config"),
    "Endpoint": ("EndpointName", "endpoint"),
}


class Refused(Exception):  # noqa: N818
    """An error of the API."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


@dataclass
class FakeSageMaker:
    """What there is, by kind and name; what was called; and what is to go wrong."""

    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in _NAMES})
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Caller, operation, request."""
    statements: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Of the callers' roles."""
    throttled: dict[str, int] = field(default_factory=dict)
    """So many calls of an operation still meet a busy service."""
    on_call: Callable[[str, dict[str, Any]], None] = lambda operation, request: None
    """May refuse a call."""
    on_job: Callable[[dict[str, Any]], str] = lambda job: "COMPLETED"
    """What an optimization job comes to."""
    on_processing: Callable[[dict[str, Any]], str] = lambda job: "Completed"
    on_update: Callable[[str], bool] = lambda config: True
    """Whether an endpoint gets the configuration that it is asked for."""
    instances: int = 1
    """Of the endpoint."""
    converting: list[str] = field(default_factory=list)
    """Processing jobs that still run."""

    def operations(self, *names: str) -> list[dict[str, Any]]:
        """The requests of these operations, in their order."""
        return [request for _, operation, request in self.calls if operation in names]

    def answer(self, caller: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        model = _MODEL.operation_model(operation)
        _validate(request, model.input_shape)
        self._authorize(caller, operation, request)
        if self.throttled.get(operation, 0):
            self.throttled[operation] -= 1
            raise Refused("ThrottlingException", "Rate exceeded")
        self.on_call(operation, request)
        self.calls.append((caller, operation, request))
        own = getattr(self, f"_{operation}", None)
        answer = (own or self._generic(operation))(request)
        if model.output_shape:
            _validate(answer, model.output_shape)
        return answer

    def _authorize(self, caller: str, operation: str, request: Mapping[str, Any]) -> None:
        wanted: list[tuple[str, str, dict[str, str]]] = []
        for arn in _resources(operation, request):
            wanted.append((f"sagemaker:{operation}", arn, {}))
            if request.get("Tags"):
                wanted.append(("sagemaker:AddTags", arn, {"sagemaker:TaggingAction": operation}))
        if role := request.get("RoleArn") or request.get("ExecutionRoleArn"):
            wanted.append(("iam:PassRole", role, {"iam:PassedToService": "sagemaker.amazonaws.com"}))
        for action, resource, context in wanted:
            if not allows(self.statements[caller], action=action, resource=resource, context=context):
                raise Refused("AccessDeniedException", f"{caller} may not {action} on {resource}")

    def _generic(self, operation: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        verb, kind = re.match("(Create|Describe)(.*)", operation).groups()  # type: ignore[union-attr]
        key, resource = _NAMES[kind]

        def create(request: dict[str, Any]) -> dict[str, Any]:
            if request[key] in self.things[kind]:
                jobs = kind.endswith("Job")
                raise Refused("ResourceInUse" if jobs else "ValidationException", "Cannot create already existing")
            arn = f"{PREFIX}{resource}/{request[key]}"
            self.things[kind][request[key]] = {**request, f"{kind}Arn": arn, "CreationTime": 1764000000.0}
            return {f"{kind}Arn": arn}

        def describe(request: dict[str, Any]) -> dict[str, Any]:
            found = self.things[kind].get(request[key])
            if found is None:
                raise Refused("ResourceNotFound" if kind == "OptimizationJob" else "ValidationException", "not found")
            members = _MODEL.operation_model(operation).output_shape.members
            return {name: value for name, value in found.items() if name in members}

        return create if verb == "Create" else describe

    def _DescribeOptimizationJob(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = self._generic("DescribeOptimizationJob")(request)
        job = self.things["OptimizationJob"][request["OptimizationJobName"]]
        # Looked at twice: it runs first.
        before, job["OptimizationJobStatus"] = job.get("OptimizationJobStatus"), "INPROGRESS"
        if before:
            job["OptimizationJobStatus"] = before if before not in ("INPROGRESS",) else self.on_job(job)
        failed = {"FailureReason": "out of memory"} if job["OptimizationJobStatus"] == "FAILED" else {}
        status = {"OptimizationJobStatus": job["OptimizationJobStatus"], "LastModifiedTime": 1764000000.0}
        return {**found, **status, **failed, "OptimizationOutput": {}}

    def _DescribeProcessingJob(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = self._generic("DescribeProcessingJob")(request)
        job = self.things["ProcessingJob"][request["ProcessingJobName"]]
        if job.get("status", "InProgress") == "InProgress":
            job["status"] = self.on_processing(job)
        return {**found, "ProcessingJobStatus": job["status"]}

    def _CreateModelPackage(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for arn, package in self.packages.items():
            if package["ClientToken"] == request["ClientToken"]:
                return {"ModelPackageArn": arn}
        version = len(self.packages) + 1
        arn = f"{PREFIX}model-package/{request['ModelPackageGroupName']}/{version}"
        self.packages[arn] = {**request, "ModelPackageVersion": version, "ModelPackageArn": arn}
        return {"ModelPackageArn": arn}

    def _DescribeModelPackage(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = self.packages[request["ModelPackageName"]]
        members = _MODEL.operation_model("DescribeModelPackage").output_shape.members
        return {
            **{name: value for name, value in found.items() if name in members},
            "ModelPackageName": found["ModelPackageArn"].rpartition(":")[2].partition("/")[2].replace("/", "-"),
            "CreationTime": 1764000000.0,
            "LastModifiedTime": found.get("changed", 1764000001.0),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": []},
        }

    def _UpdateModelPackage(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.packages[request["ModelPackageArn"]].update(request)
        return {"ModelPackageArn": request["ModelPackageArn"]}

    def _ListProcessingJobs(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        running = [name for name in self.converting if request["NameContains"] in name]
        arn = f"{PREFIX}processing-job/"
        return {
            "ProcessingJobSummaries": [
                {
                    "ProcessingJobName": name,
                    "ProcessingJobArn": arn + name,
                    "CreationTime": 1764000000.0,
                    "ProcessingJobStatus": "InProgress",
                }
                for name in running
            ]
        }

    def _DescribeEndpoint(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        endpoint = self.things["Endpoint"][request["EndpointName"]]
        variant = {"VariantName": "AllTraffic", "CurrentInstanceCount": self.instances}
        shown = {**endpoint, "ProductionVariants": [variant]}
        if wanted := shown.pop("wanted", None):
            # Looked at once while it is under way, with the name of the configuration from before.
            pending = {"EndpointConfigName": wanted}
            shown |= {"EndpointStatus": "Updating", "PendingDeploymentSummary": pending}
            del endpoint["wanted"]
            if self.on_update(wanted):
                endpoint["EndpointConfigName"] = wanted
        return shown

    def _UpdateEndpoint(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if request["EndpointConfigName"] not in self.things["EndpointConfig"]:
            raise Refused("ValidationException", "Could not find endpoint configuration")
        endpoint = self.things["Endpoint"][request["EndpointName"]]
        if "wanted" in endpoint:
            raise Refused("ValidationException", "Cannot update in-progress endpoint")
        endpoint["wanted"] = request["EndpointConfigName"]
        return {"EndpointArn": endpoint["EndpointArn"]}


def _resources(operation: str, request: Mapping[str, Any]) -> list[str]:
    match operation:
        case "CreateModelPackage":
            group = request["ModelPackageGroupName"]
            return [f"{PREFIX}model-package-group/{group}", f"{PREFIX}model-package/{group}/1"]
        case "DescribeModelPackage":
            return [request["ModelPackageName"]]
        case "UpdateModelPackage":
            return [request["ModelPackageArn"]]
        case "ListProcessingJobs":
            return ["*"]
        case "UpdateEndpoint":
            config = f"{PREFIX}endpoint-config/{request['EndpointConfigName']}"
            return [f"{PREFIX}endpoint/{request['EndpointName']}", config]
        case _:
            key, resource = _NAMES[re.sub("^(Create|Describe)", "", operation)]
            return [f"{PREFIX}{resource}/{request[key]}"]


def _validate(value: dict[str, Any], shape: Any) -> None:
    dated = json.loads(json.dumps(value), object_hook=_with_dates)
    report = ParamValidator().validate(dated, shape)
    if report.has_errors():
        raise Refused("ValidationException", report.generate_report())
    for name in value:
        if name not in shape.members:
            raise Refused("ValidationException", f"{shape.name} has no {name}")


def _with_dates(found: dict[str, Any]) -> dict[str, Any]:
    return {
        key: datetime.fromtimestamp(value) if key.endswith("Time") and isinstance(value, float) else value
        for key, value in found.items()
    }
