"""One project of defect detection: its pictures, who labels them, what is trained, and how the model is used."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from groundwork.inference.model_settings import KeyArn, S3Prefix
from groundwork.labeling.defect_ground_truth import GROUND_TRUTH_ACCOUNTS
from groundwork.labeling.defect_use import BatchInference, EndpointInference, TrainingSettings
from groundwork.settings import Allowed, Email, Refusal, Section, each_once, refuse

CLASSES = ("normal", "anomaly")
"""In the order of the algorithm: 0 and 1."""
MOST_KINDS = 20
"""The smallest limit that CreateLabelingJob's reference has for masks (LabelCategoryConfigS3Uri)."""
ProjectName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20),
    Allowed("at most 20 lower-case letters, digits and inner hyphens, beginning with a letter"),
]
S3Object = Annotated[
    str,
    Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9!_.*'()-]+/)*[A-Za-z0-9!_.*'()-]+$"),
    Allowed("the S3 URI of an object, such as s3://my-data/cookies/train.manifest"),
]
_Label = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,62}$"),
    Allowed("1-63 letters, digits, spaces, hyphens or underscores"),
]


def endpoint_name(project: str) -> str:
    """Not just the project's name: an endpoint of `inference` may have that."""
    return f"{project}-defects"


class TaskSettings(Section):
    """What workers see, and how long they have. Limits: CreateLabelingJob of SageMaker's API."""

    title: Annotated[str, Field(min_length=1, max_length=128)]
    """Stands in the workers' list of jobs."""
    description: Annotated[str, Field(min_length=1, max_length=255)]
    instructions: Annotated[str, Field(min_length=1, max_length=4000)]
    """Stand beside each picture."""
    workers_per_object: Annotated[int, Field(ge=1, le=9)] = 1
    """Who label the same picture; their answers are consolidated."""
    task_minutes: Annotated[int, Field(ge=1, le=480)] = 30
    """For one picture."""
    days_available: Annotated[int, Field(ge=1, le=30)] = 10
    """After which what nobody has labeled fails."""
    most_at_once: Annotated[int, Field(ge=1, le=5000)] = 1000
    """Pictures that are given to the workers at a time."""


