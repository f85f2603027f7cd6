"""The task of a release is started once, and only where something is released."""

import time

import pytest

from gateway_release.failure import ReleaseFailedError
from gateway_release.release import PHYSICAL_ID, start
from tests.handlers.gateway_release.conftest import TASK, Aws, request


def test_a_new_gateway_runs_the_task_in_the_private_network(aws: Aws) -> None:
    aws.run_task({"tasks": [{"taskArn": TASK}], "failures": []})
    answer = start(request(), clients=aws.clients)
    assert answer["PhysicalResourceId"] == PHYSICAL_ID
    assert answer["Data"]["TaskArn"] == TASK
    assert abs(int(answer["Data"]["Started"]) - time.time()) < 5


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "REVIEW_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
def test_an_update_runs_it_again(aws: Aws, status: str) -> None:
    aws.stack_status(status)
    aws.run_task({"tasks": [{"taskArn": TASK}], "failures": []})
    assert start(request("Update"), clients=aws.clients)["Data"]["TaskArn"] == TASK


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_an_older_image_does_not_migrate_a_newer_schema(aws: Aws, status: str) -> None:
    aws.stack_status(status)
    aws.list_tasks()
    assert start(request("Update"), clients=aws.clients) == {"PhysicalResourceId": PHYSICAL_ID, "Data": {}}


def test_a_deletion_runs_nothing(aws: Aws) -> None:
    aws.list_tasks()
    assert start(request("Delete"), clients=aws.clients) == {"PhysicalResourceId": PHYSICAL_ID, "Data": {}}


def test_a_deletion_after_the_cluster_runs_nothing(aws: Aws) -> None:
    aws.no_cluster()
    assert start(request("Delete"), clients=aws.clients) == {"PhysicalResourceId": PHYSICAL_ID, "Data": {}}


@pytest.mark.parametrize("kind", ["Delete", "Update"])
def test_what_still_runs_when_the_deployment_is_undone_is_stopped(aws: Aws, kind: str) -> None:
    if kind == "Update":
        aws.stack_status("UPDATE_ROLLBACK_IN_PROGRESS")
    aws.list_tasks(TASK)
    aws.stop_task("The deployment that wanted it is undone")
    assert start(request(kind), clients=aws.clients)["Data"] == {"Stopping": [TASK]}


def test_an_event_that_comes_twice_names_the_same_request(aws: Aws) -> None:
    # The token, which the stub compares, is the request's id: to ECS that is one task.
    for _ in range(2):
        aws.run_task({"tasks": [{"taskArn": TASK}], "failures": []})
    first, second = (start(request(), clients=aws.clients) for _ in range(2))
    assert first["Data"]["TaskArn"] == second["Data"]["TaskArn"]


def test_what_ecs_refuses_fails_the_deployment_with_its_reason(aws: Aws) -> None:
    aws.run_task({"tasks": [], "failures": [{"reason": "RESOURCE:ENI", "detail": "no free address"}]})
    with pytest.raises(ReleaseFailedError, match="RESOURCE:ENI no free address"):
        start(request(), clients=aws.clients)
