"""Other executions of the same state machine."""

from collections.abc import Mapping
from typing import Any


def earlier_ones(states: Any, *, machine: str, execution: str) -> list[str]:
    """Names of those that run and began before this one, so that of two one goes on.

    The list can be some seconds old: one that does not stand there yet counts as the last, and what must not happen
    twice is looked at again when it is about to.

    Args:
        machine: the state machine's ARN.
        execution: this one's name.
    """
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter="RUNNING")
    running: list[Mapping[str, Any]] = [each for page in pages for each in page["executions"]]
    own = next(((each["startDate"], each["name"]) for each in running if each["name"] == execution), None)
    return [
        each["name"]
        for each in running
        if each["name"] != execution and (own is None or (each["startDate"], each["name"]) < own)
    ]
