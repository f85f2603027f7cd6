"""One EAGLE job, and what becomes of its head."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.images import Image
from groundwork.inference.endpoint_settings import EndpointName
from groundwork.inference.model_settings import KeyArn, S3Prefix
from groundwork.network.settings import SubnetId
from groundwork.optimization.instance_types import OPTIMIZATION_TYPES
from groundwork.optimization.source_settings import CapturedData, Head, TargetModel, TrainingData, one_head
from groundwork.settings import Allowed, Email, Refusal, Section, each_once, refuse

CONCURRENCIES = (1, 2, 4, 8, 16)
"""Requests at once that a job measures at, seen in the results of AWS's own sample
(03-features/speculative-decoding of https://github.com/aws-samples/sagemaker-genai-hosting-examples)."""
JobName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=24),
    Allowed("at most 24 lower-case letters, digits and inner hyphens, beginning with a letter"),
]
SecurityGroupId = Annotated[str, Field(pattern=r"^sg-[0-9a-f]{8,17}$"), Allowed("a security group's id")]
Hours = Annotated[int, Field(ge=1, le=672)]


def _optimized(value: str) -> str:
    if value not in OPTIMIZATION_TYPES:
        refuse([Refusal(reason="no type that EAGLE jobs run on", allowed=", ".join(sorted(OPTIMIZATION_TYPES)))])
    return value


class Prompts(Section):
    """What an endpoint is measured with."""

    uri: S3Prefix
    """Conversations in a format of `data`."""
    key: KeyArn | None = None
    """The key that encrypts them. None: S3's own."""


class JobNetwork(Section):
    """Where the containers of a job are, if not where those of the others are. They call SageMaker, S3, ECR, KMS and
    CloudWatch, and those of a job with several instances each other: its groups must let them."""

    subnets: Annotated[tuple[SubnetId, ...], Field(min_length=1, max_length=16), AfterValidator(each_once)]
    """Private ones of one VPC."""
    security_groups: Annotated[
        tuple[SecurityGroupId, ...], Field(min_length=1, max_length=5), AfterValidator(each_once)
    ]
    """Of the same VPC."""


class GateSettings(Section):
    """What a head has to gain before a person is asked about it. With many requests at once, heads can cost more than
    they gain: it is measured at the workload's own concurrency."""

    concurrency: Annotated[Literal[1, 2, 4, 8, 16], Allowed("1, 2, 4, 8 or 16")] | None = None
    """Requests at once, for each instance. None: what an instance of `endpoint` scales for, rounded up to what a job
    measures."""
    min_throughput_ratio: Annotated[float, Field(ge=1, le=10, strict=False)] = 1.2
    """Output tokens a second with the head, divided by those without."""
    min_ratio_to_head: Annotated[float, Field(gt=0, le=10, strict=False)] = 1.0
    """The same where the endpoint drafts already, with another head: divided by those with that one."""
    max_ttft_p95_ratio: Annotated[float, Field(gt=0, le=10, strict=False)] = 1.0
    """Time to the first token, 95th percentile, with the head, divided by that without."""
    ttft_percentile: Literal["p95", "p99"] = "p95"
    """p99 where the job's results have no 95th: the gate says so."""


class JobSettings(Section):
    """Which head is trained, from what, on what, and when it is good enough.

    Without `head` it is trained from scratch, with it the existing one is trained further; without `data` it learns
    from SageMaker's own curated data set, with it from yours.
    """

    name: JobName
    """Names jobs, state machines and model packages after the environment's: `prod-chat`."""
    model: TargetModel
    head: Annotated[Head | None, AfterValidator(one_head)] = None
    """An existing head that is trained further. None: from scratch."""
    data: TrainingData | None = None
    """None: SageMaker's own data set."""
    instance: Annotated[str, AfterValidator(_optimized), Allowed("an instance type such as ml.g6.24xlarge")]
    """What the job runs on, and what the head is measured on: take the endpoint's. Jobs are billed."""
    max_instances: Annotated[int, Field(ge=1, le=16)] = 1
    training_plan: (
        Annotated[
            str,
            Field(pattern=r"^arn:aws:sagemaker:[a-z0-9-]+:\d{12}:training-plan/[A-Za-z0-9-]+$", max_length=2048),
            Allowed("the ARN of a training plan whose targets include training-job"),
        ]
        | None
    ) = None
    """Capacity that is paid already. None: on demand."""
    max_run_hours: Hours = 24
    """After which the job is stopped."""
    max_pending_hours: Hours = 24
    """After which it gives up waiting for capacity."""
    image: Image | None = None
    """The server that the head is packaged with. None: the endpoint's, or else the one that the job recommends."""
    speculative_tokens: Annotated[int, Field(ge=1, le=16)] = 4
    """That are drafted at once when the head serves."""
    gate: GateSettings = GateSettings()
    endpoint: EndpointName | None = None
    """One of `inference` that gets the head once a person has approved it. None: it is only registered."""
    prompts: Prompts | None = None
    """Conversations that the endpoint is measured with. None: what the conversion of a capture kept back, or else
    made-up text, in which a head guesses little."""
    network: JobNetwork | None = None
    """None: private subnets of the environment, and a group that lets HTTPS out and nothing in."""
    key: KeyArn | None = None
    """Encrypts the head, its measurements and the volumes. Its policy has to leave the account's rights to IAM. None:
    the key of all jobs."""
    notify: Annotated[tuple[Email, ...], AfterValidator(each_once)] = ()
    """Who is asked and told. None: whoever gets the environment's alarms."""

    @property
    def captured(self) -> CapturedData | None:
        return self.data if isinstance(self.data, CapturedData) else None

    @property
    def needs_processing(self) -> bool:
        """Whether something runs before the job in a container of its own."""
        return bool(self.captured or self.model.hub)

    @field_validator("endpoint")
    @classmethod
    def _gate_knows_the_workload(cls, value: str | None, info: ValidationInfo) -> str | None:
        gate: GateSettings | None = info.data.get("gate")
        if value is None and gate and gate.concurrency is None:
            reason = "neither `endpoint` nor `gate.concurrency` says how many requests come at once"
            refuse([Refusal(reason=reason, allowed="an endpoint of `inference`, or a `gate.concurrency`")])
        head: Head | None = info.data.get("head")
        if value is None and head and info.data.get("image") is None and "image" in info.data:
            reason = "a head is trained further as part of a model, which needs a server"
            refuse([Refusal(reason=reason, allowed="an endpoint of `inference`, or an `image`")])
        return value
