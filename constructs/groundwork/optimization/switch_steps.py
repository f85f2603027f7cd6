"""The state machine that gives an approved head to an endpoint, and takes it away unless it proves itself there."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.optimization.steps import Steps, in_order

_MINUTE = cdk.Duration.minutes(1)


def switch_steps(
    scope: Construct, *, function: lambda_.IFunction, call_timeout: cdk.Duration, config: Mapping[str, Any]
) -> sfn.IChainable:
    """Measure, update, verify, prove, measure again, keep. The input names the `package`.

    What fails before the update leaves the endpoint as it is, and the package approved. After it, the endpoint goes
    back to the configuration from before, and the package is rejected. The execution then fails.

    Args:
        config: what the functions know of the job.
    """
    steps = Steps(scope, function=function, call_timeout=call_timeout)
    failure = sfn.Fail(scope, "NotKept", error="NotKept", cause_path="$.cause")
    untold = sfn.Fail(scope, "NotKeptUntold", error="NotKept", cause="Nobody could be told: see the states.")
    tell = steps.step("TellNotKept", "tell_not_kept", failed=untold)
    tell.then(failure)
    unchanged = tell.task

    reject = steps.step("Reject", "reject", failed=unchanged)
    settle_back = steps.step("VerifyOldConfiguration", "settle_back", failed=unchanged, wait=_MINUTE)
    go_back = steps.step("GoBack", "go_back", failed=unchanged, wait=_MINUTE)
    in_order(go_back, settle_back, reject)
    reject.then(tell)
    back = go_back.task

    served = sfn.Succeed(scope, "ServesItAlready")
    plan = steps.step("Plan", "plan", failed=unchanged, wait=_MINUTE, others={"already": served})
    before = steps.step("MeasureBefore", "measure_before", failed=unchanged)
    look_before = steps.step("LookAtMeasurementBefore", "look_at_benchmark", failed=unchanged, wait=_MINUTE)
    create = steps.step("CreateModel", "create", failed=unchanged)
    update = steps.step("UpdateEndpoint", "update", failed=back, wait=_MINUTE)
    settle = steps.step("VerifyConfiguration", "settle", failed=back, wait=_MINUTE)
    after = steps.step("MeasureAfter", "measure_after", failed=back)
    look_after = steps.step("LookAtMeasurementAfter", "look_at_benchmark", failed=back, wait=_MINUTE)
    prove = steps.step("ProveSpeculation", "prove", failed=back, wait=_MINUTE)
    compare = steps.step("Compare", "compare", failed=back)
    keep = steps.step("Keep", "keep", failed=back)
    kept_untold = sfn.Fail(scope, "KeptUntold", error="KeptUntold", cause="It is served, and nobody could be told.")
    told = steps.step("TellKept", "tell_kept", failed=kept_untold)
    in_order(plan, before, look_before, create, update, settle, after, look_after, prove, compare, keep, told)
    told.then(sfn.Succeed(scope, "Kept"))
    return steps.job(config).next(plan.task)
