"""What HyperPod itself may do inside of the Kubernetes cluster: check nodes, restart jobs, patch.

The same rights as those of the sub-charts `deep-health-check`, `job-auto-restart`, `hyperpod-patching` and
`health-monitoring-agent` of https://github.com/aws/sagemaker-hyperpod-cli (Apache-2.0, read 2026-11-23), whose names
HyperPod looks for.
"""

from collections.abc import Sequence
from typing import Any

from groundwork.cluster.health_agent import NAMESPACE

_API = "rbac.authorization.k8s.io"
_HYPERPOD = {"kind": "User", "name": "hyperpod-service-linked-role", "apiGroup": _API}
_DEEP_CHECK = "deep-health-check-service-account"


def service_role_manifests() -> list[dict[str, Any]]:
    """The namespace of HyperPod's own pods, and the rights."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            # Its pods read the kernel's log and open the accelerators: no lesser level lets them.
            "metadata": {
                "name": NAMESPACE,
                "labels": {"name": NAMESPACE, "pod-security.kubernetes.io/enforce": "privileged"},
            },
        },
        *(_account(name) for name in (_DEEP_CHECK, "job-auto-restart")),
        *_bound(
            f"{_DEEP_CHECK}-role",
            _account_subject(_DEEP_CHECK),
            [_rule("", "nodes", verbs="get list"), _rule("", "pods", verbs="get list patch")],
            binding=f"{_DEEP_CHECK}-role-binding",
        ),
        *_bound("job-auto-restart", _HYPERPOD, _JOB_AUTO_RESTART),
        *_bound(
            "hyperpod-patching",
            _HYPERPOD,
            [
                _rule("", "pods", verbs="list"),
                _rule("", "pods/eviction", verbs="create"),
                _rule("", "nodes", verbs="list get patch"),
            ],
        ),
        *_bound(
            "health-monitoring-agent",
            _account_subject("health-monitoring-agent"),
            [
                _rule("", "nodes", verbs="get"),
                _rule("", "nodes nodes/status", verbs="patch"),
                _rule(" events.k8s.io", "events", verbs="create patch update"),
            ],
        ),
    ]


def _rule(groups: str, resources: str, *, verbs: str) -> dict[str, Any]:
    return {"apiGroups": groups.split(" "), "resources": resources.split(), "verbs": verbs.split()}


_JOB_AUTO_RESTART = [
    _rule("", "nodes nodes/status pods pods/status", verbs="get list watch"),
    _rule("", "pods", verbs="delete deletecollection"),
    _rule("", "nodes nodes/status", verbs="patch"),
    _rule(" events.k8s.io", "events", verbs="create"),
    _rule("kubeflow.org", "pytorchjobs pytorchjobs/status", verbs="get list watch delete patch update describe"),
    _rule("coordination.k8s.io", "leases", verbs="get create update delete"),
]


def _account(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": NAMESPACE}}


def _account_subject(name: str) -> dict[str, str]:
    return {"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}


def _bound(
    name: str, subject: dict[str, str], rules: Sequence[dict[str, Any]], *, binding: str | None = None
) -> list[dict[str, Any]]:
    api_version = f"{_API}/v1"
    return [
        {"apiVersion": api_version, "kind": "ClusterRole", "metadata": {"name": name}, "rules": list(rules)},
        {
            "apiVersion": api_version,
            "kind": "ClusterRoleBinding",
            "metadata": {"name": binding or name},
            "roleRef": {"apiGroup": _API, "kind": "ClusterRole", "name": name},
            "subjects": [subject],
        },
    ]
