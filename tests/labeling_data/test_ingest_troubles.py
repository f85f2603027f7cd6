"""An ingest that is out of time, broken off, throttled or overtaken comes to the same; what is to be mended is told."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from labeling_data import ingest as ingesting
from tests.labeling_data.images import png
from tests.labeling_data.ingesting import IMAGES, give, ingest, rejected, rows
from tests.labeling_data.s3 import OWN, S3


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "BATCH", 2)


@pytest.mark.usefixtures("small_batches")
def test_a_run_goes_on_where_the_time_of_a_call_was_over(s3: S3) -> None:
    give(
        s3, **{f"{folder}__{n}": png(shade=10 * n + len(folder)) for n in range(4) for folder in ("normal", "anomaly")}
    )
    answers = [ingest(calls=1)]
    while answers[-1]["status"] == "again":
        answers.append(ingest(calls=1))
    assert [each.get("progress", {}).get("done") for each in answers] == [2, 4, 6, 8, None]
    in_pieces = {name: s3.objects[name] for name in s3.objects if not name.startswith(f"{OWN}/runs/")}
    assert len(s3.written) == len(set(s3.written))
    # One that did all at once has come to the same.
    whole = ingest(run="second")
    assert {k: v for k, v in whole.items() if k in ("counts", "dimensions")} == {
        k: v for k, v in answers[-1].items() if k in ("counts", "dimensions")
    }
    assert s3.body(whole["classified_manifest"]) == s3.body(answers[-1]["classified_manifest"])
    assert in_pieces == {name: s3.objects[name] for name in s3.objects if not name.startswith(f"{OWN}/runs/")}


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("after", range(1, 9))
def test_a_run_that_broke_off_anywhere_is_finished_by_the_next_call(s3: S3, after: int) -> None:
    give(s3, normal__1=png(shade=1), anomaly__1=png(shade=2), normal__3=png(shade=3))
    writes = 0

    def break_off(method: str, _name: str) -> None:
        nonlocal writes
        writes += method == "PUT"
        if writes == after:
            raise RuntimeError("the process is gone")

    s3.before = break_off
    with pytest.raises(RuntimeError, match="gone"):
        ingest()
    s3.before = lambda _method, _name: None
    answer = ingest()
    assert (answer["status"], answer["counts"]["accepted"]) == ("done", 3)
    assert len(s3.names(IMAGES)) == 3
    assert len(rows(s3, answer["classified_manifest"])) == 3


def test_a_finished_run_that_is_repeated_writes_no_image_again(s3: S3) -> None:
    give(s3, normal__1=png(shade=1), anomaly__1=png(shade=2))
    first = ingest()
    s3.written.clear()
    assert ingest() == first
    assert not [name for name in s3.written if "/images/" in name]


def test_another_run_over_the_same_images_stores_none_twice(s3: S3) -> None:
    give(s3, normal__1=png(shade=1), anomaly__1=png(shade=2))
    ingest()
    give(s3, more__3=png(shade=3))
    assert ingest(run="second")["counts"]["accepted"] == 3
    assert len(s3.names(IMAGES)) == 3


def test_throttling_is_waited_for(s3: S3) -> None:
    give(s3, **{str(n): png(shade=n) for n in range(5)})
    s3.answers = {"GET": [(503, "SlowDown")] * 4, "PUT": [(503, "SlowDown"), (500, "InternalError")]}
    assert ingest()["counts"]["accepted"] == 5


def test_another_write_of_the_same_name_is_waited_for(s3: S3) -> None:
    give(s3, **{"1": png()})

    def meanwhile(method: str, name: str) -> None:
        if method == "PUT" and name.endswith("images/1.png") and not s3.written[1:]:
            s3.answers = {"PUT": [(409, "ConditionalRequestConflict")] * 2}
            s3.written.append("conflict")

    s3.before = meanwhile
    assert ingest()["counts"]["accepted"] == 1
    assert s3.written.count(f"{OWN}/images/1.png") == 1


def test_an_image_that_changes_or_goes_meanwhile_is_listed(s3: S3) -> None:
    give(s3, changed=png(shade=1), gone=png(shade=2), stays=png(shade=3))

    def meanwhile(_method: str, name: str) -> None:
        if name.endswith("plan.jsonl") and "factory-images/cookies/gone.png" in s3.objects:
            give(s3, changed=png(shade=99))
            del s3.objects["factory-images/cookies/gone.png"]

    # The listing comes after the first look at the plan, so the change waits for its storing.
    s3.before = lambda method, name: meanwhile(method, name) if method == "PUT" else None
    answer = ingest()
    reason = "it was changed or removed while it was being copied"
    assert rejected(s3, answer) == {"changed.png": reason, "gone.png": reason}
    assert answer["counts"]["accepted"] == 1


def test_images_that_vanish_before_the_end_are_an_error_and_no_manifest_of_nothing(s3: S3) -> None:
    give(s3, **{"1": png(shade=1), "2": png(shade=2)})

    def meanwhile(method: str, name: str) -> None:
        if method == "PUT" and name.endswith("rejected.jsonl"):
            del s3.objects[f"{OWN}/images/2.png"]

    s3.before = meanwhile
    answer = ingest()
    assert answer["status"] == "failed"
    assert answer["reason"] == f"1 of 2 images have gone from {IMAGES}, such as 2.png"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"source": "s3://factory-images/nothing/"}, "has 0 objects; a labeling job takes 1 to 100000"),
        ({"source": f"s3://{OWN}/images/old/"}, "give a prefix beside `images/`"),
        ({"source": f"s3://{OWN}/"}, "give a prefix beside `images/`"),
        ({"source": "factory-images"}, "is no URI of S3"),
        ({"limits": {"most_bytes": 41_000_000}}, "a labeling job takes up to 40000000"),
    ],
)
def test_a_source_that_cannot_be_used_says_why(s3: S3, more: dict[str, Any], reason: str) -> None:
    answer = ingest(**more)
    assert answer["status"] == "failed"
    assert reason in answer["reason"]


def test_a_source_that_nobody_gave_is_told_and_not_repeated(s3: S3) -> None:
    give(s3, one=png())
    s3.statements = [{"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [f"arn:aws:s3:::{OWN}*"]}]
    assert ingest() == {"status": "failed", "reason": "s3://factory-images/cookies/ cannot be read: AccessDenied"}


def test_what_the_function_itself_may_not_do_is_raised(s3: S3) -> None:
    give(s3, one=png())
    s3.statements = [{"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": ["*"]}]
    with pytest.raises(ClientError, match="AccessDenied"):
        ingest()


def test_nothing_but_what_is_no_image_is_told(s3: S3) -> None:
    give(s3, one=b"no image")
    answer = ingest()
    assert answer["status"] == "failed"
    assert "no image could be accepted" in answer["reason"]
