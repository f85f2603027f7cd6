"""Pictures and answers as they lie in S3: what a transform is given, and what becomes of its files."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from defect_detection.fingerprint import manifest_fingerprint
from defect_detection.outcome import MOST_TROUBLES, StepFailedError, done, run_step
from defect_detection.pictures import Pictures, below_prefix, held_out
from defect_detection.project import Project
from defect_detection.report import MOST_SHOWN, write_report

DATA = "s3://own/"
PROJECT = Project(
    name="vision-boards",
    endpoint="vision-boards-defects",
    task="classification",
    label_attribute="anomaly-label",
    data=DATA,
    key="key",
    topic="topic",
    labeling={},
)
STATE = {"output": f"{DATA}inspections/job/", "transform_job": "job", "model": "model"}


class Bucket:
    """S3 in memory, as far as these programs call it, with pages of two objects."""

    def __init__(self) -> None:
        self.s3, self.exceptions = self, self
        self.ClientError = ClientError
        self.stored: dict[str, bytes] = {}

    def put(self, uri: str, content: Any) -> None:
        self.stored[uri] = content if isinstance(content, bytes) else json.dumps(content).encode()

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> None:  # noqa: N803
        assert ContentType
        self.stored[f"s3://{Bucket}/{Key}"] = Body

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        del self.stored[f"s3://{Bucket}/{Key}"]

    def copy_object(self, *, Bucket: str, Key: str, CopySource: dict[str, str]) -> None:  # noqa: N803
        self.stored[f"s3://{Bucket}/{Key}"] = self.stored[f"s3://{CopySource['Bucket']}/{CopySource['Key']}"]

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        if f"s3://{Bucket}/{Key}" not in self.stored:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": _Body(self.stored[f"s3://{Bucket}/{Key}"])}

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        assert asked["MaxKeys"] == 1000
        begin, after = f"s3://{asked['Bucket']}/", asked.get("ContinuationToken", "")
        keys = sorted(uri.removeprefix(begin) for uri in self.stored if uri.startswith(begin + asked["Prefix"]))
        keys = [key for key in keys if key > after]
        page = [{"Key": key, "ETag": f"v-{key}", "Size": len(self.stored[begin + key])} for key in keys[:2]]
        more = {"NextContinuationToken": keys[1]} if len(keys) > 2 else {}
        return {"Contents": page, "IsTruncated": bool(more), **more}


class _Body(io.BytesIO):
    def iter_lines(self) -> Any:
        return iter(self.getvalue().splitlines())


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


def row(uri: str, *, label: int = 0, job: str = "one") -> bytes:
    return json.dumps({"source-ref": uri, "anomaly-label": label, "anomaly-label-metadata": {"job-name": job}}).encode()


def test_a_report_counts_what_it_cannot_read_and_copies_the_anomalies(bucket: Bucket) -> None:
    names = ["a/ok.png", "a/bad.png", "b/bad.png", "c/alone.png", "c/gone.png", "c/odd.png"]
    for name in names:
        bucket.put(f"s3://images/{name}", name.encode())
    answer = {"IsAnomalous": True, "Confidence": 0.8}
    bucket.put(f"{DATA}inspections/job/a/ok.png.out", {**answer, "IsAnomalous": False})
    bucket.put(f"{DATA}inspections/job/a/bad.png.out", answer)
    bucket.put(f"{DATA}inspections/job/b/bad.png.out", {**answer, "Confidence": 0.9})
    # Without its folder: only one picture has this name.
    bucket.put(f"{DATA}inspections/job/alone.png.out", answer)
    bucket.put(f"{DATA}inspections/job/c/odd.png.out", b"Traceback")
    pictures = Pictures(prefix="s3://images/", names=names, content_type="image/png", truth={"b/bad.png": True})
    found = write_report(PROJECT, STATE, bucket, pictures=pictures).changes  # type: ignore[arg-type]
    assert found["report"] == f"{DATA}reports/job/"
    assert (found["summary"]["anomalies"], found["summary"]["unreadable"]) == (3, 2)
    assert bucket.stored[f"{DATA}reports/job/images/0001.png"] == b"b/bad.png"
    stored = json.loads(bucket.stored[f"{DATA}reports/job/summary.json"])
    assert stored["reasons"] == {
        "s3://images/c/gone.png": "there is no answer",
        "s3://images/c/odd.png": "it is no JSON",
    }
    again = dict(bucket.stored)
    write_report(PROJECT, STATE, bucket, pictures=pictures)  # type: ignore[arg-type]
    assert bucket.stored == again


def test_a_page_shows_the_most_confident_and_says_how_many_more_there_are(bucket: Bucket) -> None:
    names = [f"{number}.jpg" for number in range(MOST_SHOWN + 3)]
    for number, name in enumerate(names):
        bucket.put(f"s3://images/{name}", name.encode())
        bucket.put(f"{DATA}inspections/job/{name}.out", {"IsAnomalous": True, "Confidence": number / 1000})
    pictures = Pictures(prefix="s3://images/", names=names, content_type="image/jpeg")
    write_report(PROJECT, STATE, bucket, pictures=pictures)  # type: ignore[arg-type]
    page = bucket.stored[f"{DATA}reports/job/index.html"].decode()
    assert page.count("<figure>") == MOST_SHOWN
    assert "3 more are in results.csv" in page
    assert bucket.stored[f"{DATA}reports/job/images/0001.jpg"] == names[-1].encode()


def test_no_answer_at_all_is_a_failure(bucket: Bucket) -> None:
    pictures = Pictures(prefix="s3://images/", names=["a.png"], content_type="image/png")
    with pytest.raises(StepFailedError, match="has no answer of the model"):
        write_report(PROJECT, STATE, bucket, pictures=pictures)  # type: ignore[arg-type]


def test_pictures_of_two_types_or_buckets_are_told_before_a_model_is_paid_for(bucket: Bucket) -> None:
    manifest = f"{DATA}runs/a/test.manifest"
    for second, said in (("s3://one/b.jpg", "one type of pictures"), ("s3://two/b.png", "different buckets")):
        bucket.put(manifest, row("s3://one/a.png") + b"\n\n" + row(second, label=1))
        with pytest.raises(StepFailedError, match=said):
            held_out(PROJECT, manifest, bucket)
    bucket.put(manifest, row("s3://one/x/a.png") + b"\n" + row("s3://one/b.PNG", label=1))
    found = held_out(PROJECT, manifest, bucket)
    assert json.loads(found.manifest()) == [{"prefix": "s3://one/"}, "b.PNG", "x/a.png"]
    assert (found.content_type, found.truth) == ("image/png", {"x/a.png": False, "b.PNG": True})
    with pytest.raises(StepFailedError, match="there is no"):
        held_out(PROJECT, f"{DATA}runs/none", bucket)


def test_what_is_below_a_prefix_is_looked_at_anew_when_it_has_changed(bucket: Bucket) -> None:
    assert below_prefix("s3://today/", bucket) is None
    for name in ("a.jpg", "b.jpeg", "list.csv", "sub/"):
        bucket.put(f"s3://today/{name}", b"")
    first = below_prefix("s3://today/", bucket)
    assert first
    assert first.names == ["a.jpg", "b.jpeg"]
    first.store(bucket, f"{DATA}inspections/list.json")
    assert Pictures.stored(bucket, f"{DATA}inspections/list.json").fingerprint == first.fingerprint
    bucket.put("s3://today/c.jpg", b"")
    second = below_prefix("s3://today/", bucket)
    assert second
    assert second.fingerprint != first.fingerprint


def test_the_same_pictures_and_labels_are_the_same_whoever_wrote_them_in_which_order(bucket: Bucket) -> None:
    one, two = row("s3://a/1.png"), row("s3://a/2.png", label=1)
    bucket.put(f"{DATA}1", one + b"\n" + two)
    bucket.put(f"{DATA}2", row("s3://a/2.png", label=1, job="other") + b"\n" + one)
    bucket.put(f"{DATA}3", one + b"\n" + row("s3://a/2.png"))
    first, second, third = (manifest_fingerprint(bucket, f"{DATA}{number}") for number in (1, 2, 3))
    assert first == second != third
    assert first[1] == 2


def test_a_service_that_stays_busy_ends_the_execution_some_day() -> None:
    def busy(_state: Any) -> Any:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "CreateTrainingJob")

    state: dict[str, Any] = {}
    for _ in range(MOST_TROUBLES):
        state = run_step(busy, state)
        assert state["status"] == "again"
    assert run_step(lambda _: done(), state)["troubles"] == 0
    assert "AWS stayed busy" in run_step(busy, state)["reason"]
