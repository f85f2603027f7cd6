"""What the environment file says of one EAGLE job, as its functions get it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """What the head learns from."""

    uri: str
    """An S3 prefix that ends with a slash."""
    format: str
    tolerance: float
    """Share of the lines that may be bad, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that runs in a container of its own before the job, as a SageMaker Processing job."""

    role: str
    image: str
    instance: str
    volume_gib: int
    volume_key: str
    entrypoint: list[str]
    environment: Mapping[str, str]
    inputs: Mapping[str, str]
    """S3 objects by the folder of the container that they are put into."""
    max_run_seconds: int
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Job:
    """One EAGLE job. URIs are S3 prefixes that end with a slash; times are in seconds."""

    name: str
    """With the environment's: `prod-chat`. The group of its model packages has the same."""
    model: str
    instance: str
    max_instances: int
    max_run_seconds: int
    max_pending_seconds: int
    role: str
    """What SageMaker works with."""
    subnets: list[str]
    security_group: str
    output: str
    output_key: str
    environment: Mapping[str, str]
    """Variables of the server, without those of speculation."""
    speculation_variable: str
    tokens: int
    methods: Mapping[str, str]
    """By architecture that has heads: the server's name of the method."""
    gate: Mapping[str, Any]
    topic: str
    metadata: Mapping[str, str]
    """That its model packages have beside the measurements."""
    head: str | None = None
    """An existing head that is trained further."""
    data: DataSet | None = None
    """None: SageMaker's own."""
    training_plan: str | None = None
    image: str | None = None
    """The server; None: the one that the job recommends."""
    conversion: Program | None = None
    importing: Program | None = None
    revision: str | None = None
    """`repository@commit` that is imported."""
    switch: "Switch | None" = None

    @property
    def network(self) -> dict[str, list[str]]:
        """As SageMaker's API takes it."""
        return {"SecurityGroupIds": [self.security_group], "Subnets": self.subnets}


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One endpoint of the environment file that gets an approved head."""

    endpoint: str
    log_group: str
    stack: str
    """The CloudFormation stack of the endpoint, by name."""
    resource: str
    """The endpoint's logical id there."""
    workload: Mapping[str, Any]
    """Fields of `benchmark_workload.Workload`."""
    setup: Mapping[str, Any]
    """Fields of `benchmark_setup.Setup`."""


def read_job(given: Mapping[str, Any]) -> Job:
    """A job as the state machine has it.

    Raises:
        ValueError: it has another form.
    """
    known = {each.name for each in fields(Job)}
    if unknown := given.keys() - known:
        raise ValueError(f"unknown fields of a job: {', '.join(sorted(unknown))}")
    nested: dict[str, type[Any]] = {"data": DataSet, "conversion": Program, "importing": Program, "switch": Switch}
    return Job(**{key: nested[key](**value) if key in nested else value for key, value in given.items()})
