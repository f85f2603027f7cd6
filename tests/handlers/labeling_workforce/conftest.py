"""AWS without a workforce, found by the handler as the real one is."""

import time
from typing import Any

import boto3
import pytest

from tests.handlers.labeling_workforce.aws import Aws


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    fake = Aws()
    monkeypatch.setattr(time, "sleep", lambda seconds: None)

    class Session:
        def client(self, service: str, **more: Any) -> Any:
            return fake.connect(service, **more)

    monkeypatch.setattr(boto3, "Session", Session)
    return fake
