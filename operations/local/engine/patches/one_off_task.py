"""ECS: without a container runtime a task of RunTask stays RUNNING for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from operations.local.engine.patches.support import SCRATCH_STACK, expect, handlers
from operations.local.engine.task_outcomes import OUTCOMES, Outcome

RUNS_FOR = timedelta(seconds=0.5)
"""Whoever watches a task sees it run first."""

_STOPPED = ("Essential container in task exited", "EssentialContainerExited")


def apply() -> None:
    """Walk a one-off task to its end when somebody asks for it; a service's tasks keep running."""
    ecs: Any = import_module("ministack.services.ecs")
    look: Callable[..., None] = ecs._maybe_mark_stopped

    def patched(task: dict[str, Any], *docker: Any) -> None:
        look(task, *docker)
        if ecs._get_docker() or task["lastStatus"] != "RUNNING" or task["group"].startswith("service:"):
            return
        if datetime.now(UTC) - datetime.fromisoformat(task["startedAt"]) >= RUNS_FOR:
            _end(ecs, task)

    ecs._maybe_mark_stopped = patched


def _end(ecs: Any, task: dict[str, Any]) -> None:
    definitions = ecs._task_defs[ecs._resolve_td_key(task["taskDefinitionArn"])]["containerDefinitions"]
    states = {container["name"]: container for container in task["containers"]}
    for definition in _in_order(definitions):
        # One whose predecessor has failed never starts, and so never ends: it has no exit code.
        if all(states[other["containerName"]]["exitCode"] == 0 for other in definition.get("dependsOn", ())):
            outcome = OUTCOMES.of(definition["name"])
            states[definition["name"]]["exitCode"] = outcome.exit_code
            _log(ecs, definition, task, outcome)
    ecs._mark_task_stopped(task["taskArn"], task, *_STOPPED)


def _in_order(definitions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each after those that it waits for."""
    ordered: list[dict[str, Any]] = []
    while len(ordered) < len(definitions):
        done = {definition["name"] for definition in ordered}
        ready = [
            definition
            for definition in definitions
            if definition["name"] not in done
            and all(other["containerName"] in done for other in definition.get("dependsOn", ()))
        ]
        if not ready:
            raise ValueError("containers wait for each other")
        ordered += ready
    return ordered


def _log(ecs: Any, definition: dict[str, Any], task: dict[str, Any], outcome: Outcome) -> None:
    responses: Any = import_module("ministack.core.responses")
    task_id = task["taskArn"].rpartition("/")[2]
    config = ecs._awslogs_config(definition, task_id, task_id.replace("-", ""))
    if config is None:
        return
    with responses.request_scope(responses.get_account_id(), config["region"] or responses.get_region()):
        if ecs._ensure_awslogs_stream(config):
            for line in outcome.log:
                ecs._emit_awslogs_event(config, line)


def check() -> None:
    """A task runs, then ends as it was told; what waits for a failed container has no exit code."""
    ecs: Any = import_module("ministack.services.ecs")
    logs: Any = import_module("ministack.services.cloudwatch_logs")
    options = {"awslogs-group": SCRATCH_STACK, "awslogs-stream-prefix": "a", "awslogs-create-group": "true"}
    first = {"Name": "first", "LogConfiguration": {"LogDriver": "awslogs", "Options": options}}
    second = {"Name": "second", "DependsOn": [{"ContainerName": "first", "Condition": "SUCCESS"}]}
    properties: dict[str, Any] = {"ContainerDefinitions": [second, first]}
    definition, _ = handlers()["AWS::ECS::TaskDefinition"]["create"]("Task", properties, SCRATCH_STACK)
    before = OUTCOMES.document()
    OUTCOMES.replace({"first": {"exit_code": 3, "log": ["no table"]}})
    try:
        _, _, _ = ecs._run_task({"taskDefinition": definition})
        (task,) = ecs._tasks.values()
        ecs._maybe_mark_stopped(task)
        expect(task["lastStatus"] == "RUNNING", "it has ended before anybody could see it")
        task["startedAt"] = (datetime.now(UTC) - RUNS_FOR).isoformat()
        ecs._maybe_mark_stopped(task)
        codes = {container["name"]: container["exitCode"] for container in task["containers"]}
        streams: dict[str, Any] = logs._log_groups[SCRATCH_STACK]["streams"]
        expect(task["lastStatus"] == "STOPPED" and codes == {"first": 3, "second": None}, f"it ended with {codes}")
        expect(list(streams) == [f"a/first/{task['taskArn'].rpartition('/')[2]}"], f"its logs are {list(streams)}")
        expect("no table" in str(streams), "the line is not in the log")
    finally:
        OUTCOMES.replace(before)
        ecs._tasks.clear()
        ecs._clusters.pop("default", None)
        ecs._task_defs.clear()
        logs._log_groups.pop(SCRATCH_STACK, None)
