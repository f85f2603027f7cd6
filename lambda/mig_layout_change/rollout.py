"""Stands before the cluster in a deployment: carries out its changes of layout, with the nodes emptied."""

import json
from collections.abc import Mapping
from typing import Any

from mig_layout_change.nodes import LayoutChangeError

PHYSICAL_ID = "mig-layouts"


def start(event: Mapping[str, Any], *, stepfunctions: Any) -> dict[str, Any]:
    """Start one execution for each group whose layout changes; whether it may, the guard has judged before.

    Groups that are new or gone have no nodes to empty. Where the stack rolls back, the layouts go back the same way.
    """
    executions: list[str] = []
    if event["RequestType"] == "Update":
        new, old = event["ResourceProperties"], event["OldResourceProperties"]["Layouts"]
        executions = [
            _execute(stepfunctions, new, event["RequestId"], group)
            for group, wanted in sorted(new["Layouts"].items())
            if old.get(group, wanted) != wanted
        ]
    return {"PhysicalResourceId": PHYSICAL_ID, "Data": {"Executions": json.dumps(executions)}}


def is_changed(event: Mapping[str, Any], *, stepfunctions: Any) -> bool:
    """Whether all executions have ended well. One that failed is told when the others have ended, too: the stack then
    rolls back, and no two may work on the same nodes.

    Raises:
        LayoutChangeError: one failed; the text has its cause.
    """
    data: Mapping[str, Any] = event.get("Data") or {}
    arns: list[str] = json.loads(data.get("Executions", "[]"))
    executions = [stepfunctions.describe_execution(executionArn=arn) for arn in arns]
    if any(each["status"] in ("RUNNING", "PENDING_REDRIVE") for each in executions):
        return False
    for execution in executions:
        if execution["status"] != "SUCCEEDED":
            cause = execution.get("cause") or execution.get("error") or execution["status"]
            raise LayoutChangeError(f"the change of a layout failed: {cause[:1500]} ({execution['executionArn']})")
    return True


def _execute(stepfunctions: Any, properties: Mapping[str, Any], request: str, group: str) -> str:
    # An event that comes twice starts one execution: the name is the same.
    name = f"{request[:16]}-{group}"[:80]
    machine, wanted = properties["StateMachine"], properties["Layouts"][group]
    content = {
        "group": group,
        "layout": wanted["Layout"],
        "resources": wanted["Resources"],
        "new": group in properties.get("Custom", ()),
    }
    try:
        answer = stepfunctions.start_execution(stateMachineArn=machine, name=name, input=json.dumps(content))
    except stepfunctions.exceptions.ExecutionAlreadyExists:
        return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
    return answer["executionArn"]
