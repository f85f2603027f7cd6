"""The one place where a template is stripped of what changes without meaning."""

import json
import re

import pytest
from syrupy.extensions.json import JSONSnapshotExtension

_ASSET_HASH = re.compile(r"(?<!sha256:)\b[0-9a-f]{64}\b")


@pytest.fixture
def snapshot_json(snapshot):
    """A snapshot in a JSON file of its own."""
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.fixture(scope="session")
def normalised():
    """Take hashes of assets and the check of the bootstrap version out of a template."""

    def run(template: dict) -> dict:
        template = json.loads(_ASSET_HASH.sub("<asset>", json.dumps(template)))
        template.get("Parameters", {}).pop("BootstrapVersion", None)
        template.get("Rules", {}).pop("CheckBootstrapVersion", None)
        return {key: value for key, value in template.items() if value}

    return run
