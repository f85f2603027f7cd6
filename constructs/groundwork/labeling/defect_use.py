"""What a project trains with, and how its model is used."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from groundwork.inference.instance_types import HOSTING_TYPES
from groundwork.inference.model_settings import KeyArn, S3Prefix
from groundwork.settings import Allowed, Refusal, Section, refuse

LISTING = "https://aws.amazon.com/marketplace/pp/prodview-j72hhmlt6avp6"
"""Of AWS's own algorithm "Computer Vision Defect Detection Model"."""
HOW_TO_SUBSCRIBE = (
    f"somebody with aws-marketplace:Subscribe opens {LISTING}, accepts the offer, and copies the product ARN that "
    "`Continue to configuration` shows for the environment's Region"
)


DEFAULT_INSTANCE = "ml.c5.2xlarge"
"""AWS's sample of the algorithm uses it."""
MOST_TRAINING_HOURS = 72
"""Each look at it is a dozen events of an execution, which may have 25,000."""
_GPU_FAMILIES = ("g4dn", "g5", "g6")


def _trains(value: str) -> str:
    if value.split(".")[1] not in _GPU_FAMILIES:
        allowed = f"a type of {', '.join(_GPU_FAMILIES)}, such as ml.g4dn.2xlarge; the algorithm itself says which"
        refuse([Refusal(reason="the algorithm trains on a GPU", allowed=allowed)])
    return value


def _runs(value: str) -> str:
    if value not in HOSTING_TYPES:
        refuse([Refusal(reason="no type of endpoints", allowed="a type such as ml.c5.2xlarge")])
    return value


_InstanceType = Annotated[
    str, Field(pattern=r"^ml\.[a-z0-9-]+\.[0-9]*x?large$"), Allowed("an instance type such as ml.c5.2xlarge")
]


class TrainingSettings(Section):
    """The Marketplace algorithm that a project trains with. Nothing can subscribe to it but a person, once for an
    account and Region: docs/defect-detection.md says how."""

    algorithm: Annotated[
        str,
        Field(pattern=r"^arn:aws:sagemaker:[a-z0-9-]+:\d{12}:algorithm/[A-Za-z0-9-]+$"),
        Allowed(f"the ARN of the algorithm: {HOW_TO_SUBSCRIBE}"),
    ]
    instance: Annotated[_InstanceType, AfterValidator(_trains)] = "ml.g4dn.2xlarge"
    volume_gib: Annotated[int, Field(ge=10, le=1000)] = 20
    max_run_hours: Annotated[int, Field(ge=1, le=MOST_TRAINING_HOURS)] = 2
    """After which the job is stopped."""


class EndpointInference(Section):
    """An endpoint that answers at once, until nobody calls it any more."""

    kind: Literal["endpoint"]
    instance: Annotated[_InstanceType, AfterValidator(_runs)] = DEFAULT_INSTANCE
    instances: Annotated[int, Field(ge=1, le=10)] = 1
    idle_hours: Annotated[int, Field(ge=1, le=168)] = 4
    """Without a call, after which it is removed. An execution of the project's state machine makes it again."""


class BatchInference(Section):
    """Each execution inspects the pictures below a prefix. Nothing stays running."""

    kind: Literal["batch"]
    images: S3Prefix
    """JPEG or PNG, not both."""
    key: KeyArn | None = None
    """The key that encrypts them. None: S3's own."""
    instance: Annotated[_InstanceType, AfterValidator(_runs)] = DEFAULT_INSTANCE
    instances: Annotated[int, Field(ge=1, le=10)] = 1
