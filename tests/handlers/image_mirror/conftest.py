"""The function between a registry and an ECR."""

from collections.abc import Iterator

import pytest

from tests.handlers.image_mirror.world import World, running


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A registry with an index of two platforms and their attestations, and an empty repository."""
    with running(monkeypatch) as world:
        yield world
