"""What an optimization job has written: the head, and its own measurements before and after.

Layout: what AWS's sample shows (03-features/speculative-decoding of
https://github.com/aws-samples/sagemaker-genai-hosting-examples): `draft/`, and in `results/` a file for each state and
number of requests at once. The article names a third state, the head that a job began with, and not its file: what
stands there beside the two is kept as well.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from model_optimization.benchmark_gate import Gate, Verdict, judge
from model_optimization.benchmark_report import FormatError, Report, dump, from_optimization, load
from model_optimization.job import Job
from model_optimization.model_check import check_head, store_of
from model_optimization.objects import read_json, write_json
from model_optimization.outcome import Outcome, State, StepFailedError, done

DRAFT = "draft/"
_RESULT = re.compile(r"results/benchmark_([a-z0-9_]{1,40})_conc(\d{1,4})\.json")
_SUBJECTS = {"no_eagle": "before", "trained_eagle": "after"}


def read(job: Job, state: State, s3: Any) -> Outcome:
    """Compare the states without and with the head, and keep all as reports below `reports/`; done with whether the
    gate lets it `pass`.

    Raises:
        StepFailedError: the head or a measurement is missing, or in a form that is not known.
    """
    output = state["output"]
    check_head(s3, output + DRAFT)
    found: dict[str, dict[int, object]] = {"no_eagle": {}, "trained_eagle": {}}
    for file in store_of(s3, output).list("results/"):
        if named := _RESULT.fullmatch(file.name):
            found.setdefault(named[1], {})[int(named[2])] = read_json(s3, output + file.name)
    try:
        before, after = (from_optimization(found[key], subject=name) for key, name in _SUBJECTS.items())
    except FormatError as error:
        raise StepFailedError(f"{output}results/: {error}") from None
    reports: dict[str, str] = {}
    for report in (before, after, *_others(found)):
        reports[report.subject] = f"{output}reports/{report.subject}.json"
        store_report(s3, reports[report.subject], report)
    # Whether its files count failed requests is not documented: those that do not are taken all the same.
    verdict = judge(before, after, replace(gate_of(job), failures_counted=False))
    return done(**told(verdict), reports=reports)


def _others(found: dict[str, dict[int, object]]) -> Iterator[Report]:
    """Of states that the gate does not look at, such as the head that a job began with."""
    for name in sorted(found.keys() - _SUBJECTS.keys()):
        with suppress(FormatError):
            yield from_optimization(found[name], subject=name.replace("_", "-"))


def gate_of(job: Job) -> Gate:
    """What the environment file asks for."""
    values: dict[str, Any] = dict(job.gate)
    return Gate(**values)


def told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the state has it."""
    ratios = {name: round(value, 4) for name, value in verdict.ratios.items() if value is not None}
    return {"gate": "passed" if verdict.passed else "not_passed", "ratios": ratios, "reasons": list(verdict.reasons)}


def store_report(s3: Any, uri: str, report: Report) -> None:
    """Keep a report for the page of plots and for people."""
    write_json(s3, uri, json.loads(dump(report)))


def load_report(s3: Any, uri: str) -> Report:
    """Read what `store_report` has kept.

    Raises:
        StepFailedError: it is gone, or something else.
    """
    try:
        return load(json.dumps(read_json(s3, uri)))
    except FormatError as error:
        raise StepFailedError(f"{uri}: {error}") from None
