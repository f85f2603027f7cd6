"""The converter on a bucket: pages, broken downloads, changed files, and its encryption."""

import json
from pathlib import Path

import pytest

from capture_converter.conversion import convert
from capture_converter.s3 import READ_TRIES, S3Store
from capture_converter.settings import Settings
from capture_converter.store import StoreError
from tests.handlers.capture_converter.captures import chat, line, said
from tests.handlers.capture_converter.s3 import BUCKET, Bucket


@pytest.fixture
def bucket() -> Bucket:
    files = {f"capture/endpoint/{number}.jsonl": line(chat(f"Why {number}?"), said("So.")) for number in range(5)}
    return Bucket(objects={**files, "captured-elsewhere/x.jsonl": b"{}"})


def store(bucket: Bucket, prefix: str) -> S3Store:
    return S3Store(bucket.client(), bucket=BUCKET, prefix=prefix)


def test_a_bucket_is_converted_into_another_prefix(bucket: Bucket, tmp_path: Path) -> None:
    settings = Settings(validation_share=0)
    for _ in range(2):
        tally = convert(store(bucket, "capture"), store(bucket, "out"), settings=settings, scratch=tmp_path)
        assert (tally.files, tally.train, tally.dropped) == (5, 5, {})
    written = bucket.objects["out/train/00000.jsonl"].splitlines()
    assert [json.loads(each)["messages"][0]["content"] for each in written] == [f"Why {at}?" for at in range(5)]
    assert set(bucket.encryption.values()) == {"AES256"}
    assert set(bucket.encryption) == {key for key in bucket.objects if key.startswith("out/")}


def test_a_broken_download_goes_on_where_it_broke(bucket: Bucket) -> None:
    bucket.breaks_after = [100, 0, 50]
    capture = store(bucket, "capture")
    file = next(capture.list())
    assert b"".join(capture.read(file)) == bucket.objects["capture/endpoint/0.jsonl"]
    assert bucket.ranges == ["bytes=0-", "bytes=100-", "bytes=100-", "bytes=150-"]


def test_a_download_that_breaks_again_and_again_fails_and_names_the_file(bucket: Bucket) -> None:
    bucket.breaks_after = [0] * 99
    capture = store(bucket, "capture")
    with pytest.raises(StoreError, match=r"s3://training/capture/endpoint/0\.jsonl"):
        list(capture.read(next(capture.list())))
    assert len(bucket.ranges) == READ_TRIES


def test_a_file_that_changes_meanwhile_is_not_mixed(bucket: Bucket) -> None:
    capture = store(bucket, "capture")
    file = next(capture.list())
    bucket.objects["capture/endpoint/0.jsonl"] = b"another"
    with pytest.raises(StoreError, match="PreconditionFailed"):
        list(capture.read(file))


@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject", "PutObject", "DeleteObject"])
def test_what_the_role_may_not_do_is_said(bucket: Bucket, tmp_path: Path, operation: str) -> None:
    bucket.objects["out/train/00007.jsonl"] = b"left behind"
    bucket.forbidden = operation
    with pytest.raises(StoreError, match=r"s3://training/.*AccessDenied"):
        convert(store(bucket, "capture"), store(bucket, "out"), settings=Settings(), scratch=tmp_path)
