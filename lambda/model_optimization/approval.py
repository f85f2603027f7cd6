"""A change of a model package, told by EventBridge: an approval starts the switch, once.

EventBridge delivers an event once or more often, and SageMaker may send several for one change. All of them give the
execution the same name, made from the version and the time of its last change, and Step Functions takes a name once.
"""

import json
from collections.abc import Mapping
from typing import Any


def approved(event: Mapping[str, Any], clients: Any, *, state_machine: str, group: str) -> dict[str, str]:
    """Start the switch if the package is approved now, whatever it was at the event; the execution's name."""
    arn = str(event["detail"]["ModelPackageArn"])
    package = clients.sagemaker.describe_model_package(ModelPackageName=arn)
    if package.get("ModelPackageGroupName") != group or package.get("ModelApprovalStatus") != "Approved":
        return {}
    changed = package.get("LastModifiedTime") or package["CreationTime"]
    name = f"v{package['ModelPackageVersion']}-{int(changed.timestamp())}"
    try:
        clients.states.start_execution(stateMachineArn=state_machine, name=name, input=json.dumps({"package": arn}))
    except clients.states.exceptions.ExecutionAlreadyExists:
        return {"execution": name, "repeated": "yes"}
    return {"execution": name}
