"""Names that the add-on, its charts and task governance fix.

Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/operator-install.html and customization.html beside it;
https://github.com/jupyter-infra/jupyter-k8s-aws, charts/aws-hyperpod (read 2026-11-23).
"""

ADDON = "amazon-sagemaker-spaces"
NAMESPACE = "jupyter-k8s-system"
"""Where the add-on, its templates and its access strategy live."""
SHARED_NAMESPACE = "jupyter-k8s-shared"
"""Where the operator looks for templates that any namespace may use. The documents say that the add-on's own are
there; version 0.2.0 keeps them in `jupyter-k8s-system`."""
CONTROLLER_ACCOUNT = "jupyter-k8s-controller-manager"
ROUTER_ACCOUNT = "jupyter-k8s-authmiddleware"
SPACES_ADMINISTRATORS = "cluster-workspace-admin"
"""A group of Kubernetes whose members change and delete the Spaces of others. The add-on's web hook refuses that to
everybody else, whatever rights they have: https://github.com/jupyter-infra/jupyter-k8s, dist/chart/values.yaml and
internal/webhook/v1alpha1/workspace_webhook.go."""
INGRESS = "traefik-alb"
"""Of the web page: charts/aws-hyperpod/templates/traefik/ingress.yaml."""
ACCESS_STRATEGY = "hyperpod-access-strategy"
STORAGE_CLASS = "sagemaker-spaces-default-storage-class"
"""The add-on's own: encrypted with the key that the account has for volumes."""
VOLUME_CLASS = "groundwork-spaces"
"""Ours: encrypted with the environment's key."""
HOME = "/home/sagemaker-user"
"""The home of SageMaker Distribution's user, where the volume is mounted."""
HOME_GROUP = 1000
"""The group of that user: the volume belongs to it."""
PORT = 8888
"""Where JupyterLab and Code Editor answer."""

SYSTEM_TOLERATION = {
    "key": "sagemaker.amazonaws.com/node-health-status",
    "operator": "Equal",
    "value": "Unschedulable",
    "effect": "NoSchedule",
}
"""HyperPod taints a node with it while the health of the node is checked; what the cluster itself needs bears it."""


def governed_namespace(team: str) -> str:
    """The namespace that task governance makes for a team with a compute quota."""
    return f"hyperpod-ns-{team}"


def local_queue(team: str) -> str:
    """The queue of that namespace."""
    return f"{governed_namespace(team)}-localqueue"


def priority_class(name: str) -> str:
    """The class that a priority of the scheduler's configuration becomes."""
    return f"{name}-priority"


def longest_space_name(namespace: str) -> int:
    """How long the name of a Space may be where it has a web page: its host is `<name>-<namespace in base 32>`, one
    label of DNS with 63 characters at most.
    """
    return 63 - 1 - -(-8 * len(namespace) // 5)
