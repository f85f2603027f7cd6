"""The task of a release: started once, watched, and stopped when it takes too long."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway_release.failure import ReleaseFailedError, reason_of

LONGEST = 50 * 60
"""Seconds: the framework gives up after an hour, and would leave the task running."""
APPEARS_WITHIN = 5 * 60
"""Seconds after which a task that ECS does not know is gone: it forgets one an hour after its end."""
PHYSICAL_ID = "gateway-release"
STARTED_BY = "gateway-release"
_MISSING = "MISSING"


@dataclass(frozen=True, kw_only=True)
class Clients:
    """boto3's clients."""

    ecs: Any
    logs: Any
    cloudformation: Any


def start(event: Mapping[str, Any], *, clients: Clients) -> dict[str, Any]:
    """Run the task that the properties name; the framework hands the answer on to `is_released`.

    Nothing runs on a delete. Nor on an update while the stack rolls back: the image before must not migrate a newer
    schema. What still runs then, as something else has failed or somebody has cancelled the deployment, is stopped: it
    would hold the cluster and its network, or go on to change the database.

    Raises:
        ReleaseFailedError: ECS did not start it.
    """
    properties, kind = event["ResourceProperties"], event["RequestType"]
    if kind == "Delete" or (kind == "Update" and _rolls_back(event["StackId"], clients.cloudformation)):
        stopping = _stop_all(properties["Cluster"], clients.ecs)
        return {"PhysicalResourceId": PHYSICAL_ID, "Data": {"Stopping": stopping} if stopping else {}}
    answer = clients.ecs.run_task(
        cluster=properties["Cluster"],
        taskDefinition=properties["TaskDefinition"],
        count=1,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": properties["Subnets"],
                "securityGroups": properties["SecurityGroups"],
                "assignPublicIp": "DISABLED",
            }
        },
        # Lambda or the framework may hand over the same event twice: it is one task.
        clientToken=event["RequestId"],
        startedBy=STARTED_BY,
        propagateTags="TASK_DEFINITION",
        enableECSManagedTags=True,
    )
    if failures := answer.get("failures"):
        said = "; ".join(f"{each.get('reason')} {each.get('detail', '')}".strip() for each in failures)
        raise ReleaseFailedError(f"ECS did not start the release task: {said}")
    return {
        "PhysicalResourceId": PHYSICAL_ID,
        "Data": {"TaskArn": answer["tasks"][0]["taskArn"], "Started": str(int(time.time()))},
    }


def is_released(event: Mapping[str, Any], *, clients: Clients) -> bool:
    """Whether the task has ended well, or there was none; of those that were stopped, whether they have ended.

    Raises:
        ReleaseFailedError: it failed, took too long or is gone; the text has the end of its log.
    """
    data: Mapping[str, Any] = event.get("Data") or {}
    cluster = event["ResourceProperties"]["Cluster"]
    if "Stopping" in data:
        return _all_stopped(cluster, data["Stopping"], clients.ecs)
    if "TaskArn" not in data:
        return True
    arn = data["TaskArn"]
    age = time.time() - int(data["Started"])
    answer = clients.ecs.describe_tasks(cluster=cluster, tasks=[arn])
    if not answer["tasks"]:
        # Right after its start, ECS may not show it yet.
        if age < APPEARS_WITHIN and all(each.get("reason") == _MISSING for each in answer.get("failures", [])):
            return False
        said = ", ".join(str(each.get("reason")) for each in answer.get("failures", []))
        raise ReleaseFailedError(f"ECS does not know the release task {arn} any more: {said}")
    task = answer["tasks"][0]
    if task["lastStatus"] == "STOPPED":
        if all(container.get("exitCode") == 0 for container in task["containers"]):
            return True
        raise ReleaseFailedError(reason_of(task, logs=clients.logs, log_group=event["ResourceProperties"]["LogGroup"]))
    if age > LONGEST:
        clients.ecs.stop_task(cluster=cluster, task=arn, reason="The release took too long")
        raise ReleaseFailedError(f"the release task took longer than {LONGEST // 60} minutes and was stopped: {arn}")
    return False


def _stop_all(cluster: str, ecs: Any) -> list[str]:
    try:
        pages = ecs.get_paginator("list_tasks").paginate(cluster=cluster, startedBy=STARTED_BY)
        running = [arn for page in pages for arn in page["taskArns"]]
    except ecs.exceptions.ClusterNotFoundException:
        return []
    for arn in running:
        ecs.stop_task(cluster=cluster, task=arn, reason="The deployment that wanted it is undone")
    return running


def _all_stopped(cluster: str, arns: list[str], ecs: Any) -> bool:
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
    return all(task["lastStatus"] == "STOPPED" for task in tasks)


def _rolls_back(stack: str, cloudformation: Any) -> bool:
    (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return found["StackStatus"].endswith("ROLLBACK_IN_PROGRESS")
