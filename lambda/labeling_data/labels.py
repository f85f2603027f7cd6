"""Labels and masks in rows of a manifest, in Ground Truth's form.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html and
https://docs.aws.amazon.com/lookout-for-vision/latest/developer-guide/manifest-file-segmentation.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from labeling_data.manifest import IMAGE, Row, RowError

CLASSES = ("normal", "anomaly")
"""Their index is the value of a label: the algorithm wants an anomaly to be 1."""
BACKGROUND = "BACKGROUND"


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """Names in a manifest."""

    label: str
    mask: str | None = None
    """Of a segmentation."""

    @property
    def in_order(self) -> list[str]:
        """As the algorithm's hyper-parameters and the channel name them."""
        mask = [metadata_of(self.mask), self.mask] if self.mask else []
        return [IMAGE, metadata_of(self.label), self.label, *mask]


@dataclass(frozen=True, kw_only=True)
class Label:
    """Of an image."""

    name: str
    confidence: float | None


def metadata_of(attribute: str) -> str:
    """The name of an attribute's metadata."""
    return f"{attribute}-metadata"


def read_label(row: Row, attribute: str) -> Label:
    """What a row says.

    Raises:
        RowError: workers could not label it, or it has no label, or none of the two.
    """
    metadata = _metadata(row, attribute)
    value, name = row.get(attribute), metadata.get("class-name")
    if value is None:
        raise RowError("incomplete", f"it has no {attribute}")
    if name not in CLASSES:
        raise RowError("unknown_label", f"class-name is {name!r}, and neither normal nor anomaly")
    # Some examples of the documentation have the number as text.
    if isinstance(value, bool) or str(value) != str(CLASSES.index(name)):
        reason = f"{attribute} is {value!r} and class-name is {name}: the labels were not given in the order {CLASSES}"
        raise RowError("label_mismatch", reason)
    confidence = metadata.get("confidence")
    if not isinstance(confidence, int | float) or isinstance(confidence, bool):
        confidence = None
    return Label(name=name, confidence=confidence)


def read_mask(row: Row, attribute: str, *, label: str) -> None:
    """Whether a row has the mask that its label needs.

    Raises:
        RowError: it has not.
    """
    metadata = _metadata(row, attribute)
    mask, colors = row.get(attribute), metadata.get("internal-color-map")
    if not isinstance(mask, str) or not mask.startswith("s3://") or not isinstance(colors, dict):
        raise RowError("no_mask", f"it has no {attribute} with an internal-color-map")
    kinds = cast("Mapping[str, Any]", colors).values()
    if label != CLASSES[0] and not any(_is_defect(each) for each in kinds):
        raise RowError("no_mask", "it is an anomaly, and its mask has no kind of defect")


def label_entries(attribute: str, *, name: str, created: str, job: str) -> dict[str, Any]:
    """What a row gets that a person has labeled."""
    return {
        attribute: CLASSES.index(name),
        metadata_of(attribute): {
            "class-name": name,
            "confidence": 1,
            "type": "groundtruth/image-classification",
            "job-name": f"labeling-job/{job}",
            "human-annotated": "yes",
            "creation-date": created,
        },
    }


def _is_defect(color: Any) -> bool:
    name: object = cast("Mapping[str, object]", color).get("class-name") if isinstance(color, dict) else None
    return isinstance(name, str) and name != BACKGROUND


def _metadata(row: Row, attribute: str) -> Mapping[str, Any]:
    found = row.get(metadata_of(attribute))
    if not isinstance(found, dict):
        kind = "no_mask" if attribute.endswith("-ref") else "incomplete"
        raise RowError(kind, f"it has no {metadata_of(attribute)}")
    metadata = cast("Mapping[str, Any]", found)
    if reason := metadata.get("failure-reason"):
        raise RowError("failed", str(reason)[:200])
    return metadata
