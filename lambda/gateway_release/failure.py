"""What is said of a task that failed."""

from collections.abc import Mapping
from typing import Any

LINES, LINE, TEXT = 20, 200, 2500
"""Of the log: lines, characters of each, and bytes of all. CloudFormation takes an answer of 4 KiB, in which the
framework adds its own."""


class ReleaseFailedError(Exception):
    """The release must not go on; the text says why, in the error of the deployment."""


def reason_of(task: Mapping[str, Any], *, logs: Any, log_group: str) -> str:
    """Why a stopped task failed: what ECS says, and the end of the log of the container that did."""
    failed = [container for container in task["containers"] if container.get("exitCode") != 0]
    said = [f"The release of the gateway failed; the version before keeps serving. {task.get('stoppedReason', '')}"]
    for container in failed:
        code = container.get("exitCode", "none: it did not start")
        said.append(f"{container['name']}: exit code {code}. {container.get('reason', '')}")
    # The one that waits for the other did not start, and has no log.
    for container in (each for each in failed if "exitCode" in each):
        said += _end_of_log(container["name"], task["taskArn"], logs=logs, log_group=log_group)
    first, *rest = (line.strip()[:LINE] for line in said)
    # What comes last is what it died of.
    text = "\n".join(rest).encode()[-TEXT:].decode(errors="ignore")
    return f"{first}\n{text}".strip()


def _end_of_log(container: str, task: str, *, logs: Any, log_group: str) -> list[str]:
    stream = f"{container.lower()}/{container}/{task.rpartition('/')[2]}"
    try:
        events = logs.get_log_events(logGroupName=log_group, logStreamName=stream, limit=LINES, startFromHead=False)
    except logs.exceptions.ResourceNotFoundException:
        return [f"It has no log {stream}."]
    lines = [line for event in events["events"] for line in event["message"].splitlines() if line.strip()]
    return lines[-LINES:]
