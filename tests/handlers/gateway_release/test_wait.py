"""A release waits for its task, and says why that failed."""

import pytest

from gateway_release.failure import ReleaseFailedError
from gateway_release.release import is_released
from tests.handlers.gateway_release.conftest import TASK, Aws, asked, request, task

RELEASE, PREPARE = {"name": "Release"}, {"name": "Prepare", "exitCode": 0}
MISSING = {"tasks": [], "failures": [{"arn": "x", "reason": "MISSING"}]}


@pytest.mark.parametrize("status", ["PROVISIONING", "PENDING", "RUNNING", "DEPROVISIONING", "STOPPING"])
def test_a_task_that_has_not_ended_is_waited_for(aws: Aws, status: str) -> None:
    aws.describe_tasks(task(status, RELEASE, PREPARE))
    assert is_released(asked(), clients=aws.clients) is False


def test_a_task_that_ended_well_is_a_release(aws: Aws) -> None:
    aws.describe_tasks(task("STOPPED", RELEASE | {"exitCode": 0}, PREPARE))
    assert is_released(asked(age=3300), clients=aws.clients) is True


def test_where_nothing_was_started_nothing_is_waited_for(aws: Aws) -> None:
    assert is_released(request("Update", Data={}), clients=aws.clients) is True
    assert is_released(request("Delete", Data={}), clients=aws.clients) is True


@pytest.mark.parametrize(("status", "done"), [("DEACTIVATING", False), ("STOPPING", False), ("STOPPED", True)])
def test_a_task_that_was_stopped_is_waited_for(aws: Aws, status: str, done: bool) -> None:
    aws.describe_tasks(task(status, RELEASE, PREPARE))
    assert is_released(request("Delete", Data={"Stopping": [TASK]}), clients=aws.clients) is done


def test_a_stopped_task_that_ecs_has_forgotten_is_not_waited_for(aws: Aws) -> None:
    aws.describe_tasks(MISSING)
    assert is_released(request("Delete", Data={"Stopping": [TASK]}), clients=aws.clients) is True


def test_a_failed_task_is_an_error_with_the_end_of_its_log(aws: Aws) -> None:
    aws.describe_tasks(
        task("STOPPED", RELEASE | {"exitCode": 3}, PREPARE, stoppedReason="Essential container in task exited")
    )
    aws.log("Release", "migrate: | P3009 failed migrations", "failed: the migration of the database failed")
    with pytest.raises(ReleaseFailedError) as raised:
        is_released(asked(), clients=aws.clients)
    assert str(raised.value).splitlines() == [
        "The release of the gateway failed; the version before keeps serving. Essential container in task exited",
        "Release: exit code 3.",
        "migrate: | P3009 failed migrations",
        "failed: the migration of the database failed",
    ]


def test_a_task_that_never_started_says_what_ecs_says(aws: Aws) -> None:
    aws.describe_tasks(
        task(
            "STOPPED",
            RELEASE | {"reason": "CannotPullContainerError: not found"},
            {"name": "Prepare"},
            stoppedReason="TaskFailedToStart",
        )
    )
    with pytest.raises(ReleaseFailedError, match=r"(?s)TaskFailedToStart.*did not start.*CannotPullContainerError"):
        is_released(asked(), clients=aws.clients)


def test_a_step_before_it_that_fails_is_named_with_its_own_log(aws: Aws) -> None:
    aws.describe_tasks(task("STOPPED", RELEASE, {"name": "Prepare", "exitCode": 1}))
    aws.log("Prepare", "chown: /tmp: operation not permitted")
    with pytest.raises(ReleaseFailedError, match=r"(?s)Prepare: exit code 1.*operation not permitted"):
        is_released(asked(), clients=aws.clients)


def test_a_missing_log_does_not_hide_the_reason(aws: Aws) -> None:
    aws.describe_tasks(
        task("STOPPED", RELEASE | {"exitCode": 137, "reason": "OutOfMemoryError: killed"}, PREPARE, stoppedReason="x")
    )
    aws.no_log("Release")
    with pytest.raises(ReleaseFailedError, match=r"(?s)exit code 137. OutOfMemoryError.*no log"):
        is_released(asked(), clients=aws.clients)


def test_the_error_fits_into_cloudformations_answer_and_keeps_the_end(aws: Aws) -> None:
    aws.describe_tasks(task("STOPPED", RELEASE | {"exitCode": 4}, PREPARE, stoppedReason="r" * 3000))
    aws.log("Release", *("ä" * 5000 for _ in range(19)), "failed: the last line")
    with pytest.raises(ReleaseFailedError) as raised:
        is_released(asked(), clients=aws.clients)
    text = str(raised.value)
    assert len(text.encode()) < 3000
    assert text.endswith("failed: the last line")
    assert text.startswith("The release of the gateway failed")


def test_a_task_that_takes_too_long_is_stopped(aws: Aws) -> None:
    aws.describe_tasks(task("RUNNING", RELEASE, PREPARE))
    aws.stop_task()
    with pytest.raises(ReleaseFailedError, match="longer than 50 minutes"):
        is_released(asked(age=3001), clients=aws.clients)


def test_a_task_that_ecs_does_not_show_yet_is_waited_for(aws: Aws) -> None:
    aws.describe_tasks(MISSING)
    assert is_released(asked(age=10), clients=aws.clients) is False


def test_a_task_that_ecs_has_forgotten_is_an_error(aws: Aws) -> None:
    aws.describe_tasks(MISSING)
    with pytest.raises(ReleaseFailedError, match="MISSING"):
        is_released(asked(age=3700), clients=aws.clients)
