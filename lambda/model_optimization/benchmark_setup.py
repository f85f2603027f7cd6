"""What a benchmark of an endpoint needs to run, and what is handed on while it runs."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from model_optimization.benchmark_regions import AI_BENCHMARK_REGIONS

Way = Literal["ai-benchmark-job", "processing-job"]


class BenchmarkError(Exception):
    """A benchmark that cannot be started, or whose result cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is measured."""

    endpoint: str
    """Its name."""
    revision: str
    """What it serves now, such as the name of its endpoint config: another revision is another benchmark."""
    inference_component: str | None = None


@dataclass(frozen=True, kw_only=True)
class Processing:
    """How AIPerf runs as a Processing job."""

    image: str
    """With AIPerf 0.5 or newer, by digest, in a registry of ECR."""
    code_uri: str
    """S3 address of a zip file with the package `endpoint_benchmark` and what its `distributions.txt` names."""
    instance_type: str = "ml.c5.2xlarge"
    """It sends requests and reads streams: no accelerator."""
    volume_gib: int = 20
    kms_key: str | None = None
    """Encrypts the volume and the results."""

    def __post_init__(self) -> None:
        if not re.search(r"@sha256:[0-9a-f]{64}$", self.image):
            raise ValueError(f"image: {self.image!r} is not allowed: an image by digest, registry/name@sha256:...")
        if not re.match(r"^s3://[^/]+/.+\.zip$", self.code_uri):
            raise ValueError(f"code_uri: {self.code_uri!r} is not allowed: s3://bucket/key.zip")


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Where and as whom it runs."""

    region: str
    role_arn: str
    """The job's."""
    output_uri: str
    """S3 prefix of the results; each job writes below its own name."""
    processing: Processing | None = None
    """Needed where there is no AIBenchmarkJob."""
    way: Way | None = None
    """None: an AIBenchmarkJob where the Region has it. It measures endpoints that stream as OpenAI does; LMI's streams
    are lines of JSON, so with them it is `processing-job` that is known to work."""
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    level_timeout_seconds: int = 1800
    """For one concurrency, in a Processing job."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def chosen(self) -> Way:
        """How it runs.

        Raises:
            BenchmarkError: it would be a Processing job, and nothing says how.
        """
        way: Way = self.way or ("ai-benchmark-job" if self.region in AI_BENCHMARK_REGIONS else "processing-job")
        if way == "processing-job" and self.processing is None:
            raise BenchmarkError(
                f"{self.region} has no AIBenchmarkJob ({', '.join(sorted(AI_BENCHMARK_REGIONS))} have it), or another "
                "way is asked for: an image with AIPerf is needed"
            )
        return way

    @property
    def vpc(self) -> dict[str, list[str]] | None:
        """SageMaker's VpcConfig."""
        if not self.subnets:
            return None
        return {"Subnets": list(self.subnets), "SecurityGroupIds": list(self.security_groups)}

    def below(self, name: str) -> str:
        """The prefix of a job's results, with a slash at its end."""
        return f"{self.output_uri.rstrip('/')}/{name}/"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A benchmark that was started; `as_json` goes through a state machine."""

    way: Way
    name: str
    subject: str
    output_uri: str
    """Of this job, with a slash at its end."""
    concurrencies: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "concurrencies": list(self.concurrencies)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Run":
        """What `as_json` gave."""
        fields: dict[str, Any] = {**found, "concurrencies": tuple(found["concurrencies"])}
        return cls(**fields)


@dataclass(frozen=True, kw_only=True)
class Status:
    """How far a job is."""

    state: Literal["running", "completed", "failed", "stopped"]
    reason: str | None = None
    """Why it failed, in SageMaker's words or the job's."""
