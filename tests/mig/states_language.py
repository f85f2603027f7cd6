"""Runs a state machine's definition: the kinds of states that the change of a layout has, without the waits and the
pauses between attempts."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_STATES = 200


@dataclass
class Execution:
    """How an execution went."""

    passed: list[str] = field(default_factory=list)
    """The states, in their order."""
    status: str = "RUNNING"
    error: str = ""
    cause: str = ""


def execute(
    definition: dict[str, Any],
    data: dict[str, Any],
    *,
    task: Callable[[str, dict[str, Any]], dict[str, Any]],
    on_wait: Callable[[str], None],
) -> Execution:
    """Run it to its end.

    Args:
        task: does a step with the state's data.
        on_wait: called in place of a wait, with the state's name.
    """
    execution, name = Execution(), definition["StartAt"]
    while len(execution.passed) < MOST_STATES:
        state = definition["States"][name]
        execution.passed.append(name)
        match state["Type"]:
            case "Task":
                assert state["Parameters"]["state.$"] == "$"
                try:
                    data = _with_retries(state, lambda state=state, data=data: task(state["Parameters"]["step"], data))
                    name = state["Next"]
                except Exception as error:
                    (catch,) = state["Catch"]
                    assert (catch["ErrorEquals"], catch["ResultPath"]) == (["States.ALL"], "$.caught")
                    cause = json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
                    data = {**data, "caught": {"Error": type(error).__name__, "Cause": cause}}
                    name = catch["Next"]
            case "Choice":
                taken = (c["Next"] for c in state["Choices"] if data[c["Variable"][2:]] == c["StringEquals"])
                name = next(taken, state["Default"])
            case "Wait":
                on_wait(name)
                name = state["Next"]
            case "Succeed":
                execution.status = "SUCCEEDED"
                return execution
            case "Fail":
                value: Any = data
                for part in state["CausePath"][2:].split("."):
                    value = value[part]
                execution.status, execution.error, execution.cause = "FAILED", state["Error"], value
                return execution
    raise AssertionError(f"no end after {MOST_STATES} states: {execution.passed[-6:]}")


def _with_retries(state: dict[str, Any], attempt: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    attempts: dict[int, int] = {}
    while True:
        try:
            return attempt()
        except Exception as error:
            # The first retrier that names the error decides, and counts for itself.
            names = (i for i, each in enumerate(state["Retry"]) if type(error).__name__ in each["ErrorEquals"])
            index = next(names, None)
            if index is None or attempts.get(index, 0) >= state["Retry"][index]["MaxAttempts"]:
                raise
            attempts[index] = attempts.get(index, 0) + 1
