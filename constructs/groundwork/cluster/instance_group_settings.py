"""One instance group of the `cluster` section: nodes of one type that are alike."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.cluster.instance_types import INSTANCE_TYPES, InstanceType
from groundwork.mig.manifest import LABEL as MIG_LABEL
from groundwork.mig.settings import MigSettings
from groundwork.network.settings import MAX_ZONES, ZoneId, ZoneName
from groundwork.settings import Allowed, Refusal, Section, each_once, refuse

MOST_NODES = 6758
"""Of a group: the limit of `AWS::SageMaker::Cluster`."""
_LABEL_KEY = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$"
)

Zone = Annotated[
    Annotated[int, Field(ge=1, le=MAX_ZONES)] | ZoneId | ZoneName,
    Allowed("a zone id such as use1-az4 where the network names them, a zone's name in an existing VPC, or its place"),
]
Nodes = Annotated[int, Field(ge=0, le=MOST_NODES)]
LabelKey = Annotated[str, Field(pattern=_LABEL_KEY, max_length=317), Allowed("a key such as example.com/team")]
LabelValue = Annotated[
    str,
    Field(pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", max_length=63),
    Allowed("at most 63 letters, digits, hyphens, dots and underscores"),
]


class NodeRange(Section):
    """A number of nodes that may vary."""

    min: Nodes
    """What has to be there before the cluster counts as made. With Karpenter: 0."""
    max: Annotated[int, Field(ge=1, le=MOST_NODES)]
    """What Karpenter stops at. Without Karpenter: what is asked for at once, and kept as far as there is capacity."""

    @field_validator("max")
    @classmethod
    def _max_is_not_below_min(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("min", 0):
            refuse([Refusal(reason=f"below the {info.data['min']} of `min`", allowed=f"{info.data['min']} or more")])
        return value


class Taint(Section):
    """Keeps pods away that do not tolerate it."""

    key: LabelKey
    value: LabelValue = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"


class InstanceGroupSettings(Section):
    """Nodes of one type that are alike."""

    name: Annotated[
        str,
        Field(pattern=r"^[a-z0-9](-?[a-z0-9])*$", max_length=63),
        Allowed("at most 63 lower-case letters, digits and single inner hyphens"),
    ]
    type: Annotated[str, Allowed("an instance type such as ml.p5en.48xlarge")]
    count: Nodes | NodeRange
    """How many nodes: a number, or `{min, max}`."""
    zone: Zone | None = None
    """None: all zones that have cluster subnets. EFA, a training plan and Karpenter each need one."""
    threads_per_core: Literal[1, 2] = 2
    """1 leaves half of the vCPUs unused, which some numerical code is faster with."""
    ebs_gib: Annotated[int, Field(ge=1, le=16384)] = 500
    """GiB of the encrypted volume at /opt/sagemaker, for images and pods."""
    labels: Annotated[dict[LabelKey, LabelValue], Field(max_length=50)] = Field(default_factory=dict)
    taints: Annotated[tuple[Taint, ...], Field(max_length=50)] = ()
    deep_health_checks: Annotated[
        tuple[Literal["InstanceStress", "InstanceConnectivity"], ...], AfterValidator(each_once)
    ] = ()
    """Checks that a node has to pass before it joins: an hour or two. SageMaker's API knows MultiNodeTrainingValidation
    as well, and CloudFormation does not: it can be asked for later, by StartClusterHealthCheck."""
    capacity: Literal["on-demand", "spot"] = "on-demand"
    training_plan: (
        Annotated[
            str,
            Field(pattern=r"^arn:aws:sagemaker:[a-z0-9-]+:\d{12}:training-plan/[A-Za-z0-9-]+$"),
            Allowed("arn:aws:sagemaker:<region>:<account>:training-plan/<name>"),
        ]
        | None
    ) = None
    """Reserved capacity to run on."""
    fabric: Literal["none", "efa", "efa-only"] = "none"
    """`efa`: Elastic Fabric Adapter between the nodes; `efa-only` takes fewer addresses of the subnet."""
    mig: MigSettings | None = None
    """Cuts the GPUs of each node into partitions."""

    @property
    def instance_type(self) -> InstanceType:
        """What is known of its type."""
        return INSTANCE_TYPES[self.type]

    @property
    def min_nodes(self) -> int:
        """What has to be there before the cluster counts as made."""
        return self.count.min if isinstance(self.count, NodeRange) else self.count

    @property
    def max_nodes(self) -> int:
        return self.count.max if isinstance(self.count, NodeRange) else self.count

    @property
    def uses_efa(self) -> bool:
        return self.fabric != "none"

    @field_validator("type")
    @classmethod
    def _type_is_known(cls, value: str) -> str:
        if value not in INSTANCE_TYPES:
            family = [t for t in INSTANCE_TYPES if t.split(".")[:2] == value.split(".")[:2]]
            allowed = ", ".join(family or sorted({f"ml.{t.split('.')[1]}.*" for t in INSTANCE_TYPES}))
            refuse([Refusal(reason="not an instance type that HyperPod is known to take", allowed=allowed)])
        return value

    @field_validator("labels")
    @classmethod
    def _labels_are_not_of_others(cls, value: dict[str, str]) -> dict[str, str]:
        refuse(
            Refusal(reason="set from the group's `mig`", allowed="the layout in `mig`", at=(key,), value=value[key])
            for key in value
            if key == MIG_LABEL
        )
        return value

    @field_validator("deep_health_checks")
    @classmethod
    def _checks_fit_the_nodes(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        refuse(_refusals_of_checks(value, info))
        return value

    @field_validator("training_plan")
    @classmethod
    def _plan_fits_the_capacity(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value:
            refuse(_refusals_of_plan(info))
        return value

    @field_validator("fabric")
    @classmethod
    def _type_has_the_fabric(cls, value: str, info: ValidationInfo) -> str:
        known = INSTANCE_TYPES.get(info.data.get("type", ""))
        if value != "none" and known and not known.efa_devices:
            allowed = ", ".join(t.name for t in INSTANCE_TYPES.values() if t.efa_devices and t.gpus)
            refuse([Refusal(reason=f"{known.name} has no EFA device", allowed=f"none, or a type of: {allowed}")])
        return value

    @field_validator("mig")
    @classmethod
    def _type_has_the_partitions(cls, value: MigSettings | None, info: ValidationInfo) -> MigSettings | None:
        if value and (type_name := info.data.get("type")):
            refuse(value.refusals_for(type_name))
        return value


def _refusals_of_checks(checks: tuple[str, ...], info: ValidationInfo) -> Iterator[Refusal]:
    if not checks:
        return
    if info.data.get("taints"):
        reason = "nodes with taints of their own cannot be checked: the check's pods would not tolerate them"
        yield Refusal(reason=reason, allowed="none, or no taints", value=", ".join(checks))
    known = INSTANCE_TYPES.get(info.data.get("type", ""))
    if known and not known.gpus and not known.neuron_devices:
        yield Refusal(reason=f"{known.name} has no accelerator to check", allowed="none", value=", ".join(checks))


def _refusals_of_plan(info: ValidationInfo) -> Iterator[Refusal]:
    if info.data.get("capacity") == "spot":
        yield Refusal(reason="a training plan is capacity of its own", allowed="none, or capacity: on-demand")
    if "zone" in info.data and info.data["zone"] is None:
        yield Refusal(reason="the plan's capacity is in one zone", allowed="none, or the plan's zone in `zone`")
