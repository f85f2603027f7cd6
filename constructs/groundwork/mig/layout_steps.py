"""The state machine that changes the layout of an instance group: drain first."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

_LOOK_AGAIN = cdk.Duration.seconds(15)
# What a later attempt may better: the API server or AWS was busy, or could not be reached.
_PASSING = ["ApiServerError", "ClientError"]


def layout_steps(scope: Construct, *, function: lambda_.IFunction) -> sfn.IChainable:
    """Wait until the cluster takes a change; cordon, drain, change the group's label, wait until the nodes offer the
    partitions and the cluster takes the next change, uncordon.

    The input names `group`, `layout` and `resources` (what each node then offers). What fails between the cordon and
    the change of the label ends with the nodes uncordoned; after it they stay cordoned, as nobody knows what they
    offer.

    Args:
        function: does one step, and hands on the state.
    """

    def step(name: str, step: str) -> tasks.LambdaInvoke:
        task = tasks.LambdaInvoke(
            scope,
            name,
            lambda_function=function,
            payload=sfn.TaskInput.from_object({"step": step, "state": sfn.JsonPath.entire_payload}),
            payload_response_only=True,
            task_timeout=sfn.Timeout.duration(cdk.Duration.minutes(5)),
        )
        task.add_retry(errors=_PASSING, interval=cdk.Duration.seconds(2), max_attempts=5, backoff_rate=2)
        return task

    def again(name: str, task: tasks.LambdaInvoke) -> sfn.Wait:
        wait = sfn.Wait(scope, name, time=sfn.WaitTime.duration(_LOOK_AGAIN))
        wait.next(task)
        return wait

    look, cordon, drain = step("Look", "look"), step("Cordon", "cordon"), step("Drain", "drain")
    update, settle = step("ChangeLabel", "update"), step("LookAtNodes", "settle")
    uncordon = step("Uncordon", "uncordon")
    too_late = _failed(scope, "NotChanged", error="NotChanged", cause="$.reason")
    broken = _failed(scope, "Broken", error="Broken", cause="$.caught.Cause")
    not_partitioned = _failed(scope, "NotPartitioned", error="NotPartitioned", cause="$.reason")
    give_up, give_up_broken = step("UncordonUnchanged", "uncordon"), step("UncordonAfterError", "uncordon")
    give_up.next(too_late)
    give_up_broken.next(broken)
    for task in (cordon, drain, update):
        task.add_catch(give_up_broken, result_path="$.caught")
    for task in (look, settle, uncordon, give_up, give_up_broken):
        task.add_catch(broken, result_path="$.caught")

    look.next(
        sfn.Choice(scope, "AnythingToChange")
        .when(sfn.Condition.string_equals("$.status", "unchanged"), settle)
        .when(sfn.Condition.string_equals("$.status", "change"), cordon)
        .when(sfn.Condition.string_equals("$.status", "late"), too_late)
        .otherwise(again("WaitForService", look))
    )
    cordon.next(drain)
    drain.next(_choice(scope, "Drained", done=update, late=give_up, wait=again("WaitForPods", drain)))
    update.next(_choice(scope, "LabelChanged", done=settle, late=give_up, wait=again("WaitForCluster", update)))
    settle.next(_choice(scope, "Partitioned", done=uncordon, late=not_partitioned, wait=again("WaitForNodes", settle)))
    uncordon.next(sfn.Succeed(scope, "Changed"))
    return look


def _choice(
    scope: Construct, name: str, *, done: sfn.IChainable, late: sfn.IChainable, wait: sfn.IChainable
) -> sfn.Choice:
    return (
        sfn.Choice(scope, name)
        .when(sfn.Condition.string_equals("$.status", "done"), done)
        .when(sfn.Condition.string_equals("$.status", "late"), late)
        .otherwise(wait)
    )


def _failed(scope: Construct, name: str, *, error: str, cause: str) -> sfn.Fail:
    return sfn.Fail(scope, name, error=error, cause_path=cause)
