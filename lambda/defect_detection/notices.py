"""What people are told."""

import json
from collections.abc import Mapping
from typing import Any, cast

from defect_detection.outcome import Outcome, State, done
from defect_detection.project import Project

_SUBJECT, _TEXT = 100, 200_000
"""Most characters of a subject, and of a text: 256 KB is the limit of SNS."""


def finished(project: Project, state: State, sns: Any) -> Outcome:
    """Tell what there is now."""
    counts = state["checked"]["counts"]
    lines = [f"Labels: {counts.get('normal')} normal, {counts.get('anomaly')} anomalies; {counts.get('bad')} left out."]
    lines.append(f"To train with: {state['checked']['train_manifest']}")
    if model := state.get("model"):
        lines.append(f"Model: {model}")
    for name, words in (("tested", "On the held-out pictures"), ("inspected", "On the pictures to inspect")):
        if found := state.get(name):
            lines += [f"{words}: {_said(found['summary'])}", f"  aws s3 cp --recursive {found['report']} report/"]
    if project.use and project.use.images and project.training and not state.get("inspected"):
        lines.append(f"There is no picture to inspect in {project.use.images}")
    if endpoint := state.get("endpoint"):
        assert project.use
        lines.append(f"{endpoint} answers, and is removed when nobody calls it for {project.use.idle_hours} hours.")
    publish(sns, topic=project.topic, subject=f"{project.name}: {_what(project)}", text="\n".join(lines))
    return done()


def failed(project: Project, state: State, sns: Any) -> Outcome:
    """Tell what failed, and what has become of the endpoint."""
    reason = reason_of(state)
    left = "What it has made could not be taken away: look at the endpoint." if state.get("uncleaned") else ""
    text = "\n".join(filter(None, [reason, state.get("now"), left]))
    publish(sns, topic=project.topic, subject=f"{project.name}: it has failed", text=text)
    return done(cause=reason)


def reason_of(state: State) -> str:
    """Why it failed: what a step said, what the data functions said, or the error that broke one."""
    for value in state.values():
        if isinstance(value, dict):
            answer = cast("Mapping[str, Any]", value)
            if answer.get("status") == "failed":
                return str(answer.get("reason"))
    caught: Any = state.get("caught")
    if not caught:
        return str(state.get("why") or state.get("reason") or "no reason was given")
    try:
        return str(json.loads(caught["Cause"])["errorMessage"])
    except (KeyError, TypeError, ValueError):
        return f"{caught.get('Error')}: {caught.get('Cause')}"


def publish(sns: Any, *, topic: str, subject: str, text: str) -> None:
    """Send it, as long as SNS takes it."""
    sns.publish(TopicArn=topic, Subject=subject[:_SUBJECT], Message=text[:_TEXT])


def _what(project: Project) -> str:
    if not project.training:
        return "the pictures are labeled"
    return "the endpoint answers" if project.use and project.use.kind == "endpoint" else "the model has looked"


def _said(found: Mapping[str, Any]) -> str:
    said = f"{found['anomalies']} anomalies in {found['pictures']} pictures, {found['unreadable']} without an answer"
    if test := found.get("test"):
        said += f"; precision {test['precision']}, recall {test['recall']}"
    return said
