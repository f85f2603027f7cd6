"""Called by the state machine of a project, by EventBridge when a labeling job changes, by a schedule, and by CDK's
provider framework when the project leaves.

A call of the state machine does one step and hands the execution's state on, with its `status`: `done`, `again` (the
machine waits and asks once more) or `failed` (with a `reason`).
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from defect_detection import endpoint, idle, labeling_job, marketplace, model, notices, training_job, transform_job
from defect_detection.clients import Clients
from defect_detection.outcome import Outcome, State, done, run_step
from defect_detection.pictures import Pictures, below_prefix, held_out
from defect_detection.project import Project, read_project
from defect_detection.removal import is_removed, is_served_no_more
from defect_detection.report import write_report

logger = Logger()
Event = Mapping[str, Any]
_Step = Callable[[Project, State, Clients], Outcome]


_clients = cache(Clients)


def step(event: Event, _context: object) -> dict[str, Any]:
    """A step from pictures to a model that is used."""
    project = read_project(event["state"]["job"])
    work = _STEPS[event["step"]]
    state = run_step(lambda before: work(project, before, _clients()), event["state"])
    logger.info(
        event["step"],
        extra={
            "project": project.name,
            "execution": event["execution"],
            "status": state["status"],
            "reason": state.get("reason"),
        },
    )
    return state


def wait_for_labels(event: Event, _context: object) -> None:
    """Keep the task's token until the labeling job has ended."""
    state = event["state"]
    project = read_project(state["job"])
    labeling_job.wait(project, state, _clients(), token=event["token"], execution=event["execution"])


def labeling_changed(event: Event, _context: object) -> dict[str, int]:
    """Wake the executions that wait for a labeling job."""
    found = labeling_job.changed(event, _clients(), data=os.environ["DATA"])
    logger.info("labeling job changed", extra={"job": event["resources"][0], **found})
    return found


def remove_idle(_event: Event, _context: object) -> dict[str, str]:
    """Take the endpoint away if nobody calls it."""
    rule = idle.IdleRule(
        endpoint=os.environ["ENDPOINT"], idle_hours=int(os.environ["IDLE_HOURS"]), topic=os.environ["TOPIC"]
    )
    found = idle.remove_idle(rule, _clients(), now=datetime.now(UTC))
    logger.info("looked at the endpoint", extra={"endpoint": rule.endpoint, "found": found})
    return {"found": found}


def _start_labeling(task: str) -> _Step:
    return lambda project, state, aws: labeling_job.start(project, task, state, aws)


def _test_pictures(project: Project, state: State, aws: Clients) -> Pictures:
    return held_out(project, state["checked"]["test_manifest"], aws.s3)


def _check_pictures(project: Project, state: State, aws: Clients) -> Outcome:
    """Whether a transform can look at the held-out pictures: before a model is paid for."""
    _test_pictures(project, state, aws)
    return done()


def _test(project: Project, state: State, aws: Clients) -> Outcome:
    return transform_job.start(project, state, aws, pictures=_test_pictures(project, state, aws))


def _report_test(project: Project, state: State, aws: Clients) -> Outcome:
    return _report("tested", project, state, aws, _test_pictures(project, state, aws))


def _inspect(project: Project, state: State, aws: Clients) -> Outcome:
    assert project.use
    assert project.use.images  # the machine inspects only then
    pictures = below_prefix(project.use.images, aws.s3)
    if not pictures:
        return Outcome(status="nothing")
    # Kept: others may come while the job runs.
    listing = f"{project.data}inspections/{pictures.fingerprint}.json"
    pictures.store(aws.s3, listing)
    started = transform_job.start(project, state, aws, pictures=pictures)
    return done(**started.changes, listing=listing)


def _report_inspection(project: Project, state: State, aws: Clients) -> Outcome:
    return _report("inspected", project, state, aws, Pictures.stored(aws.s3, state["listing"]))


def _report(name: str, project: Project, state: State, aws: Clients, pictures: Pictures) -> Outcome:
    return done(**{name: dict(write_report(project, state, aws, pictures=pictures).changes)})


_STEPS: Mapping[str, _Step] = {
    "check_algorithm": lambda project, _state, aws: marketplace.check(project, aws.sagemaker),
    "label_classes": _start_labeling("classification"),
    "take_classes": lambda _project, state, _aws: labeling_job.take_classes(state),
    "choose_anomalies": lambda project, state, aws: labeling_job.choose_anomalies(project, state, aws.s3),
    "label_masks": _start_labeling("segmentation"),
    "look_at_labels": lambda _project, state, aws: labeling_job.look(state, aws.sagemaker),
    "check_pictures": _check_pictures,
    "train": lambda project, state, aws: training_job.start(project, state, aws),
    "look_at_training": lambda _project, state, aws: training_job.look(state, aws.sagemaker),
    "package": lambda project, state, aws: model.package(project, state, aws.sagemaker),
    "look_at_package": lambda _project, state, aws: model.look_at_package(state, aws.sagemaker),
    "create_model": lambda project, state, aws: model.create(project, state, aws.sagemaker),
    "test": _test,
    "look_at_transform": lambda _project, state, aws: transform_job.look(state, aws.sagemaker),
    "report_test": _report_test,
    "inspect": _inspect,
    "report_inspection": _report_inspection,
    "make_endpoint": lambda project, state, aws: endpoint.make(project, state, aws.sagemaker),
    "look_at_endpoint": lambda _project, state, aws: endpoint.settle(state, aws.sagemaker),
    "try_endpoint": lambda _project, state, aws: endpoint.try_it(state, aws),
    "tell_finished": lambda project, state, aws: notices.finished(project, state, aws.sns),
    "clean_up": lambda _project, state, aws: endpoint.clean_up(state, aws.sagemaker),
    "tell_failure": lambda project, state, aws: notices.failed(project, state, aws.sns),
}


def on_event(event: Event, _context: object) -> dict[str, Any]:
    """Nothing is made by a deployment: the work begins when the project leaves."""
    name = event["ResourceProperties"]["Name"]
    logger.info("project", extra={"request_type": event["RequestType"], "name_of_project": name})
    # By the project: what is given another name is another one, and the old one is removed.
    return {"PhysicalResourceId": f"defects-of-{name}"}


def is_complete(event: Event, _context: object) -> dict[str, bool]:
    """Whether all is ended that the state machine has made: at a deletion everything, and at any time the endpoint of a
    project that has none any more, as nobody looks whether it is called."""
    properties, sagemaker = event["ResourceProperties"], _clients().sagemaker
    if event["RequestType"] == "Delete":
        complete = is_removed(properties, sagemaker)
    else:
        complete = properties["Serves"] == "true" or is_served_no_more(properties, sagemaker)
    logger.info("asked", extra={"complete": complete})
    return {"IsComplete": complete}
