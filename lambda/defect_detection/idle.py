"""Takes away an endpoint that nobody calls.

A schedule asks every half an hour. The metric `Invocations` counts calls of a variant by the minute, and has no data
where there was none (https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html, read 2026-11-23).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from defect_detection.clients import Clients
from defect_detection.endpoint import VARIANT, delete_config, describe
from defect_detection.notices import publish
from defect_detection.outcome import error_code

_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class IdleRule:
    """Of one endpoint."""

    endpoint: str
    idle_hours: int
    topic: str


def remove_idle(rule: IdleRule, clients: Clients, *, now: datetime) -> str:
    """What was found: `absent`, `busy` (it changes), `young`, `called`, `removed`, or `gone` (by somebody else)."""
    found = describe(rule.endpoint, clients.sagemaker)
    if not found:
        return "absent"
    failed = found["EndpointStatus"] == "Failed"
    if not failed:
        if found["EndpointStatus"] != "InService":
            return "busy"
        if now - found["LastModifiedTime"] < timedelta(hours=rule.idle_hours):
            return "young"
        if _calls(rule, clients.cloudwatch, now=now):
            return "called"
    removed = _delete(rule.endpoint, clients.sagemaker)
    delete_config(found["EndpointConfigName"], clients.sagemaker)
    if not removed:
        return "gone"
    why = "It had failed" if failed else f"Nobody has called it for {rule.idle_hours} hours"
    publish(
        clients.sns,
        topic=rule.topic,
        subject=f"{rule.endpoint}: the endpoint is removed",
        text=f"{why}, and it would cost money. Start the project's state machine to make it again: it finds its "
        "labels and its model, and is done in minutes.",
    )
    return "removed"


def _calls(rule: IdleRule, cloudwatch: Any, *, now: datetime) -> float:
    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName="Invocations",
        Dimensions=[{"Name": "EndpointName", "Value": rule.endpoint}, {"Name": "VariantName", "Value": VARIANT}],
        # Full periods, one more than needed: a call of the first minutes counts as well.
        StartTime=now - timedelta(hours=rule.idle_hours + 1),
        EndTime=now,
        Period=_HOUR,
        Statistics=["Sum"],
    )
    return sum(each["Sum"] for each in answer["Datapoints"])


def _delete(name: str, sagemaker: Any) -> bool:
    try:
        sagemaker.delete_endpoint(EndpointName=name)
    except sagemaker.exceptions.ClientError as error:
        if error_code(error) != "ValidationException":
            raise
        # Gone, or being deleted.
        return False
    return True
