"""SageMaker on 127.0.0.1, as far as a project calls it: botocore's model validates each request and each answer, and
the policies of the caller's role decide whether it may. A caller is known by the path that its client calls: `/step`.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.session import Session
from botocore.validate import ParamValidator

from tests.gateway.iam_policy import allows

ACCOUNT, REGION = "111122223333", "us-east-1"
PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"
MODEL = Session().get_service_model("sagemaker")
KINDS = ("Endpoint", "EndpointConfig", "LabelingJob", "Model", "ModelPackage", "TrainingJob", "TransformJob")
_SUMMARIES = {"TrainingJob": "TrainingJobSummaries", "TransformJob": "TransformJobSummaries"}
_SUMMARIES |= {"LabelingJob": "LabelingJobSummaryList", "ModelPackage": "ModelPackageSummaryList"}


class Refused(Exception):  # noqa: N818
    """An error of the API."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


@dataclass
class FakeSageMaker:
    """What there is, by kind and name; what was called; and what is to go wrong."""

    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Caller, operation, request."""
    statements: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Of the callers' roles; nothing is asked of a caller that is not here."""
    throttled: dict[str, int] = field(default_factory=dict)
    """So many calls of an operation still meet a busy service."""
    subscribed: bool = True
    ends: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    """What a job, a package or an endpoint comes to, by kind: what its description has then."""
    answer_of_endpoint: str = '{"Source": {"Type": "direct"}, "IsAnomalous": true, "Confidence": 0.9}'

    def operations(self, *names: str) -> list[dict[str, Any]]:
        """The requests of these operations, in their order."""
        return [request for _, operation, request in self.calls if operation in names]

    def answer(self, caller: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        model = MODEL.operation_model(operation)
        _validate(request, model.input_shape)
        self._authorize(caller, operation, request)
        if self.throttled.get(operation, 0):
            self.throttled[operation] -= 1
            raise Refused("ThrottlingException", "Rate exceeded")
        self.calls.append((caller, operation, request))
        verb, kind = re.match("(Create|Describe|Update|List|Stop|Delete)(.*)", operation).groups()  # type: ignore[union-attr]
        answer = getattr(self, f"_{verb.lower()}")(kind, request)
        if model.output_shape:
            members = model.output_shape.members
            answer = {name: value for name, value in answer.items() if name in members}
            _validate(answer, model.output_shape)
        return answer

    def _authorize(self, caller: str, operation: str, request: Mapping[str, Any]) -> None:
        if caller not in self.statements:
            return
        wanted: list[tuple[str, str, dict[str, str]]] = [
            (f"sagemaker:{operation}", arn, {}) for arn in _resources(operation, request)
        ]
        if role := request.get("RoleArn") or request.get("ExecutionRoleArn"):
            wanted.append(("iam:PassRole", role, {"iam:PassedToService": "sagemaker.amazonaws.com"}))
        for action, resource, context in wanted:
            if not allows(self.statements[caller], action=action, resource=resource, context=context):
                raise Refused("AccessDeniedException", f"{caller} may not {action} on {resource}")

    def _create(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        name = request[f"{kind}Name"]
        if kind in ("TrainingJob", "ModelPackage") and not self.subscribed:
            raise Refused("ValidationException", "Caller is not subscribed to the marketplace offering.")
        if name in self.things[kind]:
            job = kind.endswith("Job")
            raise Refused("ResourceInUse" if job else "ValidationException", "Cannot create already existing")
        arn = f"{PREFIX}{_resource(kind)}/{name}"
        begun = {"Endpoint": "Creating", "ModelPackage": "Pending"}.get(kind, "InProgress")
        self.things[kind][name] = {
            **request,
            f"{kind}Arn": arn,
            f"{kind}Status": begun,
            "CreationTime": time.time(),
            "LastModifiedTime": time.time(),
            # What each description has beside what was asked for.
            "LabelCounters": {},
            "JobReferenceCode": "0",
            "ModelArtifacts": {"S3ModelArtifacts": ""},
            "SecondaryStatus": "Training",
            "ModelPackageStatusDetails": {"ValidationStatuses": []},
        }
        return {f"{kind}Arn": arn}

    def _describe(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        if kind == "Algorithm":
            return _algorithm(request["AlgorithmName"])
        found = self._find(kind, request)
        shown = dict(found)
        # Looked at twice: it is under way first. People are not so fast: a test ends their job.
        if kind != "LabelingJob" and kind in self.ends and not found.get("ended") and not found.pop("first", False):
            found["first"] = True
        elif kind != "LabelingJob" and kind in self.ends and not found.get("ended"):
            found.update(self.ends[kind](found), ended=True)
            shown = dict(found)
        return shown

    def _update(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        endpoint = self._find(kind, request)
        endpoint |= {"wanted": request["EndpointConfigName"], "EndpointStatus": "Updating", "ended": False}
        endpoint.pop("first", None)
        return {"EndpointArn": endpoint["EndpointArn"]}

    def _list(self, kinds: str, request: dict[str, Any]) -> dict[str, Any]:
        kind = kinds.removesuffix("s")
        wanted = request.get("StatusEquals")
        found = [
            {**each, "NumberOfTasks": 0, "LabelingJobName": each.get("LabelingJobName", "")}
            for name, each in self.things[kind].items()
            if request.get("NameContains", "") in name and wanted in (None, each[f"{kind}Status"])
        ]
        entries = _SUMMARIES.get(kind, kinds)
        members = MODEL.operation_model(f"List{kinds}").output_shape.members[entries].member.members
        return {entries: [{key: value for key, value in each.items() if key in members} for each in found]}

    def _stop(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        self._find(kind, request).update({f"{kind}Status": "Stopped", "ended": True})
        return {}

    def _delete(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        found = self._find(kind, request)
        if found.get("EndpointStatus") in ("Creating", "Updating"):
            raise Refused("ValidationException", "Cannot delete an endpoint that is being changed")
        del self.things[kind][request[f"{kind}Name"]]
        return {}

    def _find(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        found = self.things[kind].get(request[f"{kind}Name"])
        if found is None:
            jobs = ("LabelingJob", "TransformJob")
            raise Refused("ResourceNotFound" if kind in jobs else "ValidationException", "Could not find it")
        return found


def _algorithm(arn: str) -> dict[str, Any]:
    return {
        "AlgorithmName": arn.rpartition("/")[2],
        "AlgorithmArn": arn,
        "AlgorithmStatus": "Completed",
        "AlgorithmStatusDetails": {},
        "CreationTime": 1764000000.0,
        "TrainingSpecification": {
            "TrainingImage": "image",
            "SupportedTrainingInstanceTypes": ["ml.g4dn.2xlarge", "ml.g4dn.4xlarge"],
            "TrainingChannels": [
                {"Name": "training", "SupportedContentTypes": ["image/png"], "SupportedInputModes": ["Pipe"]}
            ],
        },
        "InferenceSpecification": {
            "Containers": [{"Image": "image"}],
            "SupportedTransformInstanceTypes": ["ml.c5.2xlarge", "ml.g4dn.xlarge"],
            "SupportedRealtimeInferenceInstanceTypes": ["ml.c5.2xlarge"],
            "SupportedContentTypes": ["image/jpeg", "image/png"],
            "SupportedResponseMIMETypes": ["application/json"],
        },
    }


def _resources(operation: str, request: Mapping[str, Any]) -> list[str]:
    kind = re.sub("^(Create|Describe|Update|List|Stop|Delete)", "", operation)
    if operation.startswith("List"):
        return ["*"]
    if kind == "Algorithm":
        return [request["AlgorithmName"]]
    named = [f"{PREFIX}{_resource(kind)}/{request[f'{kind}Name']}"]
    if operation in ("CreateEndpoint", "UpdateEndpoint"):
        named.append(f"{PREFIX}endpoint-config/{request['EndpointConfigName']}")
    return named


def _resource(kind: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"-\1", kind).lower()


def _validate(value: dict[str, Any], shape: Any) -> None:
    dated = json.loads(json.dumps(value), object_hook=_with_dates)
    report = ParamValidator().validate(dated, shape)
    if report.has_errors():
        raise Refused("ValidationException", f"{shape.name}: {report.generate_report()}")
    for name in value:
        if name not in shape.members:
            raise Refused("ValidationException", f"{shape.name} has no {name}")


def _with_dates(found: dict[str, Any]) -> dict[str, Any]:
    return {
        key: datetime.fromtimestamp(value) if key.endswith("Time") and isinstance(value, float) else value
        for key, value in found.items()
    }
