"""What Lookout for Vision has exported becomes a manifest in Ground Truth's form."""

from typing import Any

import pytest

from labeling_data import handler
from tests.labeling_data.images import png
from tests.labeling_data.manifests import COLORS, lines, read
from tests.labeling_data.s3 import OWN, S3

EXPORT = "s3://old-project/export/"


def exported(name: str, label: str, *, attribute: str = "anomaly-label", **more: Any) -> dict[str, Any]:
    """As the service writes it: 0 is an anomaly, and 1 is normal."""
    return {
        "source-ref": f"{EXPORT}images/{name}",
        attribute: {"anomaly": 0, "normal": 1}.get(label, 0),
        f"{attribute}-metadata": {
            "confidence": 1,
            "job-name": "labeling-job/auto-label",
            "class-name": label,
            "human-annotated": "yes",
            "creation-date": "2022-08-22T20:49:51.427",
            "type": "groundtruth/image-classification",
        },
        **more,
    }


def with_mask(name: str) -> dict[str, Any]:
    return {
        "object-mask-ref": f"{EXPORT}masks/{name}",
        "object-mask-ref-metadata": {"internal-color-map": COLORS, "type": "groundtruth/semantic-segmentation"},
    }


def convert(s3: S3, *manifests: Any, task: str = "classification") -> dict[str, Any]:
    uris = [s3.put(f"{EXPORT}datasets/{n}.manifest", lines(rows)) for n, rows in enumerate(manifests)]
    return handler.convert_lookout(
        {
            "manifests": uris,
            "task": task,
            "label_attribute": "anomaly-label",
            "mask_attribute": "anomaly-mask-ref",
            "output": "runs/first/lookout.manifest",
        },
        None,
    )


def counted(answer: dict[str, Any]) -> dict[str, int]:
    return {kind: count for kind, count in answer["counts"].items() if count}


def test_the_class_name_decides_and_not_the_inverted_number(s3: S3) -> None:
    answer = convert(s3, [exported("1.jpg", "anomaly")], [exported("2.jpg", "normal")])
    assert counted(answer) == {"converted": 2, "anomaly": 1, "normal": 1}
    assert [row["anomaly-label"] for row in read(s3, answer["manifest"])] == [1, 0]


@pytest.mark.parametrize("attribute", ["auto-label", "anomaly-label", "my-labels"])
def test_whatever_the_attribute_was_called_it_gets_the_projects_name(s3: S3, attribute: str) -> None:
    answer = convert(s3, [exported("1.jpg", "anomaly", attribute=attribute, other={"x": 1})])
    (row,) = read(s3, answer["manifest"])
    assert list(row) == ["source-ref", "anomaly-label-metadata", "anomaly-label"]
    assert row["anomaly-label-metadata"]["class-name"] == "anomaly"


def test_masks_are_taken_along_and_normal_images_get_blank_ones(s3: S3) -> None:
    s3.put(f"{EXPORT}images/2.jpg", png())
    rows = [exported("1.jpg", "anomaly", **with_mask("1.png")), exported("2.jpg", "normal")]
    answer = convert(s3, rows, task="segmentation")
    assert counted(answer) == {"converted": 2, "anomaly": 1, "normal": 1, "blank_masks": 1}
    anomaly, normal = read(s3, answer["manifest"])
    assert anomaly["anomaly-mask-ref"] == f"{EXPORT}masks/1.png"
    assert normal["anomaly-mask-ref"] == f"s3://{OWN}/masks/blank-64x64.png"
    assert anomaly.keys() == normal.keys()


def test_what_cannot_be_used_is_counted(s3: S3) -> None:
    rows = [
        exported("1.jpg", "anomaly"),
        exported("2.jpg", "unknown"),
        "{",
        {"source-ref": f"{EXPORT}images/3.jpg"},
        {**exported("4.jpg", "normal", attribute="one"), **exported("4.jpg", "normal", attribute="two")},
        exported("5.jpg", "anomaly", **with_mask("5.png")),
        exported("5.jpg", "anomaly", **with_mask("5.png")),
        exported("gone.jpg", "normal"),
        {"source-ref": f"{EXPORT}images/6.jpg", "anomaly-label-metadata": {"failure-reason": "x"}},
    ]
    assert counted(convert(s3, rows, task="segmentation")) == {
        "converted": 1,
        "anomaly": 1,
        "no_mask": 1,
        "unlabelled": 1,
        "unreadable": 1,
        "incomplete": 2,
        "failed": 1,
        "repeated": 1,
        "no_image": 1,
    }


def test_what_is_converted_passes_the_check(s3: S3) -> None:
    rows = [exported(f"{n}.jpg", "anomaly" if n % 2 else "normal") for n in range(8)]
    answer = convert(s3, rows)
    checked = handler.check_output(
        {
            "manifest": answer["manifest"],
            "task": "classification",
            "label_attribute": "anomaly-label",
            "min_confidence": 0.5,
            "workers_per_object": 1,
            "test_share": 0.2,
            "min_normal": 4,
            "min_anomaly": 4,
            "max_bad_share": 0.0,
            "output": "runs/first/",
        },
        None,
    )
    assert (checked["status"], checked["counts"]["good"]) == ("done", 8)
