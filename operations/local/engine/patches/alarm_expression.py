"""AWS::CloudWatch::Alarm: the engine refuses metric math (`Metrics`).

Such an alarm is kept and listed, and composite alarms may name it. The engine does not calculate, so it stays in
INSUFFICIENT_DATA until SetAlarmState says otherwise.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import CLOUDFORMATION, SCRATCH_STACK, expect, handlers

_OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")


def apply() -> None:
    """Keep the expressions in place of one metric."""
    provisioners: Any = import_module(f"{CLOUDFORMATION}.provisioners")
    record: Callable[..., dict[str, Any]] = provisioners._cw_metric_alarm_record

    def patched(name: str, properties: dict[str, Any]) -> dict[str, Any]:
        metrics = properties.get("Metrics")
        if not metrics:
            return record(name, properties)
        others = {key: value for key, value in properties.items() if key != "Metrics"}
        alarm = record(name, {**others, "MetricName": "expression", "Namespace": "expression"})
        return {**{key: value for key, value in alarm.items() if key not in _OF_ONE_METRIC}, "Metrics": metrics}

    provisioners._cw_metric_alarm_record = patched


def check() -> None:
    """An alarm on an expression is listed with it, can be set, and is gone after its deletion."""
    cloudwatch: Any = import_module("ministack.services.cloudwatch")
    metric: dict[str, Any] = {"Id": "rate", "Expression": "100 * errors / requests", "ReturnData": True}
    properties: dict[str, Any] = {
        "Metrics": [metric],
        "Threshold": 5,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    handler = handlers()["AWS::CloudWatch::Alarm"]
    name, _ = handler["create"]("Alarm", properties, SCRATCH_STACK)
    _, _, listed = cloudwatch._describe_alarms({}, {"AlarmNames": [name]}, False, True)
    cloudwatch._set_alarm_state({}, {"AlarmName": name, "StateValue": "ALARM", "StateReason": "tried"}, False, True)
    state = cloudwatch._alarms[name]["StateValue"]
    handler["delete"](name, properties)
    expect(metric["Expression"] in str(listed), "DescribeAlarms does not show the expression")
    expect(state == "ALARM", "SetAlarmState does not set it")
    expect(not list(cloudwatch._alarms), "a delete leaves the alarm")
