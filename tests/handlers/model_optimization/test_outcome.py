"""What of a step's troubles is passing, what people have to hear of, and what is a defect."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from model_optimization.outcome import MOST_TROUBLES, Outcome, StepFailedError, done, run_step


def step(error: Exception | None = None) -> Any:
    def run(_: Any) -> Outcome:
        if error:
            raise error
        return done(found=1)

    return run


def of_aws(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "x"}}, "DescribeEndpoint")


def test_what_was_said_before_does_not_stay() -> None:
    state = {"status": "again", "reason": "x", "troubles": 3, "kept": 1}
    assert run_step(step(), state) == {"kept": 1, "found": 1, "status": "done", "troubles": 0}


@pytest.mark.parametrize("error", [of_aws("ThrottlingException"), ConnectTimeoutError(endpoint_url="https://x")])
def test_a_busy_service_is_asked_again_but_not_for_ever(error: Exception) -> None:
    state: dict[str, Any] = {}
    for turn in range(1, MOST_TROUBLES + 1):
        state = run_step(step(error), state)
        assert (state["status"], state["troubles"]) == ("again", turn)
    state = run_step(step(error), state)
    assert state["status"] == "failed"
    assert state["reason"].startswith("AWS stayed busy")


def test_what_people_have_to_hear_of_is_a_reason() -> None:
    assert run_step(step(StepFailedError("no head")), {}) == {"status": "failed", "reason": "no head"}


@pytest.mark.parametrize("error", [of_aws("AccessDeniedException"), KeyError("x")])
def test_a_defect_breaks_the_step(error: Exception) -> None:
    with pytest.raises(type(error)):
        run_step(step(error), {})
