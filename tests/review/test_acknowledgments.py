"""Owner and expiry of acknowledgments, and which of them match nothing."""

from datetime import date
from pathlib import Path

import pytest

from review.clauses import Reason, parse
from review.finding import Status
from tests.review.assembly_on_disk import StackOnDisk, plugin, resource, violation, write
from tests.review.conftest import review_of

TEXT = "Only the operators' network reaches it."


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (TEXT, Reason(text=TEXT)),
        (f"{TEXT} (owner: a@example.com)", Reason(text=TEXT, owner="a@example.com")),
        (f"{TEXT} (until: 2027-03-31)", Reason(text=TEXT, until=date(2027, 3, 31))),
        (
            f"{TEXT} (until: 2027-03-31; owner: the data team)",
            Reason(text=TEXT, owner="the data team", until=date(2027, 3, 31)),
        ),
        (f"{TEXT} (see the runbook)", Reason(text=f"{TEXT} (see the runbook)")),
    ],
)
def test_owner_and_end_stand_at_the_end_of_a_reason(said: str, read: Reason) -> None:
    assert parse(said) == read


@pytest.mark.parametrize(
    "clauses", ["until: soon", "until: 2027-02-30", "until:", "owner: a; owner: b", "owner: a; expires: 2027-01-01"]
)
def test_clauses_that_cannot_be_read_are_a_problem(clauses: str) -> None:
    assert parse(f"{TEXT} ({clauses})").problem


def test_owner_and_end_make_no_reason() -> None:
    assert "no reason" in parse("fine (owner: security@example.com; until: 2027-03-31)").problem


@pytest.mark.parametrize(
    ("today", "status"), [(date(2027, 3, 31), Status.ACKNOWLEDGED), (date(2027, 4, 1), Status.EXPIRED)]
)
def test_an_acknowledgment_holds_through_its_last_day(tmp_path: Path, today: date, status: Status) -> None:
    reason = f"{TEXT} (until: 2027-03-31)"
    folder = _assembly(tmp_path / "out", {"Topic": {"AwsSolutions::AwsSolutions-SNS2": reason}}, reason=reason)
    (found,) = [f for f in review_of(folder, today=today).findings.findings if f.rule == "AwsSolutions-SNS2"]
    assert (found.status, found.until) == (status, date(2027, 3, 31))


def test_an_acknowledgment_of_an_annotation_is_not_stale(tmp_path: Path) -> None:
    folder = _assembly(tmp_path / "out", {"Topic": {"Annotation::@aws-cdk/core:something": TEXT}})
    assert not [f for f in review_of(folder).findings.findings if f.rule.startswith("StaleAcknowledgment")]


def test_without_a_report_the_review_says_so_and_calls_nothing_stale(tmp_path: Path) -> None:
    stack = StackOnDisk(resources=_TOPIC, acknowledged={"Topic": {"AwsSolutions::AwsSolutions-SNS2": TEXT}})
    review = review_of(write(tmp_path / "out", {"One": stack}, report=None))
    assert [finding.rule for finding in review.failing] == ["ChecksDidNotRun"]


def test_the_acknowledgments_of_a_pack_that_reports_nothing_are_one_finding(tmp_path: Path) -> None:
    ids = {"AwsSolutions::AwsSolutions-SNS2": TEXT, "AwsSolutions::AwsSolutions-SNS3": TEXT}
    stack = StackOnDisk(resources=_TOPIC, acknowledged={"Topic": ids})
    review = review_of(write(tmp_path / "out", {"One": stack}, report=[plugin("Serverless")]))
    assert [(f.rule, f.message[:21]) for f in review.failing] == [
        ("PackIsSilent[AwsSolutions]", "2 acknowledgments are")
    ]


def test_a_reason_that_nobody_signed_belongs_to_the_owner_of_the_stack(tmp_path: Path) -> None:
    folder = _assembly(tmp_path / "out", {"Topic": {"AwsSolutions::AwsSolutions-SNS2": TEXT}}, reason=TEXT)
    (acceptance,) = review_of(folder).findings.acceptances
    assert (acceptance.reason, acceptance.owner, acceptance.until) == (TEXT, "platform@example.com", None)


_TOPIC = {"Topic": resource("AWS::SNS::Topic", KmsMasterKeyId="key")}


def _assembly(folder: Path, acknowledged: dict[str, dict[str, str]], *, reason: str = "") -> Path:
    at = {"acknowledgedAt": "Bad/One/Topic", "acknowledgedId": "AwsSolutions::AwsSolutions-SNS2", "reason": reason}
    suppressed = (violation("AwsSolutions-SNS2", "One/Topic/Resource", **at),) if reason else ()
    stack = StackOnDisk(resources=_TOPIC, acknowledged=acknowledged)
    return write(folder, {"One": stack}, report=[plugin("AwsSolutions", suppressed=suppressed)])


def test_an_acknowledgment_that_another_environment_needs_is_spare_and_not_stale(tmp_path: Path) -> None:
    id_ = "AwsSolutions::AwsSolutions-SNS2"
    stack = StackOnDisk(resources=_TOPIC, acknowledged={"Topic": {id_: TEXT}})
    at = {"acknowledgedAt": "Prod/One/Topic", "acknowledgedId": id_, "reason": TEXT}
    found = violation("AwsSolutions-SNS2", "One/Topic/Resource", stage="Prod", **at)
    folder = tmp_path / "out"
    for stage in ("Prod", "Dev"):
        write(folder, {"One": stack}, report=[plugin("AwsSolutions", suppressed=(found,))], stage=stage)
    review = review_of(folder)
    assert review.failing == ()
    assert review.findings.spare == (("Dev/One/Topic", id_),)
