"""What a template of Spaces offers, and what somebody who uses it may change."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.images import Image
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse
from groundwork.spaces.values import (
    MIN_GIB_OF_REMOTE_ACCESS,
    DisplayName,
    Gib,
    LifecycleScript,
    Minutes,
    Name,
    refusals_of_range,
)

_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")
_SET_BY_THE_ADDON = ("WORKSPACE_", "JUPYTER_BASE_URL")


TaintKey = Annotated[
    str,
    Field(pattern=r"^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$"),
    Allowed("the key of a taint such as dedicated or nvidia.com/gpu"),
]


class Range(Section):
    """How much of a resource somebody may ask for, both ends included."""

    min: Annotated[int, Field(ge=0)]
    """The least."""
    max: Annotated[int, Field(ge=1)]
    """The most."""


class MigSlice(Section):
    """Slices of one MIG profile."""

    profile: Annotated[
        str, Field(pattern=r"^[1-7]g\.\d{1,3}gb(\+me)?$"), Allowed("a MIG profile of the cluster such as 1g.5gb")
    ]
    count: Annotated[int, Field(ge=1, le=7)] = 1
    """How many slices a Space gets."""
    max: Annotated[int, Field(ge=1, le=56)] | None = None
    """The most that a Space may ask for; none: `count`."""

    @property
    def resource(self) -> str:
        """The resource of Kubernetes; a `+` becomes a dot, as in NVIDIA's device plugin."""
        return f"nvidia.com/mig-{self.profile.replace('+', '.')}"

    @field_validator("profile")
    @classmethod
    def _profile_has_no_media_engine(cls, value: str) -> str:
        if value.endswith("+me"):
            reason = "HyperPod's command line and quotas do not know profiles with media engines"
            refuse([Refusal(reason=reason, allowed="a profile such as 1g.5gb")])
        return value

    @field_validator("max")
    @classmethod
    def _no_less_than_the_default(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value < (count := info.data.get("count", 1)):
            refuse([Refusal(reason=f"less than the default of {count}", allowed=f"{count} or more")])
        return value


class Resources(Section):
    """What a Space gets unless its owner says otherwise; as much is reserved as it may use."""

    vcpus: Annotated[int, Field(ge=1, le=192)] = 2
    """Virtual CPUs."""
    memory_gib: Gib = 8
    """Memory in GiB; remote access needs 8."""
    gpus: Annotated[int, Field(ge=0, le=8)] = 0
    """Whole GPUs."""


class Bounds(Section):
    """What the owner may change the resources to. What is not given cannot be changed."""

    vcpus: Range | None = None
    memory_gib: Range | None = None
    gpus: Range | None = None


class Storage(Section):
    """The volume at the user's home, in GiB. It outlives a stopped Space, and goes with a deleted one."""

    gib: Gib = 10
    """GiB unless the owner says otherwise."""
    min: Gib = 5
    """The least, in GiB."""
    max: Gib = 100
    """The most, in GiB."""

    @field_validator("max")
    @classmethod
    def _default_is_inside(cls, value: int, info: ValidationInfo) -> int:
        if {"gib", "min"} <= info.data.keys():
            # This validator sits at `max`, whose path the refusals leave out.
            found = refusals_of_range(info.data["min"], info.data["gib"], value, unit="GiB")
            refuse(Refusal(reason=r.reason, allowed=r.allowed, value=r.value) for r in found)
        return value


class IdleShutdown(Section):
    """A Space stops by itself; its volume stays."""

    minutes: Minutes = 60
    """Minutes without activity. SageMaker Distribution reports activity; an image of plain Jupyter does not."""
    override: Range | None = None
    """Which minutes an owner may choose instead. None: `minutes`, for everybody."""

    @field_validator("override")
    @classmethod
    def _default_is_inside(cls, value: Range | None, info: ValidationInfo) -> Range | None:
        if value and value.min < 1:
            refuse([Refusal(reason="never idle", allowed="1 or more", at=("min",), value=value.min)])
        if value and (minutes := info.data.get("minutes")):
            refuse(refusals_of_range(value.min, minutes, value.max, unit="minutes"))
        return value


class TemplateSettings(Section):
    """A kind of Space, as a WorkspaceTemplate in the namespace of each team that has it."""

    name: Name
    display_name: DisplayName
    """What people read in a list."""
    description: Annotated[str, Field(max_length=500)] = ""
    """What it is for."""
    app: Literal["jupyterlab", "code-editor"] = "jupyterlab"
    """What opens in the browser. The add-on admits no other."""
    image: Image
    """By repository and tag; deployed by the digest of images.lock.yaml."""
    other_images: Annotated[tuple[Image, ...], Field(max_length=49)] = ()
    """Further images that an owner may choose. Everything else is refused at admission."""
    resources: Resources = Resources()
    bounds: Bounds = Bounds()
    mig: MigSlice | None = None
    node_labels: Annotated[dict[str, str], Field(max_length=10)] = Field(default_factory=dict)
    """Labels of the nodes that it runs on, such as those of an instance group. None: any node with room."""
    tolerated_taints: Annotated[tuple[TaintKey, ...], AfterValidator(each_once)] = ()
    """Keys of taints that it may run in spite of. With GPUs or slices `nvidia.com/gpu` is one of them anyway."""
    storage: Storage = Storage()
    more_volumes: bool = False
    """Whether an owner may mount further volume claims of the namespace, such as a shared file system."""
    idle_shutdown: IdleShutdown | None = IdleShutdown()
    priority: Name | None = None
    """A priority of the scheduler's configuration. Its teams need a quota."""
    ownership: Literal["owner-only", "shared"] = "owner-only"
    """`shared`: everybody in the team may open, stop and delete the Space. Its files are then everybody's, too."""
    lifecycle_script: LifecycleScript | None = None
    """A bash script that runs beside the start of each Space, 1024 bytes at most."""
    environment: Annotated[dict[str, str], Field(max_length=50)] = Field(default_factory=dict)
    """Variables of the container, none of them a secret: whoever may read the template reads them."""

    @property
    def images(self) -> tuple[Image, ...]:
        """The default first."""
        return (self.image, *self.other_images)

    @field_validator("other_images")
    @classmethod
    def _images_differ(cls, value: tuple[Image, ...], info: ValidationInfo) -> tuple[Image, ...]:
        seen = [info.data.get("image"), *value]
        refuse(
            Refusal(reason="named twice", allowed="each image once", at=(index,), value=image.root)
            for index, image in enumerate(value)
            if image in seen[: index + 1]
        )
        return value

    @field_validator("bounds")
    @classmethod
    def _defaults_are_inside(cls, value: Bounds, info: ValidationInfo) -> Bounds:
        if resources := info.data.get("resources"):
            refuse(_refusals_of_bounds(value, resources))
        return value

    @field_validator("mig")
    @classmethod
    def _whole_gpus_or_slices(cls, value: MigSlice | None, info: ValidationInfo) -> MigSlice | None:
        resources, bounds = info.data.get("resources"), info.data.get("bounds")
        if value and ((resources and resources.gpus) or (bounds and bounds.gpus)):
            reason = "a Space has whole GPUs or MIG slices, not both"
            refuse([Refusal(reason=reason, allowed="mig, or resources.gpus and bounds.gpus", value=value.profile)])
        return value

    @field_validator("environment")
    @classmethod
    def _variables_can_be_set(cls, value: dict[str, str]) -> dict[str, str]:
        refuse(_refusals_of_variables(value))
        return value

    def refusals_of_remote_access(self) -> Iterator[Refusal]:
        """Less memory than the add-on admits where editors connect."""
        least, allowed = MIN_GIB_OF_REMOTE_ACCESS, f"{MIN_GIB_OF_REMOTE_ACCESS} or more, or remote_access: false"
        reason = f"remote access needs {least} GiB of memory"
        if (given := self.resources.memory_gib) < least:
            yield Refusal(reason=reason, allowed=allowed, at=("resources", "memory_gib"), value=given)
        elif (bound := self.bounds.memory_gib) and bound.min < least:
            yield Refusal(reason=reason, allowed=allowed, at=("bounds", "memory_gib", "min"), value=bound.min)


def _refusals_of_bounds(bounds: Bounds, resources: Resources) -> Iterator[Refusal]:
    for name, unit in (("vcpus", "vCPUs"), ("memory_gib", "GiB"), ("gpus", "GPUs")):
        bound: Range | None = getattr(bounds, name)
        if bound:
            for r in refusals_of_range(bound.min, getattr(resources, name), bound.max, unit=unit):
                yield Refusal(reason=r.reason, allowed=r.allowed, at=(name, *r.at), value=r.value)


def _refusals_of_variables(variables: dict[str, str]) -> Iterator[Refusal]:
    for name, text in variables.items():
        if not _VARIABLE.match(name):
            allowed = "letters, digits and underscores, not beginning with a digit"
            yield Refusal(reason="not the name of a variable", allowed=allowed, at=(name,), value=text)
        elif name.startswith(_SET_BY_THE_ADDON):
            yield Refusal(reason="the add-on sets it", allowed="another name", at=(name,), value=text)
