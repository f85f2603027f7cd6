"""What Lookout for Vision has exported.

Source: https://docs.aws.amazon.com/lookout-for-vision/latest/developer-guide/manifest-file-classification.html.
The value of a label that it writes is 0 for an anomalous image and 1 for a normal one, and is not used: `class-name`
decides.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, cast

from labeling_data.labels import CLASSES, Attributes, metadata_of, read_mask
from labeling_data.manifest import IMAGE, Row, RowError, rows, stored_lines
from labeling_data.masks import BlankMasks
from labeling_data.objects import Objects

_USUAL = "anomaly-label"
_KINDS = "normal anomaly blank_masks unlabelled unreadable incomplete failed repeated no_mask no_image".split()


def convert(event: Mapping[str, Any], objects: Objects, *, workers: int) -> dict[str, Any]:
    """See `handler.convert_lookout`."""
    mask = event["mask_attribute"] if event["task"] == "segmentation" else None
    attributes = Attributes(label=event["label_attribute"], mask=mask)
    counts = Counter[str]()
    found = _converted(event["manifests"], objects, attributes, counts)
    if mask:
        blank = BlankMasks(objects, attribute=mask, label_attribute=attributes.label, workers=workers)
        completed = blank.complete(found)
    else:
        completed = ((row, "kept") for row in found)
    with stored_lines(objects, event["output"]) as file:
        for row, done in completed:
            if done == "no_image":
                counts[done] += 1
                continue
            counts["blank_masks"] += done == "blank"
            counts[CLASSES[row[attributes.label]]] += 1
            file.add({name: row[name] for name in attributes.in_order})
    return {
        "manifest": objects.uri(event["output"]),
        "counts": {"converted": file.count, **{kind: counts[kind] for kind in _KINDS}},
    }


def _converted(manifests: list[str], objects: Objects, attributes: Attributes, counts: Counter[str]) -> Iterator[Row]:
    seen = set[tuple[str, str]]()
    for uri in manifests:
        for _, row in rows(objects, uri):
            try:
                if isinstance(row, RowError):
                    raise row
                converted = convert_row(row, attributes)
                # One image with two labels stays: that is a conflict, for the check to tell.
                identity = (row[IMAGE], converted[metadata_of(attributes.label)]["class-name"])
                if identity in seen:
                    raise RowError("repeated", "the image has a row already")
                seen.add(identity)
                yield converted
            except RowError as error:
                counts[error.kind] += 1


def convert_row(row: Row, attributes: Attributes) -> dict[str, Any]:
    """A row in the form of a Ground Truth job, whatever its attributes were called.

    Raises:
        RowError: it has no label, or is an anomaly without the mask that it needs.
    """
    label = _label_attribute(row)
    metadata = cast("dict[str, Any]", row[metadata_of(label)])
    name = metadata.get("class-name")
    if name not in CLASSES:
        raise RowError("unlabelled", f"class-name is {name!r}")
    converted: dict[str, Any] = {
        IMAGE: row[IMAGE],
        attributes.label: CLASSES.index(name),
        metadata_of(attributes.label): metadata,
    }
    if not attributes.mask:
        return converted
    mask = _mask_attribute(row)
    if mask:
        entries = {attributes.mask: row.get(mask), metadata_of(attributes.mask): row[metadata_of(mask)]}
        read_mask(entries, attributes.mask, label=name)
        return converted | entries
    if name != CLASSES[0]:
        raise RowError("no_mask", "it is an anomaly without a mask")
    return converted


def _with_metadata(row: Row, entry: str) -> list[str]:
    end = metadata_of("")
    described = (name for name in row if name.endswith(end) and isinstance(row[name], dict))
    return [name.removesuffix(end) for name in described if entry in row[name]]


def _label_attribute(row: Row) -> str:
    found = _with_metadata(row, "class-name")
    if _USUAL in found or len(found) == 1:
        return _USUAL if _USUAL in found else found[0]
    if _with_metadata(row, "failure-reason"):
        raise RowError("failed", "it could not be labeled")
    raise RowError("incomplete", f"it has {len(found)} labels")


def _mask_attribute(row: Row) -> str | None:
    found = _with_metadata(row, "internal-color-map")
    return found[0] if found else None
