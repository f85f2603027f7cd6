"""What the environment file says of one project, as its functions get it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class LabelingTask:
    """One kind of labeling job. Times are in seconds."""

    attribute: str
    """The labels' name in a manifest; that of masks ends with `-ref`."""
    team: str
    role: str
    pre: str
    consolidation: str
    """ARNs of AWS's functions before a task and after its answers."""
    title: str
    description: str
    workers: int
    task_seconds: int
    available_seconds: int
    at_once: int


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a model is trained. Times are in seconds."""

    algorithm: str
    """Its ARN."""
    instance: str
    volume_gib: int
    max_run_seconds: int
    role: str
    network: Mapping[str, list[str]] | None = None
    """As SageMaker's API takes it; None: none of your own."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """What pictures are given to the model with, and how."""

    kind: str
    """`endpoint`, `batch`, or `test`: only on the pictures that were held out."""
    instance: str
    instances: int
    images: str | None = None
    """A prefix whose pictures each execution inspects."""
    volume_key: str | None = None
    """None: the type's own disks, which no key can be given for."""
    idle_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class Project:
    """One project. `data` is the S3 prefix of its bucket, with a slash at its end."""

    name: str
    """With the environment's: `prod-cookies`."""
    endpoint: str
    """As InvokeEndpoint calls it."""
    task: str
    label_attribute: str
    data: str
    key: str
    topic: str
    labeling: Mapping[str, LabelingTask]
    """By task."""
    training: Training | None = None
    use: Use | None = None


def read_project(given: Mapping[str, Any]) -> Project:
    """A project as the state machine has it.

    Raises:
        ValueError: it has another form.
    """
    known = {each.name for each in fields(Project)}
    if unknown := given.keys() - known:
        raise ValueError(f"unknown fields of a project: {', '.join(sorted(unknown))}")
    sections: dict[str, Any] = {
        "labeling": {name: LabelingTask(**task) for name, task in given["labeling"].items()},
        "training": Training(**given["training"]) if given.get("training") else None,
        "use": Use(**given["use"]) if given.get("use") else None,
    }
    return Project(**{**given, **sections})
