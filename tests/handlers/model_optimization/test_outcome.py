"""What of a step's troubles is passing, what people have to hear of, and what is a defect."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from capture_converter.store import StoreError
from model_optimization.job import Switch
from model_optimization.outcome import MOST_TROUBLES, Outcome, StepFailedError, again, done, run_step
from model_optimization.patience import most_looks


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


def test_a_store_is_busy_where_aws_was_and_otherwise_people_hear_of_it() -> None:
    error = StoreError("s3://example-data/own/: SlowDown")
    error.__cause__ = of_aws("SlowDown")
    assert run_step(step(error), {})["status"] == "again"
    error.__cause__ = of_aws("AccessDenied")
    assert run_step(step(error), {}) == {"status": "failed", "reason": "s3://example-data/own/: SlowDown"}


def test_what_takes_longer_than_it_may_fails_with_what_was_waited_for() -> None:
    state: dict[str, Any] = {"looks": 7, "status": "done"}
    for turn in range(8, 10):
        state = run_step(lambda _: again("the update still runs"), state, most_looks=10)
        assert (state["status"], state["looks"]) == ("again", turn)
    # A busy service is no look.
    assert run_step(step(of_aws("ThrottlingException")), state, most_looks=10)["looks"] == 9
    state = run_step(lambda _: again("the update still runs"), state, most_looks=10)
    assert (state["status"], state["reason"]) == ("failed", "the update still runs, after 10 looks")
    # The next step begins anew.
    assert "looks" not in state


def test_a_measurement_is_waited_for_as_long_as_it_may_take() -> None:
    switch = Switch(endpoint="e", log_group="l", stack="s", resource="r", workload={}, setup={}, benchmark_seconds=7200)
    assert most_looks("look_at_benchmark", switch) == 90
    assert most_looks("create", switch) is None
