"""Validates objects of Kubernetes: Workspace kinds against their CRDs, the others against Kubernetes' own schemas.

The CRDs are data beside the checkout, and not part of it: where the folder is absent, there is nothing to check with.
"""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

CRDS = Path(__file__).parents[3] / "shared" / "reference" / "crds"
KUBERNETES = "1.34"

Schema = dict[str, Any]


def check(manifest: dict[str, Any]) -> None:
    """Fail on an unknown field, a missing one, or one of another form; skip where the schema is not at hand."""
    if manifest["apiVersion"].startswith("workspace.jupyter.org/"):
        check_workspace_kind(manifest)
    else:
        kubernetes_validate = pytest.importorskip("kubernetes_validate")
        kubernetes_validate.validate(copy.deepcopy(manifest), KUBERNETES, strict=True)


def check_workspace_kind(manifest: dict[str, Any]) -> None:
    """The same, for a Workspace or a WorkspaceTemplate."""
    if not CRDS.is_dir():
        pytest.skip("the CRDs are not at hand")
    _validator(manifest["kind"]).validate(manifest)


@cache
def _validator(kind: str) -> jsonschema.Draft202012Validator:
    """Made once for a kind: reading and checking the schema itself takes longer than what it is for."""
    file = CRDS / f"workspace.jupyter.org_{kind.lower()}s.yaml"
    (version,) = YAML(typ="safe").load(file)["spec"]["versions"]
    schema = _strict(version["schema"]["openAPIV3Schema"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _strict(schema: Schema) -> Schema:
    """An API server drops fields that it does not know; here they are an error. Metadata is checked elsewhere."""
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {key: _strict(value) for key, value in schema["properties"].items()}
        if "additionalProperties" not in schema and schema["properties"]:
            result["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = _strict(schema["additionalProperties"])
    if isinstance(schema.get("items"), dict):
        result["items"] = _strict(schema["items"])
    return result
