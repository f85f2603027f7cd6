"""The state machine of a project: from pictures to a model that is used."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.labeling.defect_labels import label_states
from groundwork.labeling.defect_plan import DefectPlan
from groundwork.labeling.defect_steps import DefectStep, DefectSteps, WorkflowFunctions, in_order
from groundwork.labeling.project_settings import ProjectSettings

_LOOK = cdk.Duration.minutes(5)
_MINUTE = cdk.Duration.minutes(1)
_SEEN = cdk.Duration.minutes(2)
"""Until SageMaker tells of an update that has begun: what it answers can be some seconds old."""
_TRANSFORM_HOURS = 24
"""After which lambda/defect_detection/transform_job.py stops one."""
_AROUND_HOURS = 24
"""Images, checks, packages and an endpoint, with time to spare."""


def workflow_states(
    scope: Construct, *, plan: DefectPlan, functions: WorkflowFunctions, config: Mapping[str, Any]
) -> sfn.IChainable:
    """Label, check, train, try, use, tell: only what the project needs. Whatever fails is cleaned up and told before
    the execution fails.

    Args:
        config: what the functions know of the project.
    """
    return _Workflow(scope, plan, functions).states(config)


def workflow_timeout(settings: ProjectSettings) -> cdk.Duration:
    """Of an execution: all that it waits for, and a day."""
    days = settings.tasks.days_available if settings.tasks else 0
    training = settings.training.max_run_hours + 2 * _TRANSFORM_HOURS if settings.training else 0
    return cdk.Duration.hours(24 * days * len(settings.labels_by_people) + training + _AROUND_HOURS)


class _Workflow:
    def __init__(self, scope: Construct, plan: DefectPlan, functions: WorkflowFunctions) -> None:
        self._scope, self._plan, self._functions = scope, plan, functions
        self._steps = DefectSteps(scope, failed=self._add_failure())

    def states(self, config: Mapping[str, Any]) -> sfn.IChainable:
        training, use = self._plan.settings.training, self._plan.settings.inference
        steps = [self._step("CheckAlgorithm", "check_algorithm")] if training else []
        steps += label_states(self._plan, steps=self._steps, functions=self._functions)
        if training:
            steps += self._train()
        finished = self._step("TellFinished", "tell_finished")
        if use and use.kind == "batch":
            steps += self._inspect(finished)
        elif use:
            steps += self._serve()
        in_order(*steps, finished)
        finished.then(sfn.Succeed(self._scope, "Finished"))
        # An execution keeps what the environment file says when it begins.
        job = sfn.Pass(self._scope, "Job", result=sfn.Result.from_object(dict(config)), result_path="$.job")
        return job.next(steps[0].entry)

    def _step(self, name: str, step: str, **more: Any) -> DefectStep:
        return self._steps.step(name, step, function=self._functions.step, **more)

    def _train(self) -> list[DefectStep]:
        return [
            self._step("CheckPictures", "check_pictures"),
            self._step("Train", "train"),
            self._step("LookAtTraining", "look_at_training", wait=_LOOK),
            self._step("Package", "package"),
            self._step("LookAtPackage", "look_at_package", wait=_MINUTE),
            self._step("CreateModel", "create_model"),
            self._step("Test", "test"),
            self._step("LookAtTest", "look_at_transform", wait=_LOOK),
            self._step("ReportTest", "report_test"),
        ]

    def _inspect(self, finished: DefectStep) -> list[DefectStep]:
        inspect = self._step("Inspect", "inspect")
        inspect.when("nothing", finished)
        return [
            inspect,
            self._step("LookAtInspection", "look_at_transform", wait=_LOOK),
            self._step("ReportInspection", "report_inspection"),
        ]

    def _serve(self) -> list[DefectStep]:
        return [
            self._step("MakeEndpoint", "make_endpoint", wait=_MINUTE, after=_SEEN),
            self._step("LookAtEndpoint", "look_at_endpoint", wait=_MINUTE),
            self._step("TryEndpoint", "try_endpoint"),
        ]

    def _add_failure(self) -> sfn.IChainable:
        failure = sfn.Fail(self._scope, "Failed", error="DefectDetectionFailed", cause_path="$.cause")
        cause = "Nobody could be told: see the states."
        untold = sfn.Fail(self._scope, "FailedUntold", error="DefectDetectionFailed", cause=cause)
        tell = DefectSteps(self._scope, failed=untold).step(
            "TellFailure", "tell_failure", function=self._functions.step
        )
        tell.then(failure)
        clean = DefectSteps(self._scope, failed=tell.entry, caught="uncleaned").step(
            "CleanUp", "clean_up", function=self._functions.step, wait=_MINUTE
        )
        clean.then(tell)
        return clean.entry
