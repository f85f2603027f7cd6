"""The endpoint measured before and after a switch, with the same requests on as many instances.

The gate's concurrency is that of one instance, as an optimization job measures on one: an endpoint of three gets three
times as many requests at once. What was measured while the endpoint changed says nothing of the head, and fails.
"""

import hashlib
from dataclasses import replace
from typing import Any

from model_optimization import benchmark_run
from model_optimization.benchmark_gate import judge
from model_optimization.benchmark_report import FormatError
from model_optimization.benchmark_run import BenchmarkError, Run, Target, Workload
from model_optimization.benchmark_setup import Processing, Setup
from model_optimization.clients import Clients
from model_optimization.job import Job, Switch
from model_optimization.outcome import Outcome, State, StepFailedError, again, done
from model_optimization.results import gate_of, load_report, store_report, told
from model_optimization.served_endpoint import Served, look

_SERVES = {"before": "previous", "after": "config"}
"""By what is measured: where the state has the configuration that serves then."""


def start(switch: Switch, state: State, clients: Clients, *, subject: str, execution: str) -> Outcome:
    """Start to measure what the endpoint serves now; once in an execution.

    Raises:
        StepFailedError: there is no way to measure it, or it serves something else than it should.
    """
    found = _look(state, clients, subject)
    try:
        run = benchmark_run.start(
            Target(endpoint=switch.endpoint, revision=found.config),
            _workload(switch, instances=found.instances),
            _setup(switch),
            subject=subject,
            clients=_clients(clients),
            attempt=int(hashlib.sha256(execution.encode()).hexdigest()[:8], 16),
        )
    except (BenchmarkError, ValueError) as error:
        raise StepFailedError(str(error)) from None
    return done(run=run.as_json(), instances=found.instances)


def look_at(state: State, clients: Clients) -> Outcome:
    """Whether it is measured; done with the report's place, and the number of instances, in `measured`.

    Raises:
        StepFailedError: the measurement failed, its result cannot be read, or the endpoint has changed meanwhile.
    """
    run = Run.from_json(state["run"])
    status = benchmark_run.status(run, clients=_clients(clients))
    if status.state == "running":
        return again(f"the benchmark {run.name} is still under way")
    if status.state != "completed":
        raise StepFailedError(f"the benchmark {run.name} is {status.state}: {status.reason or 'without a reason'}")
    instances = _look(state, clients, run.subject).instances
    if instances != state["instances"]:
        raise StepFailedError(
            f"the endpoint went from {state['instances']} to {instances} instances while it was measured: approve the "
            "package again at an hour when it does not scale"
        )
    try:
        report = benchmark_run.read(run, clients=_clients(clients))
    except (BenchmarkError, FormatError) as error:
        raise StepFailedError(f"the benchmark {run.name}: {error}") from None
    place = f"{run.output_uri}report.json"
    store_report(clients.s3, place, report)
    return done(measured={**state.get("measured", {}), run.subject: {"report": place, "instances": instances}})


def compare(job: Job, switch: Switch, state: State, s3: Any) -> Outcome:
    """Whether the gate that the head has passed before is passed on the endpoint too; where that had a head already,
    the new one only has to be as good as `switch.min_ratio_to_head` says.

    Raises:
        StepFailedError: it is not, with the reasons; or the two measurements cannot be compared.
    """
    before, after = (state["measured"][subject] for subject in ("before", "after"))
    if before["instances"] != after["instances"]:
        raise StepFailedError(
            f"the endpoint was measured with {before['instances']} instances before and {after['instances']} after: "
            "approve the package again at an hour when it does not scale"
        )
    gate = gate_of(job)
    gate = replace(gate, concurrency=gate.concurrency * before["instances"])
    if state["drafted_before"]:
        gate = replace(gate, min_throughput_ratio=switch.min_ratio_to_head)
    verdict = judge(load_report(s3, before["report"]), load_report(s3, after["report"]), gate)
    if not verdict.passed:
        raise StepFailedError(f"the endpoint did not pass the gate with the head: {'; '.join(verdict.reasons)}")
    return done(**told(verdict))


def _look(state: State, clients: Clients, subject: str) -> Served:
    expected = state[_SERVES[subject]]
    found = look(clients.sagemaker, state["endpoint"])
    if not found.free or found.config != expected:
        raise StepFailedError(
            f"somebody else changes {found.name} while it is measured: {expected} was expected, and it serves "
            f"{found.config}"
        )
    return found


def _workload(switch: Switch, *, instances: int) -> Workload:
    values: dict[str, Any] = {
        **switch.workload,
        "concurrencies": tuple(each * instances for each in switch.workload["concurrencies"]),
        "requests": switch.workload["requests"] * instances,
    }
    return Workload(**values)


def _setup(switch: Switch) -> Setup:
    values: dict[str, Any] = dict(switch.setup)
    if "processing" in values:
        values["processing"] = Processing(**values["processing"])
    for name in ("subnets", "security_groups"):
        values[name] = tuple(values.get(name, ()))
    return Setup(**values)


def _clients(clients: Clients) -> benchmark_run.Clients:
    return benchmark_run.Clients(sagemaker=clients.sagemaker, s3=clients.s3)
