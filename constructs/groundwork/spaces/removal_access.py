"""What the removal of Spaces may do in Kubernetes."""

from typing import Any

from groundwork.spaces.manifests import Manifest
from groundwork.spaces.names import INGRESS

GROUP = "groundwork:space-removal"
"""The Kubernetes group that the function's role is put into."""
_NAME = "groundwork-space-removal"
_API = "rbac.authorization.k8s.io"


def namespace_rights(namespace: str) -> list[Manifest]:
    """In the namespace of a team: to end its Spaces and templates, and to see which volume belongs to which Space. It
    can make and change none.
    """
    rules = [
        {
            "apiGroups": ["workspace.jupyter.org"],
            "resources": ["workspaces", "workspacetemplates"],
            "verbs": ["delete", "list"],
        },
        {"apiGroups": [""], "resources": ["persistentvolumeclaims"], "verbs": ["list"]},
    ]
    return _granted("Role", rules, {"name": _NAME, "namespace": namespace})


def cluster_rights(*, web_ui: bool) -> list[Manifest]:
    """Volumes are in no namespace: to mark them, to tell them to stay, and to see where they are attached. It cannot
    delete any.

    Args:
        web_ui: whether there is a web page, whose Ingress it may delete: by its name, as the namespace is the add-on's
            and not there yet.
    """
    rules: list[dict[str, Any]] = [
        {"apiGroups": [""], "resources": ["persistentvolumes"], "verbs": ["list", "patch"]},
        {"apiGroups": ["storage.k8s.io"], "resources": ["volumeattachments"], "verbs": ["list"]},
    ]
    if web_ui:
        networking = {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"]}
        rules += [{**networking, "verbs": ["list"]}, {**networking, "resourceNames": [INGRESS], "verbs": ["delete"]}]
    return _granted("ClusterRole", rules, {"name": _NAME})


def _granted(kind: str, rules: list[dict[str, Any]], metadata: dict[str, str]) -> list[Manifest]:
    return [
        {"apiVersion": f"{_API}/v1", "kind": kind, "metadata": metadata, "rules": rules},
        {
            "apiVersion": f"{_API}/v1",
            "kind": f"{kind}Binding",
            "metadata": dict(metadata),
            "roleRef": {"apiGroup": _API, "kind": kind, "name": _NAME},
            "subjects": [{"apiGroup": _API, "kind": "Group", "name": GROUP}],
        },
    ]
