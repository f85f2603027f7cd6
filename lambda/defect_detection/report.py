"""From the files of a batch transform to a report: summary.json, results.csv, and a page with the anomalies.

The pictures of the page are copied beside it. So one `aws s3 cp --recursive` brings a folder that opens without a
network, whoever has it may look at it, and no link in it expires.
"""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from defect_detection.clients import WORKERS, Clients
from defect_detection.contact_sheet import contact_sheet
from defect_detection.objects import below, split, write
from defect_detection.outcome import Outcome, State, StepFailedError, done
from defect_detection.pictures import Pictures
from defect_detection.project import Project
from defect_detection.verdicts import Verdict, VerdictError, read_verdict, summary, table

MOST_SHOWN = 200
"""Anomalies on the page; all are in the table."""


def write_report(project: Project, state: State, clients: Clients, *, pictures: Pictures) -> Outcome:
    """Read the answers, store the report; done with `report` (an S3 prefix) and `summary`.

    Raises:
        StepFailedError: there is not one answer.
    """
    output, report = state["output"], f"{project.data}reports/{state['transform_job']}/"
    verdicts, unreadable = _read(clients.s3, output, pictures)
    if not verdicts:
        raise StepFailedError(f"{output} has no answer of the model; the first: {next(iter(unreadable.items()))}")
    found = summary(verdicts, unreadable=unreadable)
    anomalies = sorted((each for each in verdicts if each.anomalous), key=lambda each: (-each.confidence, each.picture))
    shown = {_file(number, each): each for number, each in enumerate(anomalies[:MOST_SHOWN], start=1)}
    _copy(clients.s3, shown, report)
    page = contact_sheet(
        shown, name=project.name, model=state["model"], found=found, left_out=len(anomalies) - len(shown)
    )
    write(clients.s3, f"{report}results.csv", table(verdicts), kind="text/csv")
    write(clients.s3, f"{report}index.html", page, kind="text/html; charset=utf-8")
    # Last: where it is, all is.
    write(clients.s3, f"{report}summary.json", json.dumps(found, indent=1, sort_keys=True), kind="application/json")
    counts = {name: value for name, value in found.items() if name != "reasons"}
    return done(report=report, summary=counts)


def _read(s3: Any, output: str, pictures: Pictures) -> tuple[list[Verdict], dict[str, str]]:
    bucket, prefix = split(output)
    answers = _answers(output, s3, pictures)

    def read(name: str) -> Verdict | tuple[str, str]:
        picture = pictures.prefix + name
        if name not in answers:
            return picture, "there is no answer"
        body = s3.get_object(Bucket=bucket, Key=prefix + answers[name])["Body"].read()
        try:
            return read_verdict(body, picture=picture, truth=pictures.truth.get(name))
        except VerdictError as error:
            return picture, str(error)

    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(read, pictures.names))
    verdicts = [each for each in found if isinstance(each, Verdict)]
    return verdicts, dict(each for each in found if not isinstance(each, Verdict))


def _answers(output: str, s3: Any, pictures: Pictures) -> dict[str, str]:
    """The file with the answer for each picture. For a manifest it is not documented whether the picture's folders are
    kept: a file without them counts where only one picture has that name."""
    there = {each.name for each in below(s3, output)}
    alone = Counter(_file_name(name) for name in pictures.names)
    found: dict[str, str] = {}
    for name in pictures.names:
        for answer in (f"{name}.out", f"{_file_name(name)}.out" if alone[_file_name(name)] == 1 else ""):
            if answer in there:
                found.setdefault(name, answer)
    return found


def _file_name(name: str) -> str:
    return name.rpartition("/")[2]


def _copy(s3: Any, shown: dict[str, Verdict], report: str) -> None:
    bucket, prefix = split(report)

    def copy(each: tuple[str, Verdict]) -> None:
        source, key = split(each[1].picture)
        s3.copy_object(Bucket=bucket, Key=prefix + each[0], CopySource={"Bucket": source, "Key": key})

    with ThreadPoolExecutor(WORKERS) as pool:
        # All of them, so that an error is raised here.
        list(pool.map(copy, shown.items()))


def _file(number: int, verdict: Verdict) -> str:
    # Names may repeat in different folders, and may hold what an address cannot.
    return f"images/{number:04d}.{verdict.picture.rpartition('.')[2].lower()}"
