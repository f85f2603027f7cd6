"""One endpoint."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from groundwork.gateway.names import ModelName
from groundwork.images import Image
from groundwork.inference.browser_settings import BrowserSettings
from groundwork.inference.endpoint_rules import refusals_of_endpoint
from groundwork.inference.inference_amis import InferenceAmi, amis_for, cuda_of
from groundwork.inference.instance_types import HOSTING_TYPES, HostingType
from groundwork.inference.model_settings import ModelSource
from groundwork.inference.serving_settings import (
    AlarmSettings,
    AsynchronousSettings,
    CaptureSettings,
    ComponentSettings,
    RoutingSettings,
    ScalingSettings,
    TimeOuts,
)
from groundwork.inference.speculation import SpeculationSettings
from groundwork.inference.update_settings import Update
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse


def _hosted(value: str) -> str:
    if value not in HOSTING_TYPES:
        refuse([Refusal(reason="no type that endpoints are known to run on", allowed=", ".join(sorted(HOSTING_TYPES)))])
    return value


EndpointName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40),
    Allowed("at most 40 lower-case letters, digits and inner hyphens, beginning with a letter"),
]
InstanceTypeName = Annotated[str, AfterValidator(_hosted), Allowed("an instance type such as ml.g6e.xlarge")]


class EndpointSettings(Section):
    """A model behind an endpoint of its own, in a stack of its own."""

    name: EndpointName
    """The endpoint's name after the environment's: `prod-chat`. Its configuration gets a name from CloudFormation, as
    each change makes a new one."""
    model: ModelSource
    image: Image | None = None
    """The server. None: the model package's own."""
    cuda: (
        Annotated[str, Field(pattern=r"^cu\d{3}$"), Allowed("the CUDA of the image as its tag says it: cu128")] | None
    ) = None
    """Where the image's tag does not say it."""
    inference_ami: InferenceAmi | None = None
    """The host's AMI. None: the one that the image's CUDA is tested with."""
    environment: Annotated[
        dict[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,255}$")], Annotated[str, Field(max_length=1024)]],
        Field(max_length=100),
    ] = Field(default_factory=dict)
    """Variables of the server. They can be read by whoever may describe the model: no secrets."""
    speculation: SpeculationSettings | None = None
    instances: Annotated[tuple[InstanceTypeName, ...], Field(min_length=1, max_length=5), AfterValidator(each_once)]
    """Instance types, in the order in which they are tried where capacity lacks."""
    count: Annotated[int, Field(ge=1, le=100)] = 1
    """Instances that the endpoint starts with; copies, where it has a `component`."""
    reservation: (
        Annotated[
            str,
            Field(pattern=r"^arn:aws:sagemaker:[a-z0-9-]+:\d{12}:[a-z0-9-]{1,14}/.+$", max_length=258),
            Allowed("the ARN of a training plan whose targets include endpoint"),
        ]
        | None
    ) = None
    """Capacity that is paid already. The endpoint has no other, and stops answering when it ends."""
    component: ComponentSettings | None = None
    """What a copy takes of an instance. None: one copy takes all of it."""
    asynchronous: AsynchronousSettings | None = None
    """None: callers wait for the answer, 60 seconds at most, or as it streams."""
    scaling: ScalingSettings | None = None
    """None: always `count` instances."""
    routing: RoutingSettings = RoutingSettings()
    time_outs: TimeOuts = TimeOuts()
    update: Update | None = None
    """None: all at once beside the old fleet, rolled back where it does not start or an alarm goes off."""
    capture: CaptureSettings | None = None
    network_isolation: bool = True
    """Whether the server can open no connection at all. Weights come from S3 all the same."""
    alarms: AlarmSettings = AlarmSettings()
    gateway_model: ModelName | None = None
    """What callers of the environment's gateway put into `model`. None: it is not offered there."""
    interface: Literal["messages", "text"] = "messages"
    """What the server speaks: chat messages (LMI, vLLM), or prompt in and text out."""
    browser: BrowserSettings | None = None
    """A sandbox for an agent that drives a browser with the model."""

    @property
    def hosting_types(self) -> tuple[HostingType, ...]:
        return tuple(HOSTING_TYPES[name] for name in self.instances)

    @property
    def on_gpu(self) -> bool:
        return any(kind.gpus for kind in self.hosting_types)

    @property
    def takes_volume_key(self) -> bool:
        """Whether its volumes are encrypted by a key: no type has storage of its own."""
        return not any(kind.local_storage for kind in self.hosting_types)

    @property
    def server(self) -> Image | None:
        """The image, whoever names it. None: a Marketplace package's."""
        return self.model.image if self.model.source == "package" else self.image

    @property
    def image_cuda(self) -> str | None:
        return self.cuda or (cuda_of(self.server.root) if self.server else None)

    @property
    def amis(self) -> tuple[InferenceAmi, ...]:
        """The AMIs that the image and all instance types can share."""
        return amis_for(self.image_cuda or "", {kind.family for kind in self.hosting_types})

    @property
    def ami(self) -> InferenceAmi | None:
        """The host's AMI; None on CPUs."""
        return (self.inference_ami or self.amis[0]) if self.on_gpu else None

    @property
    def most(self) -> int:
        """The most instances, or copies of a component."""
        bounds = [s.max for s in (self.scaling, *self.scaling.schedules)] if self.scaling else [self.count]
        return max(bounds)

    @property
    def copies_per_instance(self) -> int:
        """How many copies of the component find room on each instance, whatever its type; 1 without one."""
        component = self.component
        if not component:
            return 1
        return min(
            min(
                kind.gpus // component.gpus if component.gpus else 100,
                int(kind.vcpus // component.cpus),
                # Some of the memory is the system's.
                (kind.memory_gib * 1024 - 1) // component.memory_mib,
            )
            for kind in self.hosting_types
        )

    def instances_for(self, copies: int) -> int:
        """How many instances so many copies need."""
        return -(-copies // self.copies_per_instance)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        refuse(refusals_of_endpoint(self))
        return self
