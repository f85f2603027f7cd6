"""An S3 of its own for each test, behind one client."""

import time
from typing import Any

import botocore.endpoint
import pytest

from labeling_data import handler
from labeling_data.objects import Objects
from tests.labeling_data.data_app import DataTemplate, synthesize
from tests.labeling_data.s3 import OWN, S3


class Clock:
    """The time that a call of Lambda has."""

    def __init__(self, calls: int = 1_000_000) -> None:
        """
        Args:
            calls: how many questions are answered with time enough.
        """
        self._calls = calls

    def get_remaining_time_in_millis(self) -> int:
        """As Lambda's context."""
        self._calls -= 1
        return 800_000 if self._calls >= 0 else 1_000


@pytest.fixture(scope="session")
def _shared() -> tuple[S3, Any]:
    s3 = S3()
    return s3, s3.client()


@pytest.fixture
def s3(_shared: tuple[S3, Any], monkeypatch: pytest.MonkeyPatch) -> S3:
    """Empty, and found by the handlers."""
    s3, client = _shared
    fresh = S3()
    s3.__dict__.update(fresh.__dict__)
    monkeypatch.setattr(handler, "_objects", lambda: Objects(s3=client, bucket=OWN))
    # What the SDK waits before it asks again.
    monkeypatch.setattr(botocore.endpoint, "time", _NoWait())
    return s3


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> DataTemplate:
    """The bucket and the functions, synthesized once."""
    return synthesize(tmp_path_factory.mktemp("data"))


class _NoWait:
    time = staticmethod(time.time)

    @staticmethod
    def sleep(seconds: float) -> None: ...
