"""Which device plugin offers the GPUs of a node: one, and the same one for the node's whole life."""

from collections.abc import Mapping
from typing import Any

import pytest

from groundwork.cluster.charts import Chart, charts_of
from groundwork.cluster.guarded_layouts import custom_layouts, known_layouts
from groundwork.cluster.instance_types import INSTANCE_TYPES
from groundwork.cluster.settings import ClusterSettings
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.manifest import mig_configs
from tests.cluster.sections import read

P5 = {"name": "gpus", "type": "ml.p5.48xlarge", "count": 2, "zone": 1}
G5 = {"name": "small", "type": "ml.g5.8xlarge", "count": 2, "zone": 1}
CUT = {**P5, "mig": {"layout": "all-1g.10gb"}}
OF = {"nvidia-device-plugin": "stand-alone", "gpu-operator": "the operator's"}


def cluster(*groups: dict[str, Any]) -> ClusterSettings:
    return read(instance_groups=[{"name": "system", "type": "ml.m7i.4xlarge", "count": 2}, *groups])


def charts(*groups: dict[str, Any]) -> dict[str, Chart]:
    return {chart.name: chart for chart in charts_of(cluster(*groups), region="us-east-1")}


def affinity_of(chart: Chart) -> Mapping[str, Any]:
    """Of what offers GPUs: the operator runs where its feature discovery does."""
    worker = chart.values["node-feature-discovery"]["worker"] if chart.name == "gpu-operator" else chart.values
    return worker["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]


def admits(affinity: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    def holds(term: Mapping[str, Any]) -> bool:
        assert term["operator"] == "In"
        return labels.get(term["key"]) in term["values"]

    return any(all(map(holds, each["matchExpressions"])) for each in affinity["nodeSelectorTerms"])


def plugins_on(instance_type: str, found: Mapping[str, Chart]) -> list[str]:
    """The plugins on a node, which carries the label of its type from the moment that it joins."""
    labels = {"node.kubernetes.io/instance-type": instance_type}
    return [OF[name] for name, chart in found.items() if name in OF and admits(affinity_of(chart), labels)]


@pytest.mark.parametrize("instance_type", [t.name for t in INSTANCE_TYPES.values() if t.gpus])
def test_a_node_with_gpus_has_one_plugin_also_where_the_cluster_has_both(instance_type: str) -> None:
    expected = ["the operator's"] if instance_type in MIG_INSTANCE_TYPES else ["stand-alone"]
    assert plugins_on(instance_type, charts(P5, G5)) == expected
    assert plugins_on(instance_type, charts({**G5, "type": instance_type})) == expected


@pytest.mark.parametrize("instance_type", [t.name for t in INSTANCE_TYPES.values() if not t.gpus])
def test_a_node_without_gpus_has_none(instance_type: str) -> None:
    assert plugins_on(instance_type, charts(P5, G5)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([P5], [CUT], id="first partitioning"),
        pytest.param([CUT], [P5], id="mig taken away"),
        pytest.param([P5, G5], [CUT, G5], id="first partitioning beside GPUs that cannot be cut"),
        pytest.param([CUT], [{**CUT, "mig": {"layout": "all-3g.40gb"}}], id="another layout"),
    ],
)
def test_no_change_of_a_layout_changes_a_plugin(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    assert charts(*before) == charts(*after)


def test_gpus_of_another_kind_that_come_or_go_leave_the_plugin_of_the_others_as_it_was() -> None:
    both = charts(P5, G5)
    assert charts(P5)["gpu-operator"] == both["gpu-operator"]
    assert charts(G5)["nvidia-device-plugin"] == both["nvidia-device-plugin"]
    assert set(charts(P5)) | {"nvidia-device-plugin"} == set(charts(G5)) | {"gpu-operator"} == set(both)


def test_a_change_between_named_layouts_finds_both_in_the_config_map() -> None:
    names = [mig_configs(known_layouts(cluster(each).instance_groups)).keys() for each in (P5, CUT)]
    assert names[0] == names[1]
    assert {"all-disabled", "all-1g.10gb", "all-3g.40gb"} <= names[0]


def test_the_groups_own_layouts_are_in_the_config_map_beside_the_named_ones() -> None:
    own = cluster({**P5, "mig": {"per_gpu": {"1g.10gb": 3}}}).instance_groups
    assert "mixed-3-1g.10gb" in mig_configs(known_layouts(own))
    assert "mixed-3-1g.10gb" not in mig_configs(known_layouts(cluster(P5).instance_groups))


@pytest.mark.parametrize(
    ("mig", "custom"),
    [
        ({"layout": "all-1g.10gb"}, []),
        ({"layout": "all-disabled"}, []),
        ({"per_gpu": {"1g.10gb": 7}}, []),
        ({"per_gpu": {"1g.10gb": 3}}, ["gpus"]),
        ({"gpus": [{"count": 2, "profiles": {"1g.10gb": 7}}]}, ["gpus"]),
    ],
)
def test_only_layouts_without_a_name_come_with_the_deployment_that_changes_to_them(mig, custom: list[str]) -> None:
    groups = cluster({**P5, "mig": mig}, G5).instance_groups
    assert custom_layouts(groups) == custom
    always = mig_configs(known_layouts(cluster(P5, G5).instance_groups)).keys()
    assert custom == [name for name in ["gpus"] if not (mig_configs(known_layouts(groups)).keys() <= always)]
