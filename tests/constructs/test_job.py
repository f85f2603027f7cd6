"""Work that a deployment waits for: each of its two functions may do what its own code calls."""

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from groundwork.job import Job

HANDLERS = {"Start": "on_event", "Done": "is_complete"}


GIVEN = {
    "Both": {"on_event": "s3:PutObject", "is_complete": "s3:GetObject"},
    "Starts": {"on_event": "s3:PutObject"},
    "Asks": {"is_complete": "s3:GetObject"},
}


@cache
def resources() -> dict[str, Any]:
    """Of a stack with three jobs, whose handlers are given an action each, or nothing."""
    app = cdk.App(outdir=mkdtemp())
    stack = cdk.Stack(app, "Stack")
    key = kms.Key(stack, "Key")
    for name, given in GIVEN.items():
        Job(
            stack,
            name,
            folder="mig_layout_guard",
            resource_type="Custom::Example",
            properties={"Name": "example"},
            timeout=cdk.Duration.minutes(5),
            operations_key=key,
            **{
                handler: [iam.PolicyStatement(actions=[action], resources=["arn:aws:s3:::example"])]
                for handler, action in given.items()
            },
        )
    return json.loads((Path(app.synth().directory) / stack.template_file).read_text())["Resources"]


@pytest.mark.parametrize("function", HANDLERS)
@pytest.mark.parametrize("job", GIVEN)
def test_each_function_may_do_what_is_given_to_it_and_nothing_of_the_other(job: str, function: str) -> None:
    (found,) = [r["Properties"] for name, r in resources().items() if name.startswith(f"{job}{function}Function")]
    handler = HANDLERS[function]
    assert found["Handler"] == f"mig_layout_guard.handler.{handler}"
    role = {"Ref": found["Role"]["Fn::GetAtt"][0]}
    policies = [r["Properties"] for r in resources().values() if r["Type"] == "AWS::IAM::Policy"]
    statements = [s for p in policies if role in p["Roles"] for s in p["PolicyDocument"]["Statement"]]
    assert statements
    actions = [s["Action"] for s in statements if "logs:PutLogEvents" not in s["Action"]]
    assert actions == ([GIVEN[job][handler]] if handler in GIVEN[job] else [])
