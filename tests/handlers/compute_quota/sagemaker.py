"""SageMaker's compute quotas behind boto3's real client: botocore checks every call and answer against AWS's model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.validate import validate_parameters

CLUSTER = "arn:aws:sagemaker:us-east-1:111122223333:cluster/abcdefghij12"
_ARN = "arn:aws:sagemaker:us-east-1:111122223333:compute-quota/"


@dataclass
class Quota:
    """One quota, and the statuses that it still goes through; it stays in the last."""

    body: dict[str, Any]
    tags: list[dict[str, str]]
    statuses: list[str]
    version: int = 1
    reason: str | None = None

    def look(self) -> str:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@dataclass
class SageMaker:
    """Changes take one look to be done, unless a test says otherwise."""

    quotas: dict[str, Quota] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    outcomes: dict[str, list[str]] = field(default_factory=dict)
    """Statuses after an operation, by its name."""
    stale: int = 0
    """So many updates find that the quota has changed meanwhile."""

    def client(self) -> Any:
        client = boto3.client(
            "sagemaker", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        client.meta.events.register("before-call.sagemaker", self._call)
        return client

    def _call(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        self.calls.append(model.name)
        request = json.loads(params["body"] or "{}")
        try:
            answer = getattr(self, f"_{model.name}")(request)
        except _Refused as refused:
            error = {"Code": refused.code, "Message": refused.code}
            return _Http(400), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}
        if model.output_shape:
            validate_parameters(answer, model.output_shape)
        return _Http(200), answer

    def _CreateComputeQuota(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if any(each.body["Name"] == request["Name"] for each in self.quotas.values()):
            raise _Refused("ConflictException")
        quota_id = f"quota{len(self.quotas):07}"
        tags = request.pop("Tags")
        statuses = list(self.outcomes.get("Create", ["Creating", "Created"]))
        self.quotas[quota_id] = Quota(body=request, tags=tags, statuses=statuses)
        return {"ComputeQuotaArn": _ARN + quota_id, "ComputeQuotaId": quota_id}

    def _UpdateComputeQuota(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        quota = self._found(request)
        if self.stale:
            self.stale -= 1
            quota.version += 1
        if request.pop("TargetVersion") != quota.version or quota.statuses[0].endswith("ing"):
            raise _Refused("ConflictException")
        quota_id = request.pop("ComputeQuotaId")
        quota.body |= request
        quota.version += 1
        quota.statuses = list(self.outcomes.get("Update", ["Updating", "Updated"]))
        return {"ComputeQuotaArn": _ARN + quota_id, "ComputeQuotaVersion": quota.version}

    def _DeleteComputeQuota(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._found(request).statuses = list(self.outcomes.get("Delete", ["Deleting", "gone"]))
        return {}

    def _DescribeComputeQuota(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        quota = self._found(request)
        status = quota.look()
        if status == "gone":
            del self.quotas[request["ComputeQuotaId"]]
            raise _Refused("ResourceNotFound")
        return {
            **quota.body,
            "ComputeQuotaArn": _ARN + request["ComputeQuotaId"],
            "ComputeQuotaId": request["ComputeQuotaId"],
            "ComputeQuotaVersion": quota.version,
            "Status": status,
            "CreationTime": 0,
            **({"FailureReason": quota.reason} if quota.reason else {}),
        }

    def _ListComputeQuotas(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [
            {
                "Name": quota.body["Name"],
                "ComputeQuotaArn": _ARN + quota_id,
                "ComputeQuotaId": quota_id,
                "Status": quota.statuses[0],
                "ComputeQuotaTarget": quota.body["ComputeQuotaTarget"],
                "CreationTime": 0,
            }
            for quota_id, quota in self.quotas.items()
            if request["NameContains"] in quota.body["Name"]
        ]
        return {"ComputeQuotaSummaries": found}

    def _ListTags(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"Tags": self.quotas[request["ResourceArn"].rpartition("/")[2]].tags}

    def _found(self, request: Mapping[str, Any]) -> Quota:
        if quota := self.quotas.get(request["ComputeQuotaId"]):
            return quota
        raise _Refused("ResourceNotFound")


class _Refused(Exception):  # noqa: N818
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Http:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
