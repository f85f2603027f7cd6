"""States that the two machines of an EAGLE job are made of."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

SOON = cdk.Duration.seconds(30)
"""Until a step is asked again that AWS was too busy for."""


class Steps:
    """Makes steps: a call of the function, and a choice by the `status` that it hands on."""

    def __init__(self, scope: Construct, *, function: lambda_.IFunction, call_timeout: cdk.Duration) -> None:
        """
        Args:
            call_timeout: a little more than the function's own.
        """
        self._scope, self._function, self._timeout = scope, function, call_timeout
        self._tasks: list[tasks.LambdaInvoke] = []

    def job(self, config: Mapping[str, Any]) -> sfn.Pass:
        """Puts what the environment file says of the job into the state: an execution keeps it to its end."""
        return sfn.Pass(self._scope, "Job", result=sfn.Result.from_object(dict(config)), result_path="$.job")

    def step(
        self,
        name: str,
        step: str,
        *,
        failed: sfn.IChainable,
        wait: cdk.Duration = SOON,
        others: Mapping[str, sfn.IChainable] | None = None,
        caught: str = "caught",
    ) -> "Step":
        """A step that is asked until it is done.

        Args:
            name: of the state.
            step: as the handler knows it.
            failed: where it goes on when the work cannot.
            wait: before it is asked again.
            others: by status, where else it may go on.
            caught: where the state keeps an error that broke the step.
        """
        task = tasks.LambdaInvoke(
            self._scope,
            name,
            lambda_function=self._function,
            payload=sfn.TaskInput.from_object(
                {
                    "step": step,
                    "state": sfn.JsonPath.entire_payload,
                    "execution": sfn.JsonPath.string_at("$$.Execution.Name"),
                    "machine": sfn.JsonPath.string_at("$$.StateMachine.Id"),
                }
            ),
            payload_response_only=True,
            task_timeout=sfn.Timeout.duration(self._timeout),
        )
        # Beside what the library repeats, troubles of Lambda itself: each step can be done twice.
        task.add_retry(errors=["States.Timeout", "Sandbox.Timedout"], interval=SOON, max_attempts=2, backoff_rate=2)
        task.add_catch(failed, result_path=f"$.{caught}")
        again = sfn.Wait(self._scope, f"{name}Again", time=sfn.WaitTime.duration(wait))
        again.next(task)
        choice = sfn.Choice(self._scope, f"{name}Status")
        for status, target in {"failed": failed, **(others or {})}.items():
            choice.when(sfn.Condition.string_equals("$.status", status), target)
        choice.when(sfn.Condition.string_equals("$.status", "again"), again)
        task.next(choice)
        return Step(task, choice)


class Step:
    """A step whose successor is still to be said."""

    def __init__(self, task: tasks.LambdaInvoke, choice: sfn.Choice) -> None:
        self.task, self._choice = task, choice

    def then(self, target: "Step | sfn.IChainable") -> None:
        """Where it goes on when it is done."""
        self._choice.otherwise(target.task if isinstance(target, Step) else target)

    def after(self, wait: sfn.Wait) -> sfn.IChainable:
        """The step when some time has passed."""
        return wait.next(self.task)


def in_order(*steps: Step) -> None:
    """Each goes on with the next."""
    for before, after in pairwise(steps):
        before.then(after)
