"""What holds for each check: it reads only, asks what it declares, and never takes a denial for a pass."""

import re
from pathlib import Path

import pytest

from operations.doctor.check import Check
from operations.doctor.checks.all import CHECKS
from operations.doctor.policy import policy_for
from operations.doctor.reader import Read
from tests.operations.doctor.account import ready
from tests.operations.doctor.aws import DENIED, FakeAws
from tests.operations.doctor.world import facts, look, verdicts

EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
EACH_READ = pytest.mark.parametrize(
    ("check", "read"),
    [(check, read) for check in CHECKS for read in check.reads],
    ids=lambda part: part.name if isinstance(part, Check) else part.operation,
)
SIMULATION = "SimulatePrincipalPolicy"
"""It computes and changes nothing: IAM's service authorization reference has it under the access level Read."""


@EACH
def test_an_account_that_is_ready_passes(check: Check) -> None:
    findings = look(check, FakeAws(ready()), facts())
    assert findings
    assert {"fail", "unknown"} & set(verdicts(findings)) == set()


@EACH
def test_it_makes_exactly_the_calls_that_it_declares(check: Check) -> None:
    aws = FakeAws(ready())
    look(check, aws, facts())
    assert set(aws.operations) == {f"{read.service}:{read.operation}" for read in check.reads}


@EACH
def test_it_only_reads(check: Check) -> None:
    for read in check.reads:
        assert re.match(r"(Describe|List|Get|Head)[A-Z]", read.operation) or read.operation == SIMULATION
        assert re.match(r"[a-z0-9-]+:(Describe|List|Get)[A-Z]", read.action) or read.action == f"iam:{SIMULATION}"


@EACH_READ
def test_a_denied_call_is_unknown_and_names_the_action(check: Check, read: Read) -> None:
    aws = FakeAws(ready() | {f"{read.service}:{read.operation}": DENIED})
    findings = look(check, aws, facts())
    unknown = [finding for finding in findings if finding.verdict == "unknown"]
    assert any(read.action in finding.reason and read.action in finding.remedy for finding in unknown)
    assert "fail" not in verdicts(findings)


@EACH
def test_who_may_read_nothing_gets_no_pass(check: Check) -> None:
    findings = look(check, FakeAws({}), facts())
    assert "unknown" in verdicts(findings)
    assert "ok" not in verdicts(findings)


@EACH
def test_an_environment_without_the_sections_is_no_trouble(check: Check) -> None:
    text = 'name: small\naccount: "111122223333"\nregion: eu-west-1\n'
    aws = FakeAws(ready())
    findings = look(check, aws, facts(text))
    assert set(verdicts(findings)) <= {"ok"}
    assert {region for _, _, region in aws.calls} <= {"eu-west-1"}


def test_the_policy_allows_the_calls_that_are_made_and_nothing_else() -> None:
    aws = FakeAws(ready())
    actions: dict[str, str] = {}
    for check in CHECKS:
        look(check, aws, facts())
        actions |= {f"{read.service}:{read.operation}": read.action for read in check.reads}
    statements = policy_for(CHECKS, facts())["Statement"]
    allowed = [action for statement in statements for action in statement["Action"]]
    assert sorted(allowed) == sorted({actions[operation] for operation in aws.operations})
    assert {statement["Effect"] for statement in statements} == {"Allow"}


def test_the_policy_names_what_can_be_named() -> None:
    by_action = {
        action: set(statement["Resource"])
        for statement in policy_for(CHECKS, facts())["Statement"]
        for action in statement["Action"]
    }
    assert by_action["s3:ListBucket"] == {"arn:aws:s3:::models", "arn:aws:s3:::data"}
    assert by_action["s3:GetObject"] == {"arn:aws:s3:::models/qwen/config.json", "arn:aws:s3:::data/train/*"}
    assert by_action["ssm:GetParameter"] == {
        "arn:aws:ssm:us-east-1:111122223333:parameter/cdk-bootstrap/groundwork/version"
    }
    assert "*" not in by_action["iam:SimulatePrincipalPolicy"]


def test_a_key_of_the_weights_is_in_the_policy() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/0a1b"
    job = {"name": "eagle", "model": {"uri": "s3://models/qwen/", "key": key}, "instance": "ml.g6.24xlarge"}
    statements = policy_for(CHECKS, facts(optimization={"jobs": [job]}))["Statement"]
    assert [s["Resource"] for s in statements if "kms:Decrypt" in s["Action"]] == [[key]]


def test_the_document_tells_of_every_check() -> None:
    text = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text()
    asked = text.partition("## What is asked")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", asked, re.MULTILINE) == [check.name for check in CHECKS]
