"""A data set of any size, checked line by line in calls that are short."""

from typing import Any

import pytest

from model_optimization import data_check
from model_optimization.data_check import check_data
from model_optimization.job import DataSet
from model_optimization.outcome import Outcome, StepFailedError
from tests.handlers.model_optimization.objects_in_s3 import ObjectsInS3

URI = "s3://example-data/own/"
GOOD = b'{"messages": [{"role": "user", "content": "Why?"}]}\n'
BAD = b'{"messages": "Why?"}\n'


def data(*, tolerance: float = 0.0) -> DataSet:
    return DataSet(uri=URI, format="openai_chat", tolerance=tolerance)


def bucket(*files: bytes) -> ObjectsInS3:
    found = ObjectsInS3()
    found.put(URI, **{f"{number:05}__jsonl": body for number, body in enumerate(files)}, notes__txt=b"no data")
    return found


class Clock:
    """Goes on by so many seconds each time that it is read."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_a_good_data_set_passes_and_is_known_by_its_files() -> None:
    found = bucket(GOOD * 2, GOOD)
    outcome = check_data(found.client(), data(), None)
    assert (outcome.status, outcome.changes["data_lines"]) == ("done", 3)
    found.put(URI, **{"00001__jsonl": GOOD * 4})
    again = check_data(found.client(), data(), None)
    assert again.changes["data_fingerprint"] != outcome.changes["data_fingerprint"]


def test_bad_lines_are_named_by_file_and_line_unless_they_are_tolerated() -> None:
    found = bucket(GOOD + BAD, GOOD * 2)
    with pytest.raises(StepFailedError) as error:
        check_data(found.client(), data(tolerance=0.2), None)
    assert "1 of 4 lines in 2 files are bad (25 %; 20 % tolerated)" in str(error.value)
    assert "\n00000.jsonl:2: messages" in str(error.value)
    assert check_data(found.client(), data(tolerance=0.25), None).status == "done"


def test_a_call_ends_when_its_time_is_over_and_the_next_goes_on_with_the_next_file() -> None:
    found = bucket(*[GOOD] * 4, BAD)
    outcomes: list[Outcome] = []
    progress: Any = None
    while not outcomes or outcomes[-1].status == "again":
        clock = Clock(data_check.BUDGET_SECONDS / 2)
        outcomes.append(check_data(found.client(), data(tolerance=0.5), progress, clock=clock))
        progress = outcomes[-1].changes.get("progress")
    assert [outcome.changes["progress"]["lines"] for outcome in outcomes[:-1]] == [3]
    assert (outcomes[-1].changes["data_lines"], len(outcomes)) == (5, 2)


def test_an_empty_data_set_does_not_pass() -> None:
    with pytest.raises(StepFailedError, match="the data set is empty"):
        check_data(bucket().client(), data(tolerance=0.5), None)


def test_a_file_that_no_call_can_finish_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_check, "MOST_FILE_BYTES", 10)
    with pytest.raises(StepFailedError, match="split it"):
        check_data(bucket(GOOD).client(), data(), None)
