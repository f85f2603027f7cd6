"""What the change of a layout may do in Kubernetes."""

from typing import Any

GROUP = "groundwork:mig-layout-change"
"""The Kubernetes group that the function's role is put into."""
_NAME = "groundwork-mig-layout-change"


def layout_access() -> list[dict[str, Any]]:
    """A role for nodes and evictions, bound to the group. It reads pods, and cannot delete or create any."""
    rules = [
        {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list", "patch"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["pods/eviction"], "verbs": ["create"]},
    ]
    api = "rbac.authorization.k8s.io"
    return [
        {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": _NAME}, "rules": rules},
        {
            "apiVersion": f"{api}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": _NAME},
            "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": _NAME},
            "subjects": [{"apiGroup": api, "kind": "Group", "name": GROUP}],
        },
    ]
