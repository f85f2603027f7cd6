"""The templates as a whole: what they are made of is of its schema, and a change of theirs is seen.

A changed snapshot is read line by line, and the commit says why it changed.
"""

from typing import Any

import pytest

from tests.policy.test_cfn_lint import lint
from tests.snapshots.conftest import normalised, snapshot_json
from tests.spaces.schemas import check
from tests.spaces.templates import SpacesTemplate

Platforms = dict[str, SpacesTemplate]
__all__ = ["normalised", "snapshot_json"]  # fixtures: a template is normalised in one place


@pytest.mark.parametrize("name", ["web", "mig"])
def test_every_object_that_is_applied_is_of_its_schema(spaces: Platforms, name: str) -> None:
    applied = [manifest for objects in spaces[name].manifests().values() for manifest in objects]
    assert len(applied) > 8
    for manifest in applied:
        check(manifest)


@pytest.mark.parametrize("name", ["web", "mig"])
def test_template(spaces: Platforms, normalised: Any, snapshot_json: Any, name: str) -> None:
    """Of the shipped examples whose images nobody has pinned yet; tests/snapshots has the others."""
    assert normalised(spaces[name].template) == snapshot_json


@pytest.mark.parametrize("name", ["web", "old"])
def test_cfn_lint_passes(spaces: Platforms, name: str) -> None:
    assert lint("eu-central-1", spaces[name].source) == []
