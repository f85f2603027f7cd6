"""A platform with a cluster, for the tests: foundation, network and cluster."""

import json
from pathlib import Path

from constructs import Construct

from groundwork.cluster.settings import ClusterSettings
from groundwork.environment import Environment
from groundwork.foundation.data_key import DataKey
from groundwork.images import ImageLock
from groundwork.yaml_document import read_yaml
from stacks.cluster import ClusterStack
from stacks.platform import PlatformStage

FOLDER = Path(__file__).parent
LOCK: ImageLock = {
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/mooncake-efa:0.3.12": "sha256:" + "a" * 64,
    "public.ecr.aws/hpc-cloud/nccl-tests:cuda13.0.2-efa1.48.0-ofiv1.19.0-ncclv2.30.4-1-testsv2.18.3": "sha256:"
    + "b" * 64,
}
"""Digests for the tests, of nothing that exists."""


class ClusterPlatform(PlatformStage):
    """Foundation and network as they are, and the cluster's stack on them."""

    cluster: ClusterStack

    def __init__(
        self, scope: Construct, *, environment: Environment, settings: ClusterSettings, image_lock: ImageLock
    ) -> None:
        super().__init__(scope, environment=environment, image_lock=image_lock)
        assert self.network
        assert environment.network
        self.cluster = ClusterStack(
            self,
            "Cluster",
            environment=environment,
            settings=settings,
            network=self.network.network,
            network_settings=environment.network,
            efa_group=self.network.efa.security_group if self.network.efa else None,
            key=DataKey(self.foundation, "ClusterKey", domain="artifacts", keep=environment.keep_data).key,
            operations_key=self.foundation.operations_key.key,
            access_logs=self.foundation.access_logs.bucket,
            image_lock=image_lock,
        )
        self._found(self.cluster)


def platform(scope: Construct, file: Path) -> ClusterPlatform:
    """The platform that a file describes: an environment with a `cluster` section beside its own."""
    content = json.loads(json.dumps(read_yaml(file).content, default=str))
    settings = ClusterSettings.model_validate_json(json.dumps(content.pop("cluster")))
    environment = Environment.model_validate_json(json.dumps(content))
    return ClusterPlatform(scope, environment=environment, settings=settings, image_lock=LOCK)
