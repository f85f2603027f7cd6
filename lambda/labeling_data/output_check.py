"""Whether a manifest is fit to train with."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labeling_data.labels import CLASSES, Attributes, read_label, read_mask
from labeling_data.manifest import DIGEST, IMAGE, Row, RowError, rows, stored_lines
from labeling_data.objects import Objects
from labeling_data.outcome import DataError
from labeling_data.train_test_split import TrainTestSplit

_BAD = "unreadable incomplete failed unknown_label label_mismatch low_confidence conflict repeated no_mask".split()


@dataclass(frozen=True, kw_only=True)
class OutputCheck:
    """What is asked of a manifest."""

    manifest: str
    attributes: Attributes
    min_confidence: float
    consolidated: bool
    """Whether several workers labeled each image: only then Ground Truth writes a confidence."""
    test_share: float
    least: Mapping[str, int]
    """Images of each label."""
    max_bad_share: float

    def judge(self, row: Row) -> str:
        """The label of a row.

        Raises:
            RowError: it cannot be used.
        """
        label = read_label(row, self.attributes.label)
        if self.consolidated and label.confidence is not None and not label.confidence >= self.min_confidence:
            raise RowError("low_confidence", f"the confidence is {label.confidence}, below {self.min_confidence}")
        if self.attributes.mask:
            read_mask(row, self.attributes.mask, label=label.name)
        return label.name

    def shortage(self, counts: Mapping[str, int]) -> str | None:
        """Why the good rows are too few."""
        if counts["rows"] == 0:
            return "the manifest has no rows"
        if counts["bad"] > self.max_bad_share * counts["rows"]:
            kinds = ", ".join(f"{counts[kind]} {kind}" for kind in _BAD if counts[kind])
            found = f"{counts['bad']} of {counts['rows']} rows cannot be used ({kinds})"
            return f"{found}; allowed are {self.max_bad_share:.0%}"
        for label, least in self.least.items():
            # One to train with, and one to test with.
            if counts[label] < max(2, least):
                return f"{counts[label]} images are labeled {label}; there must be {max(2, least)}"
        return None


def check(event: Mapping[str, Any], objects: Objects) -> dict[str, Any]:
    """See `handler.check_output`."""
    mask = event["mask_attribute"] if event["task"] == "segmentation" else None
    wanted = OutputCheck(
        manifest=event["manifest"],
        attributes=Attributes(label=event["label_attribute"], mask=mask),
        min_confidence=event["min_confidence"],
        consolidated=event["workers_per_object"] > 1,
        test_share=event["test_share"],
        least={"normal": event["min_normal"], "anomaly": event["min_anomaly"]},
        max_bad_share=event["max_bad_share"],
    )
    output = event["output"]
    counts, identities = Counter[str](), dict[str, str]()
    conflicting = _conflicting(wanted, objects)
    with stored_lines(objects, f"{output}problems.jsonl") as problems:
        for number, row, label, error in _judged(wanted, objects, conflicting):
            counts.update(["rows", error.kind if error else label, "bad" if error else "good"])
            if error:
                image = None if isinstance(row, RowError) else row[IMAGE]
                problems.add({"line": number, IMAGE: image, "kind": error.kind, "reason": error.reason})
            elif not isinstance(row, RowError):
                identities[identity_of(row)] = label
    reason = wanted.shortage(counts)
    answer: dict[str, Any] = {"problems": objects.uri(f"{output}problems.jsonl")}
    if reason:
        return {**answer, "counts": _in_words(counts), "status": "failed", "reason": f"{wanted.manifest}: {reason}"}
    split = TrainTestSplit(identities, test_share=wanted.test_share)
    names = {side: f"{output}{side}.manifest" for side in ("train", "test")}
    with stored_lines(objects, names["train"]) as train, stored_lines(objects, names["test"]) as test:
        for _, row, label, error in _judged(wanted, objects, conflicting):
            if error or isinstance(row, RowError):
                continue
            is_test = split.is_test(identity_of(row))
            (test if is_test else train).add(_bare(row, wanted.attributes, label))
            counts[f"{'test' if is_test else 'train'}_{label}"] += 1
    if train.count + test.count != counts["good"]:
        raise DataError(f"{wanted.manifest} has changed while it was being read")
    return {
        **answer,
        "train_manifest": objects.uri(names["train"]),
        "test_manifest": objects.uri(names["test"]),
        "attributes": wanted.attributes.in_order,
        "counts": _in_words(counts),
    }


def identity_of(row: Row) -> str:
    """The same for the same image: of its content where that is known, else of its place."""
    digest = row.get(DIGEST)
    return digest if isinstance(digest, str) else row[IMAGE]


def _conflicting(wanted: OutputCheck, objects: Objects) -> set[str]:
    """Places and contents of images that have two labels."""
    labels: dict[str, set[str]] = {}
    for _, row in rows(objects, wanted.manifest):
        if not isinstance(row, RowError):
            try:
                label = read_label(row, wanted.attributes.label).name
            except RowError:
                continue
            for each in {row[IMAGE], identity_of(row)}:
                labels.setdefault(each, set()).add(label)
    return {each for each, found in labels.items() if len(found) > 1}


def _judged(
    wanted: OutputCheck, objects: Objects, conflicting: set[str]
) -> Iterator[tuple[int, Row | RowError, str, RowError | None]]:
    """Line, row, label (of a good one), and what is wrong with it."""
    seen = set[str]()
    for number, row in rows(objects, wanted.manifest):
        try:
            if isinstance(row, RowError):
                raise row
            label = wanted.judge(row)
            same = {row[IMAGE], identity_of(row)}
            if same & conflicting:
                raise RowError("conflict", "the same image is labeled normal and anomaly")
            if same & seen:
                raise RowError("repeated", "the same image has a row already")
        except RowError as error:
            yield number, row, "", error
        else:
            seen |= same
            yield number, row, label, None


def _bare(row: Row, attributes: Attributes, label: str) -> Row:
    values = {**row, attributes.label: CLASSES.index(label)}
    return {name: values[name] for name in attributes.in_order}


def _in_words(counts: Mapping[str, int]) -> dict[str, int]:
    sides = [f"{side}_{label}" for side in ("train", "test") for label in CLASSES]
    return {name: counts[name] for name in ("rows", "good", "bad", *CLASSES, *sides, *_BAD)}
