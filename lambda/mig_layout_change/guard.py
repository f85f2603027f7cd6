"""Stands before the cluster in a deployment: refuses a change of layout, or carries it out with the nodes emptied."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mig_layout_change.nodes import LayoutChangeError

PHYSICAL_ID = "mig-layouts"


@dataclass(frozen=True, kw_only=True)
class Clients:
    """boto3's clients."""

    stepfunctions: Any
    cloudformation: Any


def start(event: Mapping[str, Any], *, clients: Clients) -> dict[str, Any]:
    """Start one execution for each group whose layout changes.

    Groups that are new or gone have no nodes to empty. A roll-back of a change that was refused has nothing to do.

    Raises:
        LayoutChangeError: a layout changes, and that is not allowed.
    """
    answer: dict[str, Any] = {"PhysicalResourceId": PHYSICAL_ID, "Data": {"Executions": "[]"}}
    if event["RequestType"] != "Update":
        return answer
    new, old = event["ResourceProperties"], event["OldResourceProperties"]
    changed = {
        group: layout for group, layout in sorted(new["Layouts"].items()) if old["Layouts"].get(group, layout) != layout
    }
    if not changed:
        return answer
    # While a stack rolls back, what it goes back from says whether anything was changed.
    asked = old if _rolls_back(event["StackId"], clients.cloudformation) else new
    refused = [group for group in changed if group not in asked["MayChange"]]
    if refused and asked is new:
        said = "; ".join(
            f"{group}: from {old['Layouts'][group]['Layout']} to {changed[group]['Layout']}" for group in refused
        )
        raise LayoutChangeError(
            f"the layout of a live group would change ({said}), which evicts what runs there. Nothing was touched. "
            "To have the nodes emptied and changed, set allow_change: true below the group's `mig`; there, "
            "layout: all-disabled makes its GPUs whole again"
        )
    executions = [
        _execute(clients.stepfunctions, new["StateMachine"], event["RequestId"], group, wanted)
        for group, wanted in changed.items()
        if group not in refused
    ]
    return {**answer, "Data": {"Executions": json.dumps(executions)}}


def is_changed(event: Mapping[str, Any], *, clients: Clients) -> bool:
    """Whether all executions have ended well.

    Raises:
        LayoutChangeError: one failed; the text has its cause.
    """
    data: Mapping[str, Any] = event.get("Data") or {}
    done = True
    for arn in json.loads(data.get("Executions", "[]")):
        execution = clients.stepfunctions.describe_execution(executionArn=arn)
        if execution["status"] not in ("RUNNING", "PENDING_REDRIVE", "SUCCEEDED"):
            cause = execution.get("cause") or execution.get("error") or execution["status"]
            raise LayoutChangeError(f"the change of a layout failed: {cause[:1500]} ({arn})")
        done = done and execution["status"] == "SUCCEEDED"
    return done


def _execute(stepfunctions: Any, machine: str, request: str, group: str, wanted: Mapping[str, Any]) -> str:
    # An event that comes twice starts one execution: the name is the same.
    name = f"{request[:16]}-{group}"[:80]
    content = {"group": group, "layout": wanted["Layout"], "resources": wanted["Resources"]}
    try:
        answer = stepfunctions.start_execution(stateMachineArn=machine, name=name, input=json.dumps(content))
    except stepfunctions.exceptions.ExecutionAlreadyExists:
        return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    return answer["executionArn"]


def _rolls_back(stack: str, cloudformation: Any) -> bool:
    (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return found["StackStatus"].endswith("ROLLBACK_IN_PROGRESS")
