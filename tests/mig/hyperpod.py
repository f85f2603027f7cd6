"""A HyperPod cluster behind boto3's real client: botocore checks every call and answer against SageMaker's model."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.session import get_session
from botocore.validate import validate_parameters

NAME = "training"
ARN = "arn:aws:sagemaker:eu-central-1:111122223333:cluster/abcdefghijkl"
_LABEL = "nvidia.com/mig.config"
_MODEL = get_session().get_service_model("sagemaker")


class RefusedError(Exception):
    """SageMaker's answer is an error; its code."""


class FakeHyperPod:
    """One group, and what the cluster goes through. It takes a change only while it is in service."""

    def __init__(self, *, layout: str) -> None:
        self.group: dict[str, Any] = {
            "InstanceGroupName": "gpus",
            "InstanceType": "ml.p5.48xlarge",
            "CurrentCount": 3,
            "TargetCount": 3,
            "ExecutionRole": "arn:aws:iam::111122223333:role/nodes",
            "KubernetesConfig": {"DesiredLabels": {_LABEL: layout}},
        }
        self.statuses = ["InService"]
        """What DescribeCluster answers in turn; it stays with the last."""
        self.after_update = ["InService"]
        """The same after an UpdateCluster."""
        self.changes: list[str] = []
        """The label that each UpdateCluster set."""
        self.answers: list[str] = []
        """Errors that the next calls get instead."""

    @property
    def layout(self) -> str:
        return self.group["KubernetesConfig"]["DesiredLabels"][_LABEL]

    def client(self) -> Any:
        access = {"region_name": "eu-central-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = boto3.client("sagemaker", **access)
        client.meta.events.register("before-call.sagemaker", self._call)
        return client

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """What SageMaker says to a call.

        Raises:
            RefusedError: an error.
        """
        model = _MODEL.operation_model(operation)
        validate_parameters(request, model.input_shape)
        assert request["ClusterName"] == NAME
        if self.answers:
            raise RefusedError(self.answers.pop(0))
        answer = self._describe() if operation == "DescribeCluster" else self._update(request)
        validate_parameters(answer, model.output_shape)
        return answer

    def _describe(self) -> dict[str, Any]:
        return {
            "ClusterArn": ARN,
            "ClusterStatus": self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0],
            "InstanceGroups": [self.group],
            "FailureMessage": "no capacity",
        }

    def _update(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if self.statuses[0] != "InService":
            raise RefusedError("ConflictException")
        (group,) = request["InstanceGroups"]
        labels = group["KubernetesConfig"]["Labels"]
        self.changes.append(labels[_LABEL])
        self.group["KubernetesConfig"] = {"DesiredLabels": labels}
        self.statuses = [*self.after_update]
        return {"ClusterArn": ARN}

    def _call(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        try:
            return _Http(200), self.answer(model.name, json.loads(params["body"]))
        except RefusedError as error:
            code = str(error)
            error_answer = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            return _Http(400), error_answer


class _Http:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
