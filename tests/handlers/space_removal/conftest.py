"""A cluster with two Spaces of a team and one of somebody else's."""

from collections.abc import Iterator

import pytest

from space_removal.kubernetes import Kubernetes
from tests.handlers.space_removal.cluster import OTHER, TOKEN, FakeCluster, serving


@pytest.fixture
def cluster() -> FakeCluster:
    fake = FakeCluster()
    fake.add_space("notes")
    fake.add_space("pairing", owned=False)
    fake.add_space("elsewhere", namespace=OTHER)
    fake.add_template("lab", {"groundwork/spaces-team": "research"})
    fake.add_template("theirs", {})
    return fake


@pytest.fixture
def kubernetes(cluster: FakeCluster) -> Iterator[Kubernetes]:
    with serving(cluster) as endpoint:
        yield Kubernetes(endpoint=endpoint, token=lambda: TOKEN, certificate=None)
