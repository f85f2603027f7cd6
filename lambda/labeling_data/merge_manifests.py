"""Labels of one manifest and masks of another, by the image."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from labeling_data.labels import CLASSES, Attributes, metadata_of, read_label, read_mask
from labeling_data.manifest import IMAGE, Row, RowError, rows, stored_lines
from labeling_data.masks import BlankMasks
from labeling_data.objects import Objects


class _Merge:
    def __init__(self, event: Mapping[str, Any], objects: Objects) -> None:
        self._objects = objects
        self.attributes = Attributes(label=event["label_attribute"], mask=event["mask_attribute"])
        self.mask: str = event["mask_attribute"]
        self.counts = Counter[str]()
        self._classification, self._segmentation = event["classification"], event["segmentation"]

    def masks(self) -> dict[str, Row]:
        """The two entries of a mask, by image. Whether they are good shows when the label is known."""
        found: dict[str, Row] = {}
        for _, row in rows(self._objects, self._segmentation):
            if isinstance(row, RowError):
                self.counts[row.kind] += 1
            elif row[IMAGE] in found:
                self.counts["repeated"] += 1
            else:
                names = (self.mask, metadata_of(self.mask))
                found[row[IMAGE]] = {name: row[name] for name in names if name in row}
        return found

    def merged(self, masks: dict[str, Row]) -> Iterator[Row]:
        """Rows with both, and normal ones without a mask. What is used of the masks is taken out of them."""
        seen = set[str]()
        for _, row in rows(self._objects, self._classification):
            try:
                if isinstance(row, RowError):
                    raise row
                image: str = row[IMAGE]
                if image in seen:
                    raise RowError("repeated", "the image has a row already")
                seen.add(image)
                mask = masks.pop(image, None)
                yield self._row(row, read_label(row, self.attributes.label).name, mask)
            except RowError as error:
                self.counts[error.kind] += 1

    def _row(self, row: Row, label: str, mask: Row | None) -> Row:
        bare = {name: value for name, value in row.items() if name not in (self.mask, metadata_of(self.mask))}
        if mask is not None:
            try:
                read_mask({**bare, **mask}, self.mask, label=label)
            except RowError:
                # Workers who see no defect submit no mask.
                if label != CLASSES[0]:
                    raise
            else:
                return {**bare, **mask}
        elif label != CLASSES[0]:
            raise RowError("only_classification", "nobody has drawn a mask")
        return bare


def merge(event: Mapping[str, Any], objects: Objects, *, workers: int) -> dict[str, Any]:
    """See `handler.merge`."""
    work = _Merge(event, objects)
    masks = work.masks()
    blank = BlankMasks(objects, attribute=work.mask, label_attribute=work.attributes.label, workers=workers)
    counts = work.counts
    with stored_lines(objects, event["output"]) as file:
        for row, done in blank.complete(work.merged(masks)):
            if done == "no_image":
                counts[done] += 1
                continue
            counts["blank_masks"] += done == "blank"
            file.add(row)
    counts.update(merged=file.count, only_segmentation=len(masks))
    return {"manifest": objects.uri(event["output"]), "counts": _in_words(counts)}


_KINDS = """
    merged blank_masks only_classification only_segmentation repeated
    unreadable incomplete failed unknown_label label_mismatch no_mask no_image
""".split()


def _in_words(counts: Counter[str]) -> dict[str, int]:
    return {kind: counts[kind] for kind in _KINDS}
