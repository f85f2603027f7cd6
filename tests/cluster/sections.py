"""The smallest `cluster` section, and what tests change in it."""

import json
from copy import deepcopy
from typing import Any

from groundwork.cluster.settings import ClusterSettings

ADMINS = ["arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"]
SYSTEM = {"name": "system", "type": "ml.m7i.4xlarge", "count": 2}
GPU = {"name": "gpu", "type": "ml.p5en.48xlarge", "count": 2, "zone": "use1-az4"}
LEAST: dict[str, Any] = {
    "kubernetes": {"as_of": "2026-11-23"},
    "access": {"admins": ADMINS, "break_glass": "arn:aws:iam::111122223333:role/break-glass"},
    "instance_groups": [SYSTEM],
}


def read(**changes: Any) -> ClusterSettings:
    return ClusterSettings.model_validate_json(json.dumps({**deepcopy(LEAST), **changes}))


def groups(*more: dict[str, Any]) -> dict[str, Any]:
    return {"instance_groups": [SYSTEM, *more]}


PLAN = "arn:aws:sagemaker:us-east-1:111122223333:training-plan/p"
