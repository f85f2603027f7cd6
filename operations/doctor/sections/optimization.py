"""The `optimization` section: EAGLE jobs."""

from operations.doctor.sections.part import Part, Text


class Prefix(Part):
    """Something below an S3 prefix."""

    uri: str
    key: str | None = None


class TargetModel(Prefix):
    """The model that a head drafts for."""

    architecture: str | None = None
    hub: dict[str, object] | None = None
    """Where a job copies the weights from, if they are not there yet."""


class TrainingData(Part):
    """What the head learns from: a prefix, or what an endpoint captured."""

    source: str
    uri: str | None = None
    format: str | None = None
    key: str | None = None


class Job(Part):
    """Which head is trained."""

    name: Text
    model: TargetModel
    head: Prefix | None = None
    data: TrainingData | None = None
    instance: str
    max_instances: int = 1
    training_plan: str | None = None

    @property
    def needs_processing(self) -> bool:
        """Whether something runs before the job: weights are imported, or captures converted."""
        return bool(self.model.hub or (self.data and self.data.source == "capture"))


class Optimization(Part):
    """All of them."""

    jobs: tuple[Job, ...] = ()
    processing_instance: str = "ml.m5.2xlarge"

    @property
    def named_jobs(self) -> tuple[tuple[str, Job], ...]:
        """Each job with the field that says it."""
        return tuple((f"optimization.jobs.{job.name}", job) for job in self.jobs)
