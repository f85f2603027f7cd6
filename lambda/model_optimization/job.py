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
    security_groups: list[str]
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
    base_package: str | None = None
    """The model package that the endpoint serves: who serves the head in its place needs its variables, too."""
    conversion: Program | None = None
    importing: Program | None = None
    revision: str | None = None
    """`repository@commit` that is imported."""
    switch: "Switch | None" = None

    @property
    def network(self) -> dict[str, list[str]]:
        """As SageMaker's API takes it."""
        return {"SecurityGroupIds": self.security_groups, "Subnets": self.subnets}


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
    """Its numbers of requests are for each instance: the endpoint gets so many times as many as it has."""
    setup: Mapping[str, Any]
    """Fields of `benchmark_setup.Setup`."""
    benchmark_seconds: int = 6 * 3600
    """What one measurement takes at the most."""
    min_ratio_to_head: float = 1.0
    """Asked of throughput where the endpoint drafts tokens already, in place of the gate's."""
    package: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the environment file says of the endpoint's model once the head is kept, beside the package's ARN."""


def read_job(given: Mapping[str, Any]) -> Job:
    """A job as the state machine has it.

    An execution runs for days and keeps what it began with, while a deployment can change this program: fields that it
    does not know are left out, and those that are added need a default.

    Raises:
        TypeError: a field is missing.
    """
    nested: dict[str, type[Any]] = {"data": DataSet, "conversion": Program, "importing": Program, "switch": Switch}
    parts = {key: _known(nested[key], value) if key in nested and value else value for key, value in given.items()}
    return _known(Job, parts)


def _known(kind: type[Any], given: Mapping[str, Any]) -> Any:
    names = {each.name for each in fields(kind)}
    return kind(**{key: value for key, value in given.items() if key in names})
