"""The state machine that gives an approved head to an endpoint, and takes it away unless it proves itself there."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from groundwork.optimization.steps import Steps, in_order

LOOK = cdk.Duration.minutes(2)
"""Between two looks at what takes long; lambda/model_optimization/patience.py counts them."""
_SEEN = cdk.Duration.minutes(2)
"""Until SageMaker tells of an update that has begun: what it answers can be some seconds old."""
TIMEOUT_HOURS = 48
"""Of an execution beside its two measurements: waiting for another one, updates, proof, and the way back."""


def switch_steps(
    scope: Construct, *, function: lambda_.IFunction, call_timeout: cdk.Duration, config: Mapping[str, Any]
) -> sfn.IChainable:
    """Measure, update, verify, prove, measure again, keep. The input names the `package`.

    What fails before the update leaves the endpoint as it is, and the package approved. After it, the endpoint goes
    back to the configuration from before, and the package is rejected. The execution then fails. Where the way back
    fails, people are told that the endpoint may still have the head.

    Args:
        config: what the functions know of the job.
    """
    steps = Steps(scope, function=function, call_timeout=call_timeout)
    failure = sfn.Fail(scope, "NotKept", error="NotKept", cause_path="$.cause")
    untold = sfn.Fail(scope, "NotKeptUntold", error="NotKept", cause="Nobody could be told: see the states.")
    tell = steps.step("TellNotKept", "tell_not_kept", failed=untold)
    tell.then(failure)
    unchanged = tell.task
    stuck_untold = sfn.Fail(scope, "StuckUntold", error="Stuck", cause="Look at the endpoint; nobody could be told.")
    tell_stuck = steps.step("TellStuck", "tell_stuck", failed=stuck_untold)
    tell_stuck.then(sfn.Fail(scope, "Stuck", error="Stuck", cause_path="$.cause"))
    stuck: Mapping[str, Any] = {"failed": tell_stuck.task, "caught": "stuck", "wait": LOOK}

    def wait(name: str) -> sfn.Wait:
        return sfn.Wait(scope, name, time=sfn.WaitTime.duration(_SEEN))

    reject = steps.step("Reject", "reject", failed=unchanged)
    settle_back = steps.step("VerifyOldConfiguration", "settle_back", **stuck)
    go_back = steps.step("GoBack", "go_back", **stuck)
    go_back.then(settle_back.after(wait("UntilWayBackIsSeen")))
    in_order(settle_back, reject)
    reject.then(tell)
    back = go_back.after(wait("UntilUpdateIsSeen"))

    served = sfn.Succeed(scope, "ServesItAlready")
    plan = steps.step("Plan", "plan", failed=unchanged, wait=LOOK, others={"already": served})
    before = steps.step("MeasureBefore", "measure_before", failed=unchanged)
    look_before = steps.step("LookAtMeasurementBefore", "look_at_benchmark", failed=unchanged, wait=LOOK)
    create = steps.step("CreateModel", "create", failed=unchanged)
    update = steps.step("UpdateEndpoint", "update", failed=back, wait=LOOK)
    settle = steps.step("VerifyConfiguration", "settle", failed=back, wait=LOOK)
    after = steps.step("MeasureAfter", "measure_after", failed=back)
    look_after = steps.step("LookAtMeasurementAfter", "look_at_benchmark", failed=back, wait=LOOK)
    prove = steps.step("ProveSpeculation", "prove", failed=back, wait=LOOK)
    compare = steps.step("Compare", "compare", failed=back)
    keep = steps.step("Keep", "keep", failed=back)
    kept_untold = sfn.Fail(scope, "KeptUntold", error="KeptUntold", cause="It is served, and nobody could be told.")
    told = steps.step("TellKept", "tell_kept", failed=kept_untold)
    in_order(plan, before, look_before, create, update)
    update.then(settle.after(wait("UntilSeen")))
    in_order(settle, after, look_after, prove, compare, keep, told)
    told.then(sfn.Succeed(scope, "Kept"))
    return steps.job(config).next(plan.task)
