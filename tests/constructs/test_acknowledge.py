"""What stands in the assembly of an acknowledgment is what the review reads."""

from datetime import date
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from groundwork.acknowledge import acknowledge
from review.assembly import read_assembly
from review.clauses import Reason, parse

ID = "AwsSolutions::AwsSolutions-SNS3"
REASON = "One queue reads it, and checks who wrote."


def _read_back(folder: Path, **more: Any) -> Reason:
    app = cdk.App(outdir=str(folder))
    topic = sns.Topic(cdk.Stack(app, "Some"), "Topic")
    acknowledge(topic, ID, reason=REASON, **more)
    app.synth()
    (stack,) = read_assembly(folder).stacks
    ((path, id_, reason),) = stack.acknowledged
    assert (path, id_) == ("Some/Topic", ID)
    return parse(reason)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"owner": "data@example.com"},
        {"until": date(2027, 3, 31)},
        {"owner": "data@example.com", "until": date(2027, 3, 31)},
    ],
)
def test_owner_and_end_are_read_back(tmp_path: Path, more: dict[str, Any]) -> None:
    assert _read_back(tmp_path, **more) == Reason(text=REASON, **more)


@pytest.mark.parametrize("owner", ["", "data (team)", "a; until: 2030-01-01"])
def test_an_owner_that_would_not_be_read_back_is_refused(tmp_path: Path, owner: str) -> None:
    with pytest.raises(ValueError, match="owner"):
        _read_back(tmp_path, owner=owner)


def test_an_id_without_a_namespace_is_refused(tmp_path: Path) -> None:
    stack = cdk.Stack(cdk.App(outdir=str(tmp_path)), "Some")
    with pytest.raises(ValueError, match="AwsSolutions-SNS3"):
        acknowledge(stack, "AwsSolutions-SNS3", reason=REASON)
