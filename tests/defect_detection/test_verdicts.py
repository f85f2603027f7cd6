"""What the model says, as a summary, a table and a page; and what an algorithm is asked."""

import csv
import io
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from defect_detection.contact_sheet import contact_sheet
from defect_detection.jobs import content_name
from defect_detection.project import Project, Training
from defect_detection.training_job import request
from defect_detection.verdicts import Verdict, VerdictError, read_verdict, summary, table
from tests.defect_detection.fake_sagemaker import MODEL

WORDS = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True), min_size=1, max_size=8, unique=True)
TRAINING = Training(
    algorithm="arn:aws:sagemaker:us-east-1:865070037744:algorithm/defects",
    instance="ml.g4dn.2xlarge",
    volume_gib=20,
    max_run_seconds=7200,
    role="arn:aws:iam::111122223333:role/training",
    network={"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
)


def verdict(picture: str, *, anomalous: bool, truth: bool | None = None) -> Verdict:
    return Verdict(picture=f"s3://example/{picture}", anomalous=anomalous, confidence=0.75, truth=truth)


@given(attributes=WORDS, task=st.sampled_from(["classification", "segmentation"]))
@settings(max_examples=50, deadline=None)
def test_channel_and_hyper_parameters_name_the_manifests_attributes_in_its_order(
    attributes: list[str], task: str
) -> None:
    project = Project(
        name="vision-boards",
        endpoint="vision-boards-defects",
        task=task,
        label_attribute="anomaly-label",
        data="s3://example/",
        key="key",
        topic="topic",
        labeling={},
        training=TRAINING,
    )
    made = request(project, name="vision-boards-train-1", manifest="s3://example/a", attributes=attributes)
    (channel,) = made["InputDataConfig"]
    hyper = made["HyperParameters"]
    assert channel["DataSource"]["S3DataSource"]["AttributeNames"] == attributes
    assert hyper["TrainingInputDataAttributeNames"].split(",") == attributes
    assert hyper["TestInputDataAttributeNames"].split(",") == attributes
    shape = MODEL.operation_model("CreateTrainingJob").input_shape
    assert not ParamValidator().validate(made, shape).has_errors()


def test_names_are_short_enough_for_the_longest_environment_and_project() -> None:
    longest = f"{'e' * 20}-{'p' * 20}-classes"
    name = content_name(longest, {"a": [1, 2]})
    assert name == content_name(longest, {"a": [1, 2]}) != content_name(longest, {"a": [2, 1]})
    assert len(f"{name}-9") <= 63


@pytest.mark.parametrize(
    "body",
    [
        b'{"Source": {"Type": "direct"}, "IsAnomalous": true, "Confidence": 0.9378743361326908}',
        b'{"DetectAnomalyResult": {"IsAnomalous": true, "Confidence": 1}}',
    ],
)
def test_an_answer_is_read(body: bytes) -> None:
    found = read_verdict(body, picture="s3://example/a.png", truth=False)
    assert (found.anomalous, found.truth) == (True, False)
    assert 0.9 < found.confidence <= 1


OTHERS = st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just({"IsAnomalous": True})
ANSWERS = st.dictionaries(st.sampled_from(["IsAnomalous", "Confidence", "Source"]), OTHERS, max_size=3)


@given(body=st.binary(max_size=20) | ANSWERS.map(lambda each: json.dumps(each).encode()))
@settings(max_examples=60, deadline=None)
def test_no_answer_breaks_a_report(body: bytes) -> None:
    found = _read(body)
    assert found is None or 0 <= found.confidence <= 1


@pytest.mark.parametrize(
    ("body", "lack"),
    [
        (b"<html>", "no JSON"),
        (b"[]", "no JSON object"),
        (b'{"IsAnomalous": "true", "Confidence": 1}', "no IsAnomalous"),
        (b'{"IsAnomalous": true}', "no Confidence"),
        (b'{"IsAnomalous": true, "Confidence": NaN}', "no Confidence"),
        (b'{"IsAnomalous": true, "Confidence": true}', "no Confidence"),
    ],
)
def test_what_an_answer_lacks_is_told(body: bytes, lack: str) -> None:
    with pytest.raises(VerdictError, match=lack):
        read_verdict(body, picture="s3://example/a.png")


def test_a_summary_counts_what_people_and_model_agree_on() -> None:
    told = [(True, True), (True, True), (True, False), (False, True), (False, False)]
    verdicts = [verdict(str(n), anomalous=said, truth=truth) for n, (said, truth) in enumerate(told)]
    found = summary([*verdicts, verdict("new", anomalous=True)], unreadable={"s3://example/x": "there is no answer"})
    assert (found["pictures"], found["normal"], found["anomalies"], found["unreadable"]) == (7, 2, 4, 1)
    test = found["test"]
    assert (test["hits"], test["misses"], test["false_alarms"], test["correct_rejections"]) == (2, 1, 1, 1)
    assert test["precision"] == test["recall"] == test["f1"] == 0.6667
    assert summary([verdict("a", anomalous=False, truth=False)], unreadable={})["test"]["recall"] is None
    rows = list(csv.DictReader(io.StringIO(table(verdicts))))
    assert rows[2] == {
        "picture": "s3://example/2",
        "anomalous": "true",
        "confidence": "0.750000",
        "labeled_as_anomaly": "false",
    }


def test_the_page_can_be_read_aloud_and_carries_no_code_of_a_pictures_name() -> None:
    name = 'line/<script>alert(1)<script> "a".png'
    shown = {"images/0001.png": verdict(name, anomalous=True, truth=False)}
    found = summary(list(shown.values()), unreadable={})
    page = contact_sheet(shown, name="vision-boards", model="m", found=found, left_out=3)
    assert "<script" not in page
    reader = _Reader()
    reader.feed(page)
    assert reader.attributes["html"] == [{"lang": "en"}]
    assert len(reader.attributes["h1"]) == len(reader.attributes["main"]) == 1
    (image,) = reader.attributes["img"]
    assert image["src"] == "images/0001.png"
    assert "alert(1)" in image["alt"]
    assert all(row["scope"] == "row" for row in reader.attributes["th"])
    assert "labeled as normal" in page
    assert "3 more are in results.csv" in page
    assert reader.opened == []


def _read(body: bytes) -> Verdict | None:
    try:
        return read_verdict(body, picture="s3://example/a.png")
    except VerdictError:
        return None


class _Reader(HTMLParser):
    """Attributes by element; and elements that are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.attributes: dict[str, list[dict[str, str]]] = {}
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.attributes.setdefault(tag, []).append(dict(attrs))
        if tag not in ("meta", "img"):
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag
