"""States that the machine of a project is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from groundwork.labeling.data_store import LabelingData

_AT_ONCE = cdk.Duration.seconds(1)
SOON = cdk.Duration.seconds(30)
"""Until a step is asked again that AWS was too busy for."""
CALL_TIMEOUT = cdk.Duration.minutes(16)
"""A little more than that of any function."""
EVENT_TIMEOUT = cdk.Duration.hours(6)
"""After so long without an event, a labeling job is looked at: events can get lost."""
_EXECUTION = "$$.Execution.Name"


@dataclass(frozen=True, kw_only=True)
class WorkflowFunctions:
    """What the states call."""

    step: lambda_.IFunction
    wait: lambda_.IFunction
    """Keeps the tokens of those who wait for labels."""
    data: LabelingData


class DefectSteps:
    """Makes steps. Each is repeated when Lambda has troubles, ends in time, and goes on at one place when it fails."""

    def __init__(self, scope: Construct, *, failed: sfn.IChainable, caught: str = "caught") -> None:
        """
        Args:
            failed: where a step goes on that cannot be done.
            caught: where the state keeps an error that broke a step.
        """
        self._scope, self._failed, self._caught = scope, failed, f"$.{caught}"

    def step(
        self,
        name: str,
        step: str,
        *,
        function: lambda_.IFunction,
        wait: cdk.Duration | None = SOON,
        after: cdk.Duration | None = None,
    ) -> "DefectStep":
        """A call of `handler.step`, which hands the state on with its `status`.

        Args:
            name: of the state.
            step: as the handler knows it.
            wait: before it is asked again. None: that is said later.
            after: time to pass before it goes on.
        """
        payload = {"step": step, "state": sfn.JsonPath.entire_payload, "execution": sfn.JsonPath.string_at(_EXECUTION)}
        task = self._task(name, function, payload)
        return self._decided(name, task, "$.status", wait=wait, after=after)

    def data(self, name: str, event: Mapping[str, Any], *, function: lambda_.IFunction, result: str) -> "DefectStep":
        """A call of a function of images and manifests, which goes on where the one before has stopped.

        Args:
            event: that it takes.
            result: where its answer is put.
        """
        task = self._task(name, function, dict(event), result_path=f"$.{result}")
        return self._decided(name, task, f"$.{result}.status", wait=_AT_ONCE)

    def wait_for_labels(self, name: str, *, function: lambda_.IFunction, look: "DefectStep") -> None:
        """Let the event of a labeling job come before a look at it, and again while the job goes on."""
        payload = {
            "state": sfn.JsonPath.entire_payload,
            "execution": sfn.JsonPath.string_at(_EXECUTION),
            "token": sfn.JsonPath.task_token,
        }
        task = tasks.LambdaInvoke(
            self._scope,
            name,
            lambda_function=function,
            payload=sfn.TaskInput.from_object(payload),
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            task_timeout=sfn.Timeout.duration(EVENT_TIMEOUT),
            result_path=sfn.JsonPath.DISCARD,
        )
        task.add_catch(look.entry, errors=["States.Timeout"], result_path=sfn.JsonPath.DISCARD)
        task.add_catch(self._failed, result_path=self._caught)
        task.next(look.entry)
        look.enter_by(task)

    def _task(
        self,
        name: str,
        function: lambda_.IFunction,
        payload: dict[str, Any],
        *,
        result_path: str | None = None,
    ) -> tasks.LambdaInvoke:
        task = tasks.LambdaInvoke(
            self._scope,
            name,
            lambda_function=function,
            payload=sfn.TaskInput.from_object(payload),
            payload_response_only=True,
            result_path=result_path,
            task_timeout=sfn.Timeout.duration(CALL_TIMEOUT),
        )
        # Beside what the library repeats, troubles of Lambda itself: each step can be done twice.
        task.add_retry(errors=["States.Timeout", "Sandbox.Timedout"], interval=SOON, max_attempts=2, backoff_rate=2)
        task.add_catch(self._failed, result_path=self._caught)
        return task

    def _decided(
        self,
        name: str,
        task: tasks.LambdaInvoke,
        status: str,
        *,
        wait: cdk.Duration | None,
        after: cdk.Duration | None = None,
    ) -> "DefectStep":
        choice = sfn.Choice(self._scope, f"{name}Status")
        task.next(choice)
        pause = sfn.Wait(self._scope, f"{name}Seen", time=sfn.WaitTime.duration(after)) if after else None
        step = DefectStep(task, choice, status, pause)
        step.when("failed", self._failed)
        if wait:
            again = sfn.Wait(self._scope, f"{name}Again", time=sfn.WaitTime.duration(wait))
            again.next(task)
            step.when("again", again)
        return step


class DefectStep:
    """A step whose successor is still to be said."""

    def __init__(self, task: sfn.TaskStateBase, choice: sfn.Choice, status: str, pause: sfn.Wait | None) -> None:
        """
        Args:
            status: path of what the choice looks at.
            pause: what it goes through when it is done.
        """
        self.entry: sfn.TaskStateBase = task
        self._choice, self._status, self._pause = choice, status, pause

    def enter_by(self, wait: sfn.TaskStateBase) -> None:
        """Go through a wait each time before it is asked."""
        self.entry = wait
        self.when("again", wait)

    def when(self, status: str, target: "DefectStep | sfn.IChainable") -> None:
        """Where it goes on with another status than `done`."""
        self._choice.when(sfn.Condition.string_equals(self._status, status), _entry(target))

    def then(self, target: "DefectStep | sfn.IChainable") -> None:
        """Where it goes on when it is done."""
        entry = _entry(target)
        self._choice.otherwise(self._pause.next(entry) if self._pause else entry)


def in_order(*steps: DefectStep) -> None:
    """Each goes on with the next."""
    for before, after in pairwise(steps):
        before.then(after)


def _entry(target: "DefectStep | sfn.IChainable") -> sfn.IChainable:
    return target.entry if isinstance(target, DefectStep) else target