class ProjectSettings(Section):
    """A project begins with `images`, an existing `manifest`, or a `lookout_manifest`: exactly one of them.

    Pictures are labeled by `team`, unless the folders `normal/` and `anomaly/` say the class already (`classified`).
    """

    task: Literal["classification", "segmentation"]
    """Whether a picture is normal; or also where its defects are, and of which kind."""
    labels: Annotated[tuple[_Label, ...], AfterValidator(each_once)] = ()
    """Kinds of defect that masks tell apart, for segmentation. A class is always normal or anomaly."""
    images: S3Prefix | None = None
    """Pictures, JPEG or PNG, below this prefix."""
    classified: bool = False
    """Whether `images` has the folders `normal/` and `anomaly/`."""
    manifest: S3Object | None = None
    """An augmented manifest with the attributes of docs/defect-detection.md: nothing is labeled."""
    lookout_manifest: S3Object | None = None
    """What Lookout for Vision has exported: it is converted, and nothing is labeled."""
    references: Annotated[tuple[S3Prefix, ...], AfterValidator(each_once)] = ()
    """Where the pictures and masks lie that a manifest names."""
    key: KeyArn | None = None
    """The key that encrypts those objects. None: S3's own."""
    team: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$"), Allowed("a team of `labeling.teams`")] | None = None
    tasks: TaskSettings | None = None
    """What `team` sees."""
    confidence_threshold: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.5
    """Labels that workers are less sure of, 0 to 1, are counted as doubtful; too many, and nothing is trained."""
    min_normal: Annotated[int, Field(ge=2, le=100_000)] = 20
    min_anomaly: Annotated[int, Field(ge=2, le=100_000)] = 10
    """Good pictures of each that there must be to train; what Lookout for Vision has asked for."""
    doubtful_share: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.2
    """Of the labels, that may be doubtful, failed or unreadable."""
    test_share: Annotated[float, Field(ge=0.05, le=0.5, strict=False)] = 0.2
    """Of the pictures, that the model is tried on and not trained with."""
    training: TrainingSettings | None = None
    """None: it ends with the labels."""
    inference: (
        Annotated[
            EndpointInference | BatchInference,
            Field(discriminator="kind"),
            Allowed("kind: endpoint or batch, and its own keys"),
        ]
        | None
    ) = None
    """None: the model is tried on the held-out pictures, and no more."""
    notify: Annotated[tuple[Email, ...], AfterValidator(each_once)] = ()
    """Who is told. None: whoever gets the environment's alarms."""

    @property
    def labels_by_people(self) -> tuple[Literal["classification", "segmentation"], ...]:
        """The jobs that `team` does, in their order."""
        if not self.team:
            return ()
        classes: tuple[Literal["classification"], ...] = () if self.classified else ("classification",)
        return (*classes, "segmentation") if self.task == "segmentation" else classes

    @field_validator("labels")
    @classmethod
    def _labels_fit_the_task(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        task = info.data.get("task")
        if task == "classification" and value not in ((), CLASSES):
            reason = "a picture is normal or an anomaly, in the order that the algorithm wants"
            refuse([Refusal(reason=reason, allowed="normal, anomaly; or no `labels`")])
        if task == "segmentation" and not 1 <= len(value) <= MOST_KINDS:
            reason = f"{len(value)} kinds of defect"
            refuse([Refusal(reason=reason, allowed=f"1 to {MOST_KINDS}, such as scratch, dent")])
        return value

    @field_validator("lookout_manifest")
    @classmethod
    def _one_source(cls, value: str | None, info: ValidationInfo) -> str | None:
        if {"images", "manifest"} <= info.data.keys():
            given = [name for name in ("images", "manifest") if info.data[name]]
            given += ["lookout_manifest"] if value else []
            if len(given) != 1:
                reason = f"the project begins with {' and '.join(given) or 'nothing'}"
                refuse([Refusal(reason=reason, allowed="one of `images`, `manifest` and `lookout_manifest`")])
            if info.data.get("classified") and not info.data["images"]:
                refuse([Refusal(reason="`classified` is about the folders of `images`", allowed="false")])
        return value

    @field_validator("references")
    @classmethod
    def _pictures_can_be_read(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if "lookout_manifest" not in info.data or "images" not in info.data:
            return value
        if info.data["images"] and value:
            refuse([Refusal(reason="`images` are copied, and nothing else is read", allowed="none")])
        if not info.data["images"] and not value:
            reason = "nobody may read the pictures that the manifest names"
            refuse([Refusal(reason=reason, allowed="the prefixes below which they and their masks lie")])
        return value

    @field_validator("team")
    @classmethod
    def _somebody_labels(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not {"task", "images", "classified", "lookout_manifest"} <= info.data.keys():
            return value
        labeled = info.data["task"] == "classification" and info.data["classified"]
        if value and (not info.data["images"] or labeled):
            reason = "there is nothing left to label"
            refuse([Refusal(reason=reason, allowed="no `team`, or `images` that are not labeled yet")])
        if info.data["images"] and not value and not labeled:
            what = "masks" if info.data["classified"] else "labels"
            refuse([Refusal(reason=f"the pictures have no {what}, and nobody makes them", allowed="a team")])
        return value

    @field_validator("tasks")
    @classmethod
    def _workers_are_told(cls, value: TaskSettings | None, info: ValidationInfo) -> TaskSettings | None:
        if "team" in info.data and bool(info.data["team"]) != bool(value):
            reason = "the team is not told what to do" if info.data["team"] else "there is no team to tell"
            refuse([Refusal(reason=reason, allowed="`team` and `tasks`, or neither")])
        return value

    @field_validator("inference")
    @classmethod
    def _a_model_is_trained(
        cls, value: EndpointInference | BatchInference | None, info: ValidationInfo
    ) -> EndpointInference | BatchInference | None:
        if value and "training" in info.data and not info.data["training"]:
            refuse([Refusal(reason="no model is trained", allowed="a `training`")])
        return value

    def refusals_in(self, region: str) -> Iterator[Refusal]:
        """Ground Truth, the algorithm and keys belong to a Region."""
        if self.team and region not in GROUND_TRUTH_ACCOUNTS:
            allowed = ", ".join(sorted(GROUND_TRUTH_ACCOUNTS))
            reason = f"{region} has no Ground Truth to label with"
            yield Refusal(reason=reason, allowed=allowed, at=("team",), value=self.team)
        batch = self.inference if isinstance(self.inference, BatchInference) else None
        for where, arn in (
            (("training", "algorithm"), self.training.algorithm if self.training else None),
            (("key",), self.key),
            (("inference", "key"), batch.key if batch else None),
        ):
            if arn and arn.split(":")[3] != region:
                yield Refusal(reason="of another Region", allowed=f"one of {region}", at=where, value=arn)
