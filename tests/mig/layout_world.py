"""A cluster whose layout is changed: the template's own definition, run with the real steps against an API server on
loopback."""

from collections.abc import Callable
from typing import Any

from mig_layout_change.kubernetes import Kubernetes
from mig_layout_change.steps import Cluster, run
from tests.mig.hyperpod import NAME, FakeHyperPod
from tests.mig.kubernetes_on_loopback import FakeKubernetes
from tests.mig.layout_app import definition
from tests.mig.states_language import Execution, execute

OLD, NEW = "all-1g.10gb", "all-3g.40gb"
OLD_RESOURCES, NEW_RESOURCES = {"nvidia.com/mig-1g.10gb": 56}, {"nvidia.com/mig-3g.40gb": 16}
# As a custom resource hands it on: CloudFormation makes texts of numbers.
INPUT = {"group": "gpus", "layout": NEW, "resources": {"nvidia.com/mig-3g.40gb": "16"}}


class World:
    """A cluster with three nodes of a group and one of another, and SageMaker."""

    def __init__(self, fake: FakeKubernetes, kubernetes: Kubernetes) -> None:
        self.fake, self.hyperpod = fake, FakeHyperPod(layout=OLD)
        self.cluster = Cluster(name=NAME, kubernetes=kubernetes, sagemaker=self.hyperpod.client())
        for index in range(3):
            fake.add_node(f"node-{index}", "gpus", OLD, OLD_RESOURCES)
        fake.add_node("other", "others", OLD, OLD_RESOURCES)
        self.waits: list[str] = []

    def change(
        self, on_wait: Callable[[str], None] | None = None, *, nodes_settle: bool = True, **given: Any
    ) -> Execution:
        def waited(name: str) -> None:
            self.waits.append(name)
            if name == "WaitForNodes" and nodes_settle:
                self.settle()
            if on_wait:
                on_wait(name)

        return execute(
            definition(),
            {**INPUT, **given},
            task=lambda step, state: run({"step": step, "state": state}, self.cluster),
            on_wait=waited,
        )

    def settle(self) -> None:
        """First the labels change, while the state is still that of before; then the nodes are partitioned."""
        assert len(self.waits) < 20
        assert self.hyperpod.layout == NEW
        for index in range(3):
            if self.fake.nodes[f"node-{index}"]["metadata"]["labels"]["nvidia.com/mig.config"] == OLD:
                self.fake.label(f"node-{index}", NEW)
            else:
                self.fake.partition(f"node-{index}", NEW, NEW_RESOURCES)
