"""The `optimization` section: EAGLE jobs, their gate, and the endpoints that get their heads."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from groundwork.images import Image
from groundwork.optimization.job_settings import JobSettings
from groundwork.regions import refusals_of_types
from groundwork.settings import Allowed, Refusal, Section, refuse

# Of the benchmark as well (lambda/model_optimization/benchmark_regions.py); a test compares them.
AI_BENCHMARK_REGIONS = frozenset(
    "us-east-1 us-east-2 us-west-2 eu-west-1 eu-central-1 ap-northeast-1 ap-southeast-1".split()
)

MOST_LEVEL_SECONDS = 5400
_LEVEL_STARTS = 600
_SLOW_INPUT, _SLOW_OUTPUT = 1000, 10
"""Tokens a second of one request that is the only one: slower ones are not waited for."""


class BenchmarkSettings(Section):
    """How an endpoint is measured before and after a switch. It is a load on it: 1 to 16 requests at once for each of
    its instances."""

    image: Image | None = None
    """With AIPerf, Python 3.10 or newer and botocore. None: SageMaker's own benchmark job, which some Regions have and
    which does not read the streams of LMI."""
    requests: Annotated[int, Field(ge=16, le=10000)] = 64
    """For each number of requests at once, and each instance."""
    input_tokens: Annotated[int, Field(ge=1, le=100000)] = 512
    """Of made-up prompts."""
    output_tokens: Annotated[int, Field(ge=1, le=100000)] = 256

    @property
    def level_seconds(self) -> int:
        """The most that is waited for one number of requests at once: one after the other, and slow."""
        one = self.input_tokens / _SLOW_INPUT + self.output_tokens / _SLOW_OUTPUT
        return _LEVEL_STARTS + round(self.requests * one)

    @field_validator("output_tokens")
    @classmethod
    def _ends_in_time(cls, value: int, info: ValidationInfo) -> int:
        if "requests" in info.data and "input_tokens" in info.data:
            needed = info.data["input_tokens"] / _SLOW_INPUT + value / _SLOW_OUTPUT
            if info.data["requests"] * needed > MOST_LEVEL_SECONDS - _LEVEL_STARTS:
                reason = f"{info.data['requests']} requests could take more than {MOST_LEVEL_SECONDS // 60} minutes"
                allowed = "fewer `requests` or tokens: all numbers of requests at once together take a night at most"
                refuse([Refusal(reason=reason, allowed=allowed, value=value)])
        return value


class OptimizationSettings(Section):
    """EAGLE jobs. Each has a state machine that a person starts: nothing is trained by a deployment."""

    jobs: Annotated[tuple[JobSettings, ...], Field(max_length=10)]
    image: Image | None = None
    """A container with Python 3.10 or newer and boto3, for the jobs that import models and convert captures."""
    processing_instance: Annotated[
        str, Field(pattern=r"^ml\.(m5|m6i|m7i|c5|c6i)\.[0-9]*x?large$"), Allowed("a CPU type such as ml.m5.2xlarge")
    ] = "ml.m5.2xlarge"
    """What those run on."""
    processing_volume_gib: Annotated[int, Field(ge=10, le=1000)] = 100
    """Their disk. A model passes through in pieces; of a data set, one batch lies on it."""

    benchmark: BenchmarkSettings = BenchmarkSettings()

    @field_validator("jobs")
    @classmethod
    def _each_once(cls, value: tuple[JobSettings, ...]) -> tuple[JobSettings, ...]:
        # Not by a length of the field: that would be told of every job that is refused for a reason of its own.
        if not value:
            refuse([Refusal(reason="no job at all", allowed="1 to 10 jobs, or no `optimization`")])
        refuse(_refusals_of_repeats(value))
        return value

    @field_validator("image")
    @classmethod
    def _processing_has_an_image(cls, value: Image | None, info: ValidationInfo) -> Image | None:
        jobs: tuple[JobSettings, ...] = info.data.get("jobs", ())
        needy = [job.name for job in jobs if job.needs_processing]
        if value is None and needy:
            reason = f"{', '.join(needy)} imports a model or converts a capture, in a container"
            refuse([Refusal(reason=reason, allowed="an image of ECR with Python 3.10 or newer and boto3")])
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Keys, plans, secrets and images belong to a Region."""
        yield from refusals_of_types("optimization", region)
        for index, job in enumerate(self.jobs):
            at = ("jobs", index)
            hub = job.model.hub
            for where, arn in (
                (("model", "key"), job.model.key),
                (("model", "hub", "token"), hub.token if hub else None),
                (("head", "key"), job.head.key if job.head else None),
                (("data", "key"), getattr(job.data, "key", None)),
                (("prompts", "key"), job.prompts.key if job.prompts else None),
                (("key",), job.key),
                (("training_plan",), job.training_plan),
            ):
                if arn and arn.split(":")[3] != region:
                    yield Refusal(reason="of another Region", allowed=f"one of {region}", at=(*at, *where), value=arn)
            yield from _refusals_of_image(job.image, region, at=(*at, "image"))
        yield from _refusals_of_image(self.image, region, at=("image",))
        yield from _refusals_of_image(self.benchmark.image, region, at=("benchmark", "image"))
        if not self.benchmark.image and region not in AI_BENCHMARK_REGIONS and any(job.endpoint for job in self.jobs):
            reason = f"{region} has no AIBenchmarkJob to measure an endpoint with"
            allowed = f"an image of ECR with AIPerf, or one of {', '.join(sorted(AI_BENCHMARK_REGIONS))}"
            yield Refusal(reason=reason, allowed=allowed, at=("benchmark", "image"))

    def endpoint_services(self) -> dict[str, frozenset[int]]:
        """What jobs in the private subnets call, in the first two zones."""
        services = "ecr.api ecr.dkr kms logs monitoring sagemaker.api sagemaker.runtime secretsmanager sts".split()
        return dict.fromkeys(services, frozenset({0, 1}))


def _refusals_of_image(image: Image | None, region: str, *, at: tuple[str | int, ...]) -> Iterator[Refusal]:
    if image and f".dkr.ecr.{region}." not in image.root:
        reason = "SageMaker pulls from ECR's private registries of its own Region only"
        yield Refusal(reason=reason, allowed=f"<account>.dkr.ecr.{region}.amazonaws.com/...", at=at, value=image.root)


def _refusals_of_repeats(jobs: tuple[JobSettings, ...]) -> Iterator[Refusal]:
    names: set[str] = set()
    endpoints: set[str] = set()
    for index, job in enumerate(jobs):
        for other in jobs:
            if job.name.startswith(f"{other.name}-"):
                reason = f"rights for {other.name}-... would be rights for it, too"
                allowed = f"a name that does not begin with {other.name}-"
                yield Refusal(reason=reason, allowed=allowed, at=(index, "name"), value=job.name)
        if job.name in names:
            yield Refusal(reason="named twice", allowed="a name of its own", at=(index, "name"), value=job.name)
        if job.endpoint and job.endpoint in endpoints:
            reason = "two jobs would switch it to and fro"
            yield Refusal(reason=reason, allowed="one job for an endpoint", at=(index, "endpoint"), value=job.endpoint)
        names.add(job.name)
        endpoints |= {job.endpoint} if job.endpoint else set()
