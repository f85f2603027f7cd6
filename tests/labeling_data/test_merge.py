"""Labels and masks of two manifests in one."""

from typing import Any

from labeling_data import handler
from labeling_data.image_header import read_header
from tests.labeling_data.images import jpeg, png
from tests.labeling_data.manifests import failed, image, labeled, lines, mask, masked, read
from tests.labeling_data.s3 import OWN, S3

ALL_FIVE = {
    "source-ref",
    "anomaly-label",
    "anomaly-label-metadata",
    "anomaly-mask-ref",
    "anomaly-mask-ref-metadata",
}


def merge(s3: S3, classification: Any, segmentation: Any) -> dict[str, Any]:
    return handler.merge(
        {
            "classification": s3.put(f"s3://{OWN}/labeled/a/output.manifest", lines(classification)),
            "segmentation": s3.put(f"s3://{OWN}/labeled/b/output.manifest", lines(segmentation)),
            "label_attribute": "anomaly-label",
            "mask_attribute": "anomaly-mask-ref",
            "output": "runs/first/merged.manifest",
        },
        None,
    )


def counted(answer: dict[str, Any]) -> dict[str, int]:
    return {kind: count for kind, count in answer["counts"].items() if count}


def test_each_image_gets_its_label_and_its_mask(s3: S3) -> None:
    names = ["a.png", "b.png", "c.png"]
    rows = [labeled(name, "anomaly", digest=name) for name in names]
    answer = merge(s3, rows, [masked(name) for name in reversed(names)])
    assert counted(answer) == {"merged": 3}
    merged = read(s3, answer["manifest"])
    assert merged == [{**row, **mask(name)} for row, name in zip(rows, names, strict=True)]
    assert merged[0].keys() >= ALL_FIVE


def test_a_normal_image_without_a_mask_gets_a_blank_one_of_its_size(s3: S3) -> None:
    s3.put(image("a.png"), png(side=70))
    s3.put(image("b.jpg"), jpeg(width=128, height=64))
    s3.put(image("c.png"), png(side=70, shade=1))
    unmarked = {**masked("c.png"), **failed("c.png", "anomaly-mask-ref")}
    answer = merge(s3, [labeled(name, "normal") for name in ("a.png", "b.jpg", "c.png")], [unmarked])
    assert counted(answer) == {"merged": 3, "blank_masks": 3}
    rows = read(s3, answer["manifest"])
    assert s3.names(f"s3://{OWN}/masks/") == ["blank-128x64.png", "blank-70x70.png"]
    for row, size in zip(rows, [(70, 70), (128, 64), (70, 70)], strict=True):
        assert row.keys() == ALL_FIVE
        header = read_header(s3.body(row["anomaly-mask-ref"]))
        assert (header.width, header.height) == size
        (color,) = row["anomaly-mask-ref-metadata"]["internal-color-map"].values()
        assert color == {"class-name": "BACKGROUND", "hex-color": "#ffffff", "confidence": 0.0}


def test_what_has_no_other_half_is_counted_and_left_out(s3: S3) -> None:
    classification = [labeled("a.png", "anomaly"), labeled("b.png", "anomaly"), labeled("gone.png", "normal")]
    answer = merge(s3, classification, [masked("a.png"), masked("x.png"), masked("y.png")])
    assert counted(answer) == {"merged": 1, "only_classification": 1, "only_segmentation": 2, "no_image": 1}
    assert [row["source-ref"] for row in read(s3, answer["manifest"])] == [image("a.png")]


def test_broken_failed_and_repeated_lines_are_counted_by_kind(s3: S3) -> None:
    classification = [
        labeled("a.png", "anomaly"),
        labeled("a.png", "anomaly"),
        "{broken",
        failed("b.png"),
        {"source-ref": image("c.png")},
        labeled("d.png", "anomaly"),
    ]
    background = {"source-ref": image("d.png"), **mask("d.png", colors={"0": {"class-name": "BACKGROUND"}})}
    answer = merge(s3, classification, [masked("a.png"), masked("a.png"), "[1]", background])
    assert counted(answer) == {
        "merged": 1,
        "repeated": 2,
        "unreadable": 2,
        "failed": 1,
        "incomplete": 1,
        "no_mask": 1,
    }


def test_a_chained_jobs_output_can_be_both(s3: S3) -> None:
    chained = [{**labeled("a.png", "anomaly"), **mask("a.png")}]
    answer = merge(s3, chained, chained)
    assert read(s3, answer["manifest"]) == chained


def test_a_repeat_writes_the_same(s3: S3) -> None:
    s3.put(image("a.png"), png())
    first = merge(s3, [labeled("a.png", "normal")], [])
    before = dict(s3.objects)
    assert merge(s3, [labeled("a.png", "normal")], []) == first
    assert s3.objects == before


def test_a_manifest_that_is_not_there_is_told(s3: S3) -> None:
    answer = handler.merge(
        {
            "classification": f"s3://{OWN}/labeled/gone.manifest",
            "segmentation": f"s3://{OWN}/labeled/gone.manifest",
            "label_attribute": "anomaly-label",
            "mask_attribute": "anomaly-mask-ref",
            "output": "runs/first/merged.manifest",
        },
        None,
    )
    assert answer == {"status": "failed", "reason": f"s3://{OWN}/labeled/gone.manifest is not there"}
    assert not s3.names(f"s3://{OWN}/runs/")
