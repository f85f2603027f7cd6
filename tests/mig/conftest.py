"""What the tests of a layout change share."""

from collections.abc import Iterator

import pytest

from mig_layout_change import steps
from tests.mig.kubernetes_on_loopback import FakeKubernetes, serving
from tests.mig.layout_world import World


@pytest.fixture
def world() -> Iterator[World]:
    fake = FakeKubernetes()
    with serving(fake) as kubernetes:
        yield World(fake, kubernetes)


@pytest.fixture
def soon_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BUSY_SECONDS", -1)
    monkeypatch.setattr(steps, "DRAIN_SECONDS", -1)
    monkeypatch.setattr(steps, "SETTLE_SECONDS", -1)
