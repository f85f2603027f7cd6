"""Folders of images become one folder and two manifests."""

import hashlib

from tests.labeling_data.images import jpeg, png
from tests.labeling_data.ingesting import IMAGES, give, ingest, rejected, rows
from tests.labeling_data.s3 import S3, SOURCE


def test_folders_become_one_and_each_image_keeps_its_bytes(s3: S3) -> None:
    images = {"normal__1": png(shade=1), "normal__deep__2": jpeg(), "anomaly__1": png(shade=3, spot=9), "4": png()}
    give(s3, **images)
    answer = ingest()
    assert answer["status"] == "done"
    assert sorted(s3.body(IMAGES + name) for name in s3.names(IMAGES)) == sorted(images.values())
    assert answer["counts"] == {
        "found": 4,
        "accepted": 4,
        "rejected": 0,
        "duplicates": 0,
        "conflicts": 0,
        "normal": 2,
        "anomaly": 1,
        "unclassified": 1,
    }
    assert answer["dimensions"] == {"64x64": 3, "640x480": 1}
    for row in rows(s3, answer["manifest"]):
        assert row.keys() == {"source-ref", "content-sha256"}
        assert hashlib.sha256(s3.body(row["source-ref"])).hexdigest() == row["content-sha256"]


def test_a_classified_image_has_its_label_in_ground_truths_form(s3: S3) -> None:
    give(s3, normal__1=png(shade=1), anomaly__1=png(shade=2), other=png(shade=3))
    anomaly, normal = rows(s3, ingest()["classified_manifest"])
    assert (anomaly["anomaly-label"], normal["anomaly-label"]) == (1, 0)
    assert normal["anomaly-label-metadata"] == {
        "class-name": "normal",
        "confidence": 1,
        "type": "groundtruth/image-classification",
        "job-name": "labeling-job/folders",
        "human-annotated": "yes",
        "creation-date": "2026-01-02T03:04:05.000000",
    }


def test_images_without_folders_give_no_classified_manifest(s3: S3) -> None:
    give(s3, one=png())
    assert ingest()["classified_manifest"] is None


def test_what_is_no_image_or_does_not_fit_is_listed_with_its_reason(s3: S3) -> None:
    give(
        s3, good=png(), small=png(side=20), cut=png()[:-9], empty=b"", normal__anomaly__x=png(shade=2), big=png(side=90)
    )
    s3.put(f"s3://{SOURCE}/cookies/Thumbs.db", b"\xd0\xcf\x11\xe0")
    s3.put(f"s3://{SOURCE}/cookies/folder/", b"")
    answer = ingest(limits={"most_side": 80})
    assert rejected(s3, answer) == {
        "Thumbs.db": "neither JPEG nor PNG",
        "big.png": "90x90 pixels; allowed are 64 to 80 on each side",
        "cut.png": "it is cut off: its end is missing",
        "empty.png": "it is empty",
        "normal/anomaly/x.png": "its path has both a folder `normal` and a folder `anomaly`",
        "small.png": "20x20 pixels; allowed are 64 to 80 on each side",
    }
    assert s3.names(IMAGES) == ["good.png"]
    assert (answer["counts"]["found"], answer["counts"]["accepted"], answer["counts"]["rejected"]) == (7, 1, 6)


def test_the_same_image_is_taken_once_and_never_with_two_labels(s3: S3) -> None:
    same, both = png(shade=7), png(shade=8)
    give(s3, normal__a=same, normal__b=same, normal__c=both, anomaly__c=both, normal__d=png(shade=9))
    answer = ingest()
    assert rejected(s3, answer) == {
        "anomaly/c.png": "the same image is in `normal` and in `anomaly`",
        "normal/c.png": "the same image is in `normal` and in `anomaly`",
        "normal/b.png": "the same image as cookies/normal/a.png",
    }
    counts = answer["counts"]
    assert (counts["accepted"], counts["duplicates"], counts["conflicts"], counts["found"]) == (2, 1, 2, 5)


def test_nothing_is_overwritten(s3: S3) -> None:
    other = s3.put(f"{IMAGES}1.png", b"of somebody else")
    give(s3, **{"1": png()})
    (row,) = rows(s3, ingest()["manifest"])
    assert s3.body(other) == b"of somebody else"
    assert s3.body(row["source-ref"]) == png()
    assert row["source-ref"] == f"{IMAGES}1-{row['content-sha256'][:16]}.png"
