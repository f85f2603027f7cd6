"""Which pods are counted against what the nodes take."""

from dataclasses import replace

from groundwork.cluster.pod_budget import refusals_of_pods
from tests.cluster.sections import groups, read


def reasons(*, own_pods: int, **platform: int) -> list[str]:
    settings = read()
    counted = replace(settings.platform, **platform)
    return [r.reason for r in refusals_of_pods(settings.instance_groups, counted, own_pods=own_pods)]


def test_shared_spaces_are_counted_beside_the_pods_of_people() -> None:
    # Two nodes that take 29 each; 6 pods of theirs and 2 of CoreDNS.
    assert reasons(own_pods=48, shared_spaces=2) == []
    (reason,) = reasons(own_pods=48, shared_spaces=3)
    assert reason.startswith("59 pods (6 on each node's behalf, 2 of the system, 3 shared Spaces, 48 of `pods`) for")


def test_trainium_nodes_have_a_device_plugin_and_an_agent() -> None:
    (_, trainium) = read(**groups({"name": "trn", "type": "ml.trn1.32xlarge", "count": 1})).instance_groups
    (system,) = read().instance_groups
    platform = read().platform
    assert platform.on_node_of(trainium) == platform.on_node_of(system) + 3  # and the plugin of EFA
