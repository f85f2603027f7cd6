"""The objects of Kubernetes that teams, templates and Spaces become.

Field names are those of the CRDs `workspace.jupyter.org/v1alpha1`
(https://github.com/jupyter-infra/jupyter-k8s, config/crd/bases). AWS's own samples have others, which an API server
drops without a word: it is `idleTimeoutInMinutes` and `minIdleTimeoutInMinutes`.
"""

from typing import Any

from groundwork.images import ImageLock
from groundwork.spaces import names
from groundwork.spaces.team_settings import SharedSpaceSettings, TeamSettings
from groundwork.spaces.template_settings import IdleShutdown, Range, TemplateSettings

Manifest = dict[str, Any]

GROUP_VERSION = "workspace.jupyter.org/v1alpha1"
DEFAULT_LABEL = "workspace.jupyter.org/default-template"
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"
PRIORITY_LABEL = "kueue.x-k8s.io/priority-class"
TEAM_LABEL = "groundwork/spaces-team"
_ENTRY_POINTS = {
    app: f"/opt/amazon/sagemaker/workspace/bin/entrypoint-workspace-{app}" for app in ("jupyterlab", "code-editor")
}
_GPU = "nvidia.com/gpu"


def group_of(team: str) -> str:
    """The group of Kubernetes that a team's people are in."""
    return f"groundwork:spaces:{team}"


def namespace_objects(team: TeamSettings) -> list[Manifest]:
    """A team's namespace. Nothing for a team with a quota: task governance makes its namespace, for other work too."""
    if team.quota:
        return []
    namespace = team.namespace_name
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": namespace,
                # The pods of the add-on do not meet `restricted`: they change the owner of a volume.
                "labels": {TEAM_LABEL: team.name, "pod-security.kubernetes.io/enforce": "baseline"},
            },
        },
    ]


def account_objects(team: TeamSettings) -> list[Manifest]:
    """The account of the namespace that pods have by themselves, without a token for the API of the cluster."""
    if team.quota:
        return []
    metadata = {"name": "default", "namespace": team.namespace_name, "labels": {TEAM_LABEL: team.name}}
    return [{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}]


def log_reader_objects(team: TeamSettings) -> list[Manifest]:
    """A team's people may read the logs of their Spaces, which the access policy for Spaces does not give.

    They may not forward ports: that would open the Space of somebody else past its sign-in.
    """
    name = "groundwork-space-logs"
    metadata = {"name": name, "namespace": team.namespace_name, "labels": {TEAM_LABEL: team.name}}
    rbac = "rbac.authorization.k8s.io"
    return [
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "Role",
            "metadata": metadata,
            "rules": [{"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}],
        },
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "RoleBinding",
            "metadata": dict(metadata),
            "roleRef": {"apiGroup": rbac, "kind": "Role", "name": name},
            "subjects": [{"apiGroup": rbac, "kind": "Group", "name": group_of(team.name)}],
        },
    ]


def volume_class(key_arn: str) -> Manifest:
    """A class for the volumes of Spaces, encrypted with a key; they are made in the zone of the node."""
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": names.VOLUME_CLASS},
        "provisioner": "ebs.csi.aws.com",
        "parameters": {
            "type": "gp3",
            "csi.storage.k8s.io/fstype": "ext4",
            "encrypted": "true",
            "kmsKeyId": key_arn,
        },
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
        "allowVolumeExpansion": True,
    }


