"""Platforms with a cluster, for the tests."""

import json
from pathlib import Path

from constructs import Construct

from groundwork.environment import Environment
from groundwork.images import ImageLock
from groundwork.yaml_document import read_yaml
from stacks.platform import PlatformStage
from tests.spaces.section import LOCK as SPACES_LOCK

_EXAMPLES = Path(__file__).parents[2] / "environments" / "examples"
FILES = {
    "rl-rollouts": _EXAMPLES / "unlocked" / "rl-rollouts.yaml",
    "partitions": _EXAMPLES / "cluster-partitions.yaml",
}
LOCK: ImageLock = {
    **SPACES_LOCK,
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/mooncake-efa:0.3.12": "sha256:" + "a" * 64,
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/rollouts:1.0": "sha256:" + "c" * 64,
    "public.ecr.aws/hpc-cloud/nccl-tests:cuda13.0.2-efa1.48.0-ofiv1.19.0-ncclv2.30.4-1-testsv2.18.3": "sha256:"
    + "b" * 64,
}
"""Digests for the tests, of nothing that exists."""


def platform(scope: Construct, file: Path) -> PlatformStage:
    """The stage of an environment file, with digests that the shipped lock does not have."""
    content = json.dumps(read_yaml(file).content, default=str)
    environment = Environment.model_validate_json(content, context={"image_lock": LOCK})
    return PlatformStage(scope, environment=environment, image_lock=LOCK)
