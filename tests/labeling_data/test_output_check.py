"""A manifest is fit to train with, or says why not; a bad line is lost alone."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from labeling_data import handler
from labeling_data.train_test_split import TrainTestSplit
from tests.labeling_data.manifests import failed, image, labeled, lines, mask, read
from tests.labeling_data.s3 import OWN, S3

CLASSIFICATION = ["source-ref", "anomaly-label-metadata", "anomaly-label"]
SEGMENTATION = [*CLASSIFICATION, "anomaly-mask-ref-metadata", "anomaly-mask-ref"]
GOOD = [labeled(f"{n}.png", "anomaly" if n % 2 else "normal", digest=f"{n:064x}") for n in range(10)]
MANIFEST = f"s3://{OWN}/labeled/output.manifest"


def check(s3: S3, rows: Any, **more: Any) -> dict[str, Any]:
    s3.put(MANIFEST, rows if isinstance(rows, bytes) else lines(rows))
    event = {
        "manifest": MANIFEST,
        "task": "classification",
        "label_attribute": "anomaly-label",
        "mask_attribute": "anomaly-mask-ref",
        "min_confidence": 0.5,
        "workers_per_object": 3,
        "test_share": 0.3,
        "min_normal": 3,
        "min_anomaly": 3,
        "max_bad_share": 0.5,
        "output": "runs/first/",
    }
    return handler.check_output({**event, **more}, None)


def bad(answer: dict[str, Any]) -> dict[str, int]:
    kinds = list(answer["counts"])[9:]
    return {kind: answer["counts"][kind] for kind in kinds if answer["counts"][kind]}


def test_good_rows_are_split_and_have_exactly_the_attributes_in_the_algorithms_order(s3: S3) -> None:
    answer = check(s3, GOOD)
    assert answer["status"] == "done"
    assert answer["attributes"] == CLASSIFICATION
    train, test = (read(s3, answer[f"{side}_manifest"]) for side in ("train", "test"))
    assert all(list(row) == CLASSIFICATION for row in train + test)
    assert sorted(row["source-ref"] for row in train + test) == sorted(row["source-ref"] for row in GOOD)
    counts = answer["counts"]
    assert (counts["rows"], counts["good"], counts["bad"], counts["normal"], counts["anomaly"]) == (10, 10, 0, 5, 5)
    assert counts["train_normal"] + counts["train_anomaly"] == len(train)
    assert min(counts[f"{side}_{label}"] for side in ("train", "test") for label in ("normal", "anomaly")) >= 1


def test_a_segmentation_has_all_five_attributes(s3: S3) -> None:
    rows = [{**row, **mask(str(n))} for n, row in enumerate(GOOD)]
    answer = check(s3, rows, task="segmentation")
    assert answer["attributes"] == SEGMENTATION
    assert list(read(s3, answer["train_manifest"])[0]) == SEGMENTATION


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("{not json", "unreadable"),
        ("[]", "unreadable"),
        ('{"source-ref": 5}', "unreadable"),
        ('{"source-ref": "s3://b/\\ud800.png"}', "unreadable"),
        ('{"source-ref": "s3://b/k", "anomaly-label": NaN}', "unreadable"),
        ('{"a":' * 5000, "unreadable"),
        (" " * 500_000 + "{}", "unreadable"),
        ({"source-ref": image("x")}, "incomplete"),
        ({**labeled("x", "normal"), "anomaly-label": None}, "incomplete"),
        (failed("x"), "failed"),
        ({**labeled("x", "normal"), "anomaly-label": 1}, "label_mismatch"),
        ({**labeled("x", "normal"), "anomaly-label": False}, "label_mismatch"),
        ({**labeled("x", "normal"), "anomaly-label-metadata": {"class-name": "dog"}}, "unknown_label"),
        ({**labeled("x", "normal"), "anomaly-label-metadata": {"class-name": ["normal"]}}, "unknown_label"),
        (labeled("x", "normal", confidence=0.49), "low_confidence"),
        (labeled("y", "normal", digest=f"{2:064x}"), "repeated"),
        (labeled("0.png", "normal"), "repeated"),
    ],
)
def test_a_bad_row_is_left_out_and_listed_with_its_line(s3: S3, row: Any, kind: str) -> None:
    answer = check(s3, [*GOOD, row])
    assert (answer["status"], answer["counts"]["good"], bad(answer)) == ("done", 10, {kind: 1})
    (problem,) = read(s3, answer["problems"])
    assert (problem["line"], problem["kind"]) == (11, kind)
    assert problem["reason"]


def test_labels_in_the_wrong_order_are_recognised(s3: S3) -> None:
    turned = [{**row, "anomaly-label": 1 - row["anomaly-label"]} for row in GOOD]
    answer = check(s3, turned)
    assert answer["status"] == "failed"
    assert "10 of 10 rows cannot be used (10 label_mismatch); allowed are 50%" in answer["reason"]


def test_a_label_that_is_written_as_text_is_a_number_in_the_end(s3: S3) -> None:
    answer = check(s3, [{**row, "anomaly-label": str(row["anomaly-label"])} for row in GOOD])
    assert {row["anomaly-label"] for row in read(s3, answer["train_manifest"])} == {0, 1}


@pytest.mark.parametrize(("workers", "left"), [(1, 10), (3, 0)])
def test_one_workers_confidence_is_always_zero_and_says_nothing(s3: S3, workers: int, left: int) -> None:
    rows = [labeled(f"{n}.png", "anomaly" if n % 2 else "normal", confidence=0.0) for n in range(10)]
    assert check(s3, rows, workers_per_object=workers)["counts"]["good"] == left


@pytest.mark.parametrize(
    "conflicting",
    [
        [labeled("x.png", "normal"), labeled("x.png", "anomaly")],
        [labeled("x.png", "normal", digest="f" * 64), labeled("y.png", "anomaly", digest="f" * 64)],
    ],
)
def test_the_same_image_with_two_labels_is_left_out_wholly(s3: S3, conflicting: Any) -> None:
    answer = check(s3, [conflicting[0], *GOOD, conflicting[1]])
    assert bad(answer) == {"conflict": 2}
    assert [problem["line"] for problem in read(s3, answer["problems"])] == [1, 12]


@pytest.mark.parametrize(
    "entries",
    [
        {},
        failed("x", "anomaly-mask-ref"),
        {**mask("x"), "anomaly-mask-ref": None},
        mask("x", colors={}),
        mask("x", colors={"0": {"class-name": "BACKGROUND"}, "1": {"class-name": None}, "2": []}),
    ],
)
def test_an_anomaly_needs_a_mask_with_a_defect(s3: S3, entries: Any) -> None:
    rows = [{**row, **mask(str(n))} for n, row in enumerate(GOOD)]
    answer = check(s3, [*rows, {**labeled("x", "anomaly"), **entries}], task="segmentation")
    assert sum(bad(answer).values()) == 1
    assert bad(answer).keys() <= {"no_mask", "failed"}


def test_too_few_images_of_a_label_are_told(s3: S3) -> None:
    answer = check(s3, GOOD, min_anomaly=6)
    assert answer["reason"] == f"{MANIFEST}: 5 images are labeled anomaly; there must be 6"
    assert answer["counts"]["good"] == 10
    assert "train_manifest" not in answer
    assert check(s3, GOOD[:3], min_anomaly=0)["status"] == "failed"
    assert check(s3, b"\n \n")["reason"].endswith("the manifest has no rows")


def test_a_manifest_that_changes_meanwhile_is_no_result(s3: S3) -> None:
    def meanwhile(method: str, name: str) -> None:
        if method == "PUT" and name.endswith("problems.jsonl"):
            s3.put(MANIFEST, lines(GOOD[:9]))

    s3.before = meanwhile
    assert "has changed" in check(s3, GOOD)["reason"]


WHOLE = lines(GOOD).splitlines()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.integers(0, 9),
    at=st.integers(0, 400),
    junk=st.binary(max_size=8).filter(lambda junk: b"\n" not in junk),
    cut=st.integers(0, 400),
)
@example(line=0, at=0, junk=b"\xff\xfe", cut=0)
@example(line=9, at=200, junk=b"", cut=400)
def test_whatever_happens_to_one_line_the_others_are_kept(s3: S3, line: int, at: int, junk: bytes, cut: int) -> None:
    broken = WHOLE[line][:at] + junk + WHOLE[line][at + cut :]
    answer = check(s3, b"\n".join([*WHOLE[:line], broken, *WHOLE[line + 1 :]]))
    counts = answer["counts"]
    # A change may leave a row that is good, or make it one that contradicts a single other row.
    assert counts["good"] >= 8
    assert counts["bad"] <= 2
    assert counts["rows"] - (0 if broken.strip() else -1) == 10
    if counts["bad"] == 2:
        assert counts["conflict"] == 2
    kept = read(s3, answer["train_manifest"]) + read(s3, answer["test_manifest"])
    others = {json.loads(each)["source-ref"] for n, each in enumerate(WHOLE) if n != line}
    assert len(others - {row["source-ref"] for row in kept}) <= (counts["conflict"] > 0)


LABELS = st.dictionaries(st.text(min_size=1), st.sampled_from(["normal", "anomaly"]), max_size=60)


@settings(max_examples=40, deadline=None)
@given(LABELS, st.sampled_from([0.1, 0.2, 0.5]))
def test_each_side_has_each_label_and_an_image_stays_on_its_side(labels: dict[str, str], share: float) -> None:
    by_label = {label: [each for each in labels if labels[each] == label] for label in ("normal", "anomaly")}
    usable = {each: labels[each] for group in by_label.values() if len(group) > 1 for each in group}
    split = TrainTestSplit(usable, test_share=share)
    for group in by_label.values():
        if len(group) > 1:
            assert {split.is_test(each) for each in group} == {True, False}
    more = TrainTestSplit({**usable, **{f"new-{n}": "normal" for n in range(50)}}, test_share=share)
    moved = [each for each in usable if split.is_test(each) != more.is_test(each)]
    # Only one that a side would have been without.
    assert len(moved) <= 1


def test_the_split_is_about_the_share() -> None:
    labels = {f"{n:064x}": "normal" for n in range(2000)}
    split = TrainTestSplit(labels, test_share=0.2)
    assert 330 < sum(map(split.is_test, labels)) < 470
