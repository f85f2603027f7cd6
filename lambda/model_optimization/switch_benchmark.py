"""The endpoint measured before and after a switch, with the same requests."""

import hashlib
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


def start(switch: Switch, clients: Clients, *, subject: str, execution: str) -> Outcome:
    """Start to measure what the endpoint serves now; once in an execution.

    Raises:
        StepFailedError: there is no way to measure it.
    """
    served = clients.sagemaker.describe_endpoint(EndpointName=switch.endpoint)["EndpointConfigName"]
    values: dict[str, Any] = {**switch.workload, "concurrencies": tuple(switch.workload["concurrencies"])}
    try:
        run = benchmark_run.start(
            Target(endpoint=switch.endpoint, revision=served),
            Workload(**values),
            _setup(switch),
            subject=subject,
            clients=_clients(clients),
            attempt=int(hashlib.sha256(execution.encode()).hexdigest()[:8], 16),
        )
    except BenchmarkError as error:
        raise StepFailedError(str(error)) from None
    return done(run=run.as_json())


def look(state: State, clients: Clients) -> Outcome:
    """Whether it is measured; done with the report's place in `measured`.

    Raises:
        StepFailedError: the measurement failed, or its result cannot be read.
    """
    run = Run.from_json(state["run"])
    found = benchmark_run.status(run, clients=_clients(clients))
    if found.state == "running":
        return again()
    if found.state != "completed":
        raise StepFailedError(f"the benchmark {run.name} is {found.state}: {found.reason or 'without a reason'}")
    try:
        report = benchmark_run.read(run, clients=_clients(clients))
    except (BenchmarkError, FormatError) as error:
        raise StepFailedError(f"the benchmark {run.name}: {error}") from None
    place = f"{run.output_uri}report.json"
    store_report(clients.s3, place, report)
    return done(measured={**state.get("measured", {}), run.subject: place})


def compare(job: Job, state: State, s3: Any) -> Outcome:
    """Whether the gate that the head has passed before is passed on the endpoint too.

    Raises:
        StepFailedError: it is not, with the reasons.
    """
    before, after = (load_report(s3, state["measured"][subject]) for subject in ("before", "after"))
    verdict = judge(before, after, gate_of(job))
    if not verdict.passed:
        raise StepFailedError(f"the endpoint did not pass the gate with the head: {'; '.join(verdict.reasons)}")
    return done(**told(verdict))


def _setup(switch: Switch) -> Setup:
    values: dict[str, Any] = dict(switch.setup)
    if "processing" in values:
        values["processing"] = Processing(**values["processing"])
    for name in ("subnets", "security_groups"):
        values[name] = tuple(values.get(name, ()))
    return Setup(**values)


def _clients(clients: Clients) -> benchmark_run.Clients:
    return benchmark_run.Clients(sagemaker=clients.sagemaker, s3=clients.s3)
