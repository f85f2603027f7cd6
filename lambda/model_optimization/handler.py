"""Called by the state machines of an EAGLE job, and by EventBridge when a model package changes.

A call does one step and hands the execution's state on, with its `status`: `done`, `again` (the machine waits and asks
once more) or `failed` (with a `reason`).
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from model_optimization import (
    approval,
    notices,
    optimization_job,
    patience,
    processing,
    registration,
    results,
    speculation_proof,
    stack_policy,
    switch,
    switch_benchmark,
    way_back,
)
from model_optimization.clients import Clients, clients
from model_optimization.data_check import check_data
from model_optimization.job import Job, Switch, read_job
from model_optimization.model_check import check_head, check_model
from model_optimization.outcome import Outcome, State, done, run_step

logger = Logger()
Event = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Execution:
    """Which execution asks."""

    name: str
    machine: str
    """ARN of its state machine."""


_Step = Callable[[Job, State, Clients, Execution], Outcome]


@cache
def _clients() -> Clients:
    return clients()


def optimize(event: Event, _context: object) -> dict[str, Any]:
    """A step from the input to a registered head."""
    return _run(_OPTIMIZE, event)


def switch_endpoint(event: Event, _context: object) -> dict[str, Any]:
    """A step from an approved head to an endpoint that serves it, or serves as before."""
    return _run(_SWITCH, event)


def approved(event: Event, _context: object) -> dict[str, str]:
    """Start the switch, if the package that has changed is approved."""
    found = approval.approved(event, _clients(), state_machine=os.environ["STATE_MACHINE"], group=os.environ["GROUP"])
    logger.info("package changed", extra={"package": event["detail"]["ModelPackageArn"], **found})
    return found


def _run(steps: Mapping[str, _Step], event: Event) -> dict[str, Any]:
    job = read_job(event["state"]["job"])
    execution = Execution(name=str(event["execution"]), machine=str(event["machine"]))
    step = steps[event["step"]]
    most_looks = patience.most_looks(event["step"], job.switch) if job.switch and steps is _SWITCH else None
    state = run_step(lambda before: step(job, before, _clients(), execution), event["state"], most_looks=most_looks)
    logger.info(
        event["step"],
        extra={"job": job.name, "execution": execution.name, "status": state["status"], "reason": state.get("reason")},
    )
    return state


def _import(job: Job, _state: State, aws: Clients, _execution: Execution) -> Outcome:
    return processing.start_import(job, job.importing, aws) if job.importing else done(processing=None)


def _convert(job: Job, _state: State, aws: Clients, execution: Execution) -> Outcome:
    if not job.conversion:
        return done(processing=None)
    return processing.start_conversion(job, job.conversion, aws, execution=execution.name)


def _check_model(job: Job, _state: State, aws: Clients, _execution: Execution) -> Outcome:
    found = check_model(aws.s3, job.model, methods=job.methods)
    head = check_head(aws.s3, job.head) if job.head else None
    return done(architecture=found.architecture, model_fingerprint=found.fingerprint, head_fingerprint=head)


def _check_data(job: Job, state: State, aws: Clients, _execution: Execution) -> Outcome:
    return check_data(aws.s3, job.data, state.get("progress")) if job.data else done(data_fingerprint=None)


def _to(job: Job) -> Switch:
    assert job.switch  # the machine that switches is made only then
    return job.switch


def _plan(job: Job, state: State, aws: Clients, execution: Execution) -> Outcome:
    return switch.plan(job, _to(job), state, aws, machine=execution.machine, execution=execution.name)


def _create(job: Job, state: State, aws: Clients, execution: Execution) -> Outcome:
    return switch.create(job, state, aws, machine=execution.machine, execution=execution.name)


def _keep(job: Job, state: State, aws: Clients, _execution: Execution) -> Outcome:
    switch.refuse_unless_served(state, aws.sagemaker)
    stack_policy.protect(_to(job), aws.cloudformation)
    return done()


def _settle(_job: Job, state: State, aws: Clients, _execution: Execution) -> Outcome:
    return switch.settle(state, aws.sagemaker, now_ms=int(time.time() * 1000))


def _measure(subject: str) -> _Step:
    return lambda job, state, aws, execution: switch_benchmark.start(
        _to(job), state, aws, subject=subject, execution=execution.name
    )


_OPTIMIZE: Mapping[str, _Step] = {
    "import": _import,
    "convert": _convert,
    "look_at_processing": lambda _job, state, aws, _execution: processing.look(state, aws),
    "check_model": _check_model,
    "check_data": _check_data,
    "start": lambda job, state, aws, _execution: optimization_job.start(job, state, aws.sagemaker),
    "look": lambda job, state, aws, _execution: optimization_job.look(job, state, aws.sagemaker),
    "read_results": lambda job, state, aws, _execution: results.read(job, state, aws.s3),
    "register": lambda job, state, aws, _execution: registration.register(job, state, aws),
    "ask": lambda job, state, aws, _execution: notices.pending(job, state, aws.sns),
    "tell_not_worth_it": lambda job, state, aws, _execution: notices.not_worth_it(job, state, aws.sns),
    "tell_failure": lambda job, state, aws, _execution: notices.failed(job, state, aws.sns),
}
_SWITCH: Mapping[str, _Step] = {
    "plan": _plan,
    "measure_before": _measure("before"),
    "look_at_benchmark": lambda _job, state, aws, _execution: switch_benchmark.look_at(state, aws),
    "create": _create,
    "update": lambda _job, state, aws, _execution: switch.update(state, aws.sagemaker),
    "settle": _settle,
    "measure_after": _measure("after"),
    "prove": lambda job, state, aws, _execution: speculation_proof.prove(state, aws.logs, log_group=_to(job).log_group),
    "compare": lambda job, state, aws, _execution: switch_benchmark.compare(job, _to(job), state, aws.s3),
    "keep": _keep,
    "tell_kept": lambda job, state, aws, _execution: notices.kept(job, state, aws.sns),
    "go_back": lambda _job, state, aws, _execution: way_back.go_back(state, aws.sagemaker),
    "settle_back": lambda _job, state, aws, _execution: way_back.settle_back(state, aws.sagemaker),
    "reject": lambda _job, state, aws, _execution: way_back.reject(state, aws.sagemaker),
    "tell_not_kept": lambda job, state, aws, _execution: notices.not_kept(job, state, aws.sns),
    "tell_stuck": lambda job, state, aws, _execution: notices.stuck(job, state, aws.sns),
}
