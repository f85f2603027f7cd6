"""The check itself finds the mistakes that it is there for."""

import jsonschema
import pytest

from tests.spaces.schemas import check_workspace_kind


@pytest.mark.parametrize(
    "wrong",
    [
        {"idleShutdown": {"enabled": True, "idleShutdownTimeoutMinutes": 30, "detection": {}}},
        {"idleShutdown": {"enabled": True, "idleTimeoutInMinutes": 0, "detection": {}}},
        {"accessType": "Private"},
        {"template": {"name": "lab"}},
    ],
)
def test_what_an_api_server_would_drop_or_refuse_is_found(wrong: dict) -> None:
    manifest = {"apiVersion": "workspace.jupyter.org/v1alpha1", "kind": "Workspace", "spec": {"displayName": "A"}}
    check_workspace_kind(manifest)
    with pytest.raises(jsonschema.ValidationError):
        check_workspace_kind({**manifest, "spec": {"displayName": "A", **wrong}})


def test_the_wrong_names_of_samples_are_found_in_a_template() -> None:
    spec = {"displayName": "A", "defaultImage": "a", "idleShutdownOverrides": {"minTimeoutMinutes": 60}}
    with pytest.raises(jsonschema.ValidationError, match="minTimeoutMinutes"):
        check_workspace_kind(
            {"apiVersion": "workspace.jupyter.org/v1alpha1", "kind": "WorkspaceTemplate", "spec": spec}
        )
