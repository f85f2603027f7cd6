"""The state machine of an EAGLE job: from files in S3 to a registered head that waits for a person."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.optimization.steps import Steps, in_order

_LOOK_AT_PROCESSING = cdk.Duration.minutes(5)
MOST_LOOKS = 1200
"""At a job. Each is 11 events of an execution, which may have 25,000
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html)."""


def optimize_steps(
    scope: Construct,
    *,
    function: lambda_.IFunction,
    call_timeout: cdk.Duration,
    config: Mapping[str, Any],
    longest_hours: int,
) -> sfn.IChainable:
    """Import, convert, check, train, compare, register, ask. Whatever fails is told before the execution fails.

    A head that does not pass the gate is told as well and ends the execution well: nothing is broken.

    Args:
        config: what the functions know of the job.
        longest_hours: of the job, with what it may wait for capacity.
    """
    steps = Steps(scope, function=function, call_timeout=call_timeout)
    failure = sfn.Fail(scope, "Failed", error="OptimizationFailed", cause_path="$.cause")
    untold = sfn.Fail(scope, "FailedUntold", error="OptimizationFailed", cause="Nobody could be told: see the states.")
    tell = steps.step("TellFailure", "tell_failure", failed=untold)
    tell.then(failure)
    failed = tell.task

    tell_not_worth_it = steps.step("TellNotWorthIt", "tell_not_worth_it", failed=failed)
    tell_not_worth_it.then(sfn.Succeed(scope, "NotWorthIt"))
    start_import = steps.step("ImportModel", "import", failed=failed)
    look_at_import = steps.step("LookAtImport", "look_at_processing", failed=failed, wait=_LOOK_AT_PROCESSING)
    check_model = steps.step("CheckModel", "check_model", failed=failed)
    convert = steps.step("ConvertCapture", "convert", failed=failed)
    look_at_conversion = steps.step("LookAtConversion", "look_at_processing", failed=failed, wait=_LOOK_AT_PROCESSING)
    check_data = steps.step("CheckData", "check_data", failed=failed, wait=cdk.Duration.seconds(1))
    start = steps.step("StartJob", "start", failed=failed)
    look = steps.step("LookAtJob", "look", failed=failed, wait=between_looks(longest_hours))
    read = steps.step("ReadResults", "read_results", failed=failed)
    register = steps.step("Register", "register", failed=failed)
    ask = steps.step("AskForApproval", "ask", failed=failed)

    in_order(start_import, look_at_import, check_model, convert, look_at_conversion, check_data, start, look, read)
    gate = sfn.Choice(scope, "Gate").when(sfn.Condition.string_equals("$.gate", "passed"), register.task)
    read.then(gate.otherwise(tell_not_worth_it.task))
    in_order(register, ask)
    ask.then(sfn.Succeed(scope, "WaitsForApproval"))
    return steps.job(config).next(start_import.task)


def between_looks(longest_hours: int) -> cdk.Duration:
    """5 minutes, or longer where a job may take so long that the execution would have too many events."""
    return cdk.Duration.minutes(max(5, -(-longest_hours * 60 // MOST_LOOKS)))
