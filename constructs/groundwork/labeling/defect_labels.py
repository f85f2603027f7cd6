"""States from pictures to a manifest that a model can be trained with."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_stepfunctions as sfn

from groundwork.labeling.defect_plan import LABEL_ATTRIBUTE, MASK_ATTRIBUTE, DefectPlan
from groundwork.labeling.defect_steps import DefectStep, DefectSteps, WorkflowFunctions
from groundwork.labeling.project_settings import CLASSES

_EXECUTION = "$$.Execution.Name"


def label_states(plan: DefectPlan, *, steps: DefectSteps, functions: WorkflowFunctions) -> list[DefectStep]:
    """Bring pictures, have them labeled, and check the labels. Only pictures with a defect get masks by people: the
    normal ones get blank ones when both are merged."""
    return _LabelStates(plan, steps, functions).all()


class _LabelStates:
    def __init__(self, plan: DefectPlan, steps: DefectSteps, functions: WorkflowFunctions) -> None:
        self._plan, self._steps, self._functions = plan, steps, functions
        mask = {"mask_attribute": MASK_ATTRIBUTE} if plan.settings.task == "segmentation" else {}
        self._names: Mapping[str, Any] = {"label_attribute": LABEL_ATTRIBUTE, **mask}

    def all(self) -> list[DefectStep]:
        settings = self._plan.settings
        if settings.manifest:
            return [self._check(settings.manifest)]
        if settings.lookout_manifest:
            return [self._convert(settings.lookout_manifest), self._check(_at("$.lookout.manifest"))]
        found = [self._ingest()]
        if "classification" in settings.labels_by_people:
            found += self._label("Classes", "classification", "label_classes", labels=CLASSES)
        found.append(self._step("TakeClasses", "take_classes"))
        if settings.task == "classification":
            return [*found, self._check(_at("$.classes"))]
        found.append(self._step("ChooseAnomalies", "choose_anomalies"))
        found += self._label("Masks", "segmentation", "label_masks", labels=settings.labels)
        return [*found, self._merge(), self._check(_at("$.merged.manifest"))]

    def _step(self, name: str, step: str, **more: Any) -> DefectStep:
        return self._steps.step(name, step, function=self._functions.step, **more)

    def _ingest(self) -> DefectStep:
        event = {"source": self._plan.settings.images, "run": _at(_EXECUTION), "label_attribute": LABEL_ATTRIBUTE}
        return self._steps.data("Ingest", event, function=self._functions.data.ingest, result="ingest")

    def _label(self, what: str, task: str, step: str, *, labels: tuple[str, ...]) -> list[DefectStep]:
        tasks = self._plan.settings.tasks
        assert tasks  # there where people label
        event = {"task": task, "labels": list(labels), "title": tasks.title, "instructions": tasks.instructions}
        files = self._steps.data(
            f"WriteTask{what}", event, function=self._functions.data.task_files, result="task_files"
        )
        look = self._step(f"LookAt{what}", "look_at_labels", wait=None)
        self._steps.wait_for_labels(f"WaitFor{what}", function=self._functions.wait, look=look)
        return [files, self._step(f"Label{what}", step), look]

    def _merge(self) -> DefectStep:
        event = {
            "classification": _at("$.classes"),
            "segmentation": _at("$.labeled"),
            **self._names,
            "output": sfn.JsonPath.format("runs/{}/merged.manifest", _at(_EXECUTION)),
        }
        return self._steps.data("Merge", event, function=self._functions.data.merge, result="merged")

    def _convert(self, manifest: str) -> DefectStep:
        event = {
            "manifests": [manifest],
            "task": self._plan.settings.task,
            **self._names,
            "output": sfn.JsonPath.format("runs/{}/lookout.manifest", _at(_EXECUTION)),
        }
        return self._steps.data(
            "ConvertLookout", event, function=self._functions.data.convert_lookout, result="lookout"
        )

    def _check(self, manifest: str) -> DefectStep:
        settings = self._plan.settings
        event = {
            "manifest": manifest,
            "task": settings.task,
            **self._names,
            "min_confidence": settings.confidence_threshold,
            "workers_per_object": settings.tasks.workers_per_object if settings.tasks else 1,
            "test_share": settings.test_share,
            "min_normal": settings.min_normal,
            "min_anomaly": settings.min_anomaly,
            "max_bad_share": settings.doubtful_share,
            "output": sfn.JsonPath.format("runs/{}/", _at(_EXECUTION)),
        }
        return self._steps.data("CheckLabels", event, function=self._functions.data.check_output, result="checked")


def _at(path: str) -> str:
    return sfn.JsonPath.string_at(path)
