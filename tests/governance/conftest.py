"""The template of the shipped example whose teams have quotas."""

import pytest

from tests.cluster.template import Template


@pytest.fixture(scope="session")
def partitions_template(stack) -> Template:
    return Template(stack("Partitions", "Cluster").template)
