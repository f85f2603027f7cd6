"""What the functions of a project know of it: `lambda/defect_detection/project.py` reads it."""

from typing import Any

import aws_cdk as cdk
from constructs import Construct

from groundwork.inference.instance_types import HOSTING_TYPES
from groundwork.labeling.defect_ground_truth import Task, built_in_functions
from groundwork.labeling.defect_plan import LABEL_ATTRIBUTE, MASK_ATTRIBUTE, DefectPlan
from groundwork.labeling.defect_roles import DefectRoles
from groundwork.labeling.defect_use import DEFAULT_INSTANCE, BatchInference, EndpointInference

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600
_TASKS: dict[str, tuple[str, Task]] = {
    "classification": (LABEL_ATTRIBUTE, "ImageMultiClass"),
    "segmentation": (MASK_ATTRIBUTE, "SemanticSegmentation"),
}


def project_config(scope: Construct, plan: DefectPlan, *, roles: DefectRoles, topic: str) -> dict[str, Any]:
    """Plain values and tokens.

    Args:
        topic: ARN of the topic that reaches people.
    """
    settings = plan.settings
    return {
        "name": plan.name,
        "endpoint": plan.endpoint,
        "task": settings.task,
        "label_attribute": LABEL_ATTRIBUTE,
        "data": plan.data_uri,
        "key": plan.key.key_arn,
        "topic": topic,
        "labeling": {task: _labeling(scope, plan, roles, task) for task in settings.labels_by_people},
        **({"training": _training(plan, roles), "use": _use(plan)} if settings.training else {}),
    }


def _labeling(scope: Construct, plan: DefectPlan, roles: DefectRoles, task: str) -> dict[str, Any]:
    tasks = plan.settings.tasks
    # Both are there where people label.
    assert tasks
    assert roles.labeling
    attribute, kind = _TASKS[task]
    return {
        "attribute": attribute,
        "team": plan.team,
        "role": roles.labeling.role_arn,
        **built_in_functions(cdk.Stack.of(scope).region, kind),
        "title": tasks.title,
        "description": tasks.description,
        "workers": tasks.workers_per_object,
        "task_seconds": tasks.task_minutes * _MINUTE,
        "available_seconds": tasks.days_available * _DAY,
        "at_once": tasks.most_at_once,
    }


def _training(plan: DefectPlan, roles: DefectRoles) -> dict[str, Any]:
    training = plan.settings.training
    assert training
    assert roles.training
    return {
        "algorithm": training.algorithm,
        "instance": training.instance,
        "volume_gib": training.volume_gib,
        "max_run_seconds": training.max_run_hours * _HOUR,
        "role": roles.training.role_arn,
        "network": {
            "SecurityGroupIds": [plan.security_group.security_group_id],
            "Subnets": [subnet.subnet_id for subnet in plan.subnets],
        },
    }


def _use(plan: DefectPlan) -> dict[str, Any]:
    use = plan.settings.inference
    instance = use.instance if use else DEFAULT_INSTANCE
    found: dict[str, Any] = {
        "kind": use.kind if use else "test",
        "instance": instance,
        "instances": use.instances if use else 1,
    }
    if isinstance(use, BatchInference):
        found["images"] = use.images
    if isinstance(use, EndpointInference):
        found["idle_hours"] = use.idle_hours
    # Types with disks of their own refuse a key.
    return found if HOSTING_TYPES[instance].local_storage else {**found, "volume_key": plan.key.key_arn}
