"""Called by the state machines of an EAGLE job, and by EventBridge when a model package changes.

A call does one step and hands the execution's state on, with its `status`: `done`, `again` (the machine waits and asks
once more) or `failed` (with a `reason`).
"""

import os
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from model_optimization import (
    approval,
    notices,
    optimization_job,
    processing,
    registration,
    results,
    speculation_proof,
    stack_policy,
    switch,
    switch_benchmark,
)
from model_optimization.clients import Clients, clients
from model_optimization.data_check import check_data
from model_optimization.job import Job, Switch, read_job
from model_optimization.model_check import check_head, check_model
from model_optimization.outcome import Outcome, State, done, run_step

logger = Logger()
Event = Mapping[str, Any]
_Step = Callable[[Job, State, Clients, str], Outcome]


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
    step, execution = steps[event["step"]], str(event["execution"])
    state = run_step(lambda before: step(job, before, _clients(), execution), event["state"])
    logger.info(
        event["step"],
        extra={"job": job.name, "execution": execution, "status": state["status"], "reason": state.get("reason")},
    )
    return state


def _import(job: Job, _state: State, aws: Clients, _execution: str) -> Outcome:
    return processing.start_import(job, job.importing, aws) if job.importing else done(processing=None)


def _convert(job: Job, _state: State, aws: Clients, execution: str) -> Outcome:
    if not job.conversion:
        return done(processing=None)
    return processing.start_conversion(job, job.conversion, aws, execution=execution)


def _check_model(job: Job, _state: State, aws: Clients, _execution: str) -> Outcome:
    found = check_model(aws.s3, job.model, methods=job.methods)
    head = check_head(aws.s3, job.head) if job.head else None
    return done(architecture=found.architecture, model_fingerprint=found.fingerprint, head_fingerprint=head)


def _check_data(job: Job, state: State, aws: Clients, _execution: str) -> Outcome:
    return check_data(aws.s3, job.data, state.get("progress")) if job.data else done(data_fingerprint=None)


def _to(job: Job) -> Switch:
    assert job.switch  # the machine that switches is made only then
    return job.switch


def _keep(job: Job, _state: State, aws: Clients, _execution: str) -> Outcome:
    stack_policy.protect(_to(job), aws.cloudformation)
    return done()


def _update(name: str) -> _Step:
    return lambda _job, state, aws, _execution: switch.update(
        state, aws.sagemaker, wanted=state[name], now_ms=int(time.time() * 1000)
    )


def _settle(name: str) -> _Step:
    return lambda _job, state, aws, _execution: switch.settle(state, aws.sagemaker, wanted=state[name])


def _measure(subject: str) -> _Step:
    return lambda job, _state, aws, execution: switch_benchmark.start(
        _to(job), aws, subject=subject, execution=execution
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
    "plan": lambda job, state, aws, _execution: switch.plan(job, _to(job), state, aws.sagemaker),
    "measure_before": _measure("before"),
    "look_at_benchmark": lambda _job, state, aws, _execution: switch_benchmark.look(state, aws),
    "create": lambda _job, state, aws, _execution: switch.create(state, aws.sagemaker),
    "update": _update("config"),
    "settle": _settle("config"),
    "measure_after": _measure("after"),
    "prove": lambda job, state, aws, _execution: speculation_proof.prove(state, aws.logs, log_group=_to(job).log_group),
    "compare": lambda job, state, aws, _execution: switch_benchmark.compare(job, state, aws.s3),
    "keep": _keep,
    "tell_kept": lambda job, state, aws, _execution: notices.kept(job, state, aws.sns),
    "go_back": lambda _job, state, aws, _execution: switch.go_back(state, aws.sagemaker),
    "settle_back": _settle("previous"),
    "reject": lambda _job, state, aws, _execution: switch.reject(state, aws.sagemaker),
    "tell_not_kept": lambda job, state, aws, _execution: notices.not_kept(job, state, aws.sns),
}