def workspace_template(
    template: TemplateSettings, *, team: TeamSettings, image_lock: ImageLock, storage_class: str
) -> Manifest:
    """A template as one team has it, in the team's namespace: nobody in the team may change it there.

    Raises:
        KeyError: the lock has no digest for one of its images.
    """
    metadata: Manifest = {"name": template.name, "namespace": team.namespace_name, "labels": {TEAM_LABEL: team.name}}
    if team.templates[0] == template.name:
        metadata["labels"][DEFAULT_LABEL] = "true"
    images = [image.pinned(image_lock) for image in template.images]
    access = "Public" if template.ownership == "shared" else "OwnerOnly"
    queue = queue_labels(template, team=team)
    spec: Manifest = {
        "displayName": template.display_name,
        "description": template.description or template.display_name,
        "appType": template.app,
        "defaultImage": images[0],
        "allowedImages": images,
        "allowCustomImages": False,
        "allowCustomInitContainers": False,
        "allowSecondaryStorages": template.more_volumes,
        "defaultResources": _resources(template),
        "resourceBounds": {"resources": _bounds(template)},
        "primaryStorage": {
            "defaultSize": f"{template.storage.gib}Gi",
            "minSize": f"{template.storage.min}Gi",
            "maxSize": f"{template.storage.max}Gi",
            "defaultStorageClassName": storage_class,
            "defaultMountPath": names.HOME,
        },
        "defaultContainerConfig": {"command": [_ENTRY_POINTS[template.app]]},
        "defaultPodSecurityContext": {"fsGroup": names.HOME_GROUP},
        "defaultOwnershipType": access,
        "defaultAccessType": access,
        "defaultAccessStrategy": {"name": names.ACCESS_STRATEGY, "namespace": names.NAMESPACE},
        **_idle_shutdown(template.idle_shutdown),
    }
    if tolerations := _tolerations(template):
        spec["defaultTolerations"] = tolerations
    if template.node_labels:
        spec["defaultNodeSelector"] = dict(template.node_labels)
    if queue:
        spec["baseLabels"] = [{"key": key, "value": value} for key, value in queue.items()]
        spec["labelRequirements"] = [
            {"key": key, "regex": f"^{value}$", "required": True} for key, value in queue.items()
        ]
    if template.environment:
        spec["baseEnv"] = [{"name": name, "value": value} for name, value in template.environment.items()]
    if template.lifecycle_script:
        command = ["/bin/bash", "-c", template.lifecycle_script]
        spec["defaultLifecycle"] = {"postStart": {"exec": {"command": command}}}
    return {"apiVersion": GROUP_VERSION, "kind": "WorkspaceTemplate", "metadata": metadata, "spec": spec}


def shared_workspace(space: SharedSpaceSettings, *, team: TeamSettings, template: TemplateSettings) -> Manifest:
    """A Space that belongs to nobody: everybody in the team opens, stops and starts it."""
    namespace = team.namespace_name
    labels = {TEAM_LABEL: team.name, **queue_labels(template, team=team)}
    return {
        "apiVersion": GROUP_VERSION,
        "kind": "Workspace",
        "metadata": {"name": space.name, "namespace": namespace, "labels": labels},
        "spec": {
            "displayName": space.display_name,
            "ownershipType": "Public",
            "accessType": "Public",
            "templateRef": {"name": template.name, "namespace": namespace},
        },
    }


def queue_labels(template: TemplateSettings, *, team: TeamSettings) -> dict[str, str]:
    """What makes a Space wait for the team's share of the cluster. Nothing for a team without a quota."""
    labels = {QUEUE_LABEL: team.queue} if team.queue else {}
    if team.queue and template.priority:
        labels[PRIORITY_LABEL] = names.priority_class(template.priority)
    return labels


def _resources(template: TemplateSettings) -> Manifest:
    """Requests and limits are the same: a notebook that borrows memory from the node dies without a word."""
    given = template.resources
    amounts = {"cpu": str(given.vcpus), "memory": f"{given.memory_gib}Gi"}
    if given.gpus:
        amounts[_GPU] = str(given.gpus)
    if template.mig:
        amounts[template.mig.resource] = str(template.mig.count)
    return {"requests": amounts, "limits": dict(amounts)}


def _tolerations(template: TemplateSettings) -> list[Manifest]:
    on_gpus = template.resources.gpus or template.bounds.gpus or template.mig
    keys = dict.fromkeys([*([_GPU] if on_gpus else []), *template.tolerated_taints])
    return [{"key": key, "operator": "Exists"} for key in keys]


def _bounds(template: TemplateSettings) -> Manifest:
    """Bounds for everything that there is: what has none, somebody could ask for without limit."""
    given, bounds = template.resources, template.bounds
    found = {
        "cpu": _range(bounds.vcpus, given.vcpus),
        "memory": _range(bounds.memory_gib, given.memory_gib, unit="Gi"),
        _GPU: _range(bounds.gpus, given.gpus),
    }
    if mig := template.mig:
        found[mig.resource] = {"min": str(mig.count), "max": str(mig.max or mig.count)}
    return found


def _range(bounds: Range | None, default: int, *, unit: str = "") -> Manifest:
    low, high = (bounds.min, bounds.max) if bounds else (default, default)
    return {"min": f"{low}{unit}", "max": f"{high}{unit}"}


def _idle_shutdown(settings: IdleShutdown | None) -> Manifest:
    if settings is None:
        return {}
    overrides: Manifest = {"allow": settings.override is not None}
    if settings.override:
        overrides["minIdleTimeoutInMinutes"] = settings.override.min
        overrides["maxIdleTimeoutInMinutes"] = settings.override.max
    detection = {"httpGet": {"path": "/api/idle", "port": names.PORT, "scheme": "HTTP"}}
    return {
        "defaultIdleShutdown": {"enabled": True, "idleTimeoutInMinutes": settings.minutes, "detection": detection},
        "idleShutdownOverrides": overrides,
    }
