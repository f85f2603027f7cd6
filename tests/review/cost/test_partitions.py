"""What a GPU partition costs."""

from pathlib import Path

import pytest

from groundwork.mig.cost import layout_cost
from groundwork.mig.geometry import MIG_INSTANCE_TYPES
from groundwork.mig.layouts import NodeLayout
from review.cost.accelerators import gpus_of
from review.cost.partitions import partition_costs
from tests.review.assembly_on_disk import resource
from tests.review.cost.month_of import month_of

USD = 80.0


@pytest.mark.parametrize("name", MIG_INSTANCE_TYPES)
def test_the_gpus_of_a_type_are_those_of_the_constructs(name: str) -> None:
    known = MIG_INSTANCE_TYPES[name]
    found = gpus_of(name)
    assert (found.count, found.memory_gb) == (known.gpus, known.gpu.memory_gb)


@pytest.mark.parametrize("name", MIG_INSTANCE_TYPES)
@pytest.mark.parametrize("cut", [{0: 7}, {0: 2, 2: 1, 3: 1}, {1: 4}, {5: 1}])
def test_a_partition_costs_what_the_constructs_say(name: str, cut: dict[int, int]) -> None:
    kind = MIG_INSTANCE_TYPES[name]
    layout = NodeLayout.of([{kind.gpu.profiles[at].name: count for at, count in cut.items()}] * kind.gpus)
    known = {p.profile: p.usd_per_hour for p in layout_cost(kind, layout, usd_per_hour=USD).partitions}
    found = partition_costs(layout.resources, name, USD)
    assert {profile.removeprefix("nvidia.com/mig-"): usd for profile, usd in found.items()} == pytest.approx(known)
    assert sum(layout.resources[each] * usd for each, usd in found.items()) == pytest.approx(USD)


def test_whole_gpus_cost_their_share_of_the_node() -> None:
    found = partition_costs({"nvidia.com/gpu": 4, "nvidia.com/mig-1g.10gb": 28}, "ml.p5.48xlarge", USD)
    assert found == pytest.approx({"nvidia.com/gpu": 10, "nvidia.com/mig-1g.10gb": 40 / 28})


def test_the_partitions_of_a_cluster_take_the_price_of_their_group(tmp_path: Path) -> None:
    group = {"InstanceGroupName": "slices", "InstanceType": "ml.p5.48xlarge", "InstanceCount": 1}
    unknown = {"InstanceGroupName": "new", "InstanceType": "ml.p6-b300.48xlarge", "InstanceCount": 1}
    layouts = {
        "slices": {"Layout": "all-1g.10gb", "Resources": {"nvidia.com/mig-1g.10gb": 56}},
        "new": {"Layout": "all-1g.34gb", "Resources": {"nvidia.com/mig-1g.34gb": 56}},
    }
    month = month_of(
        tmp_path,
        {
            "It": resource("AWS::SageMaker::Cluster", InstanceGroups=[group, unknown]),
            "Layouts": resource("Custom::MigLayouts", Layouts=layouts),
        },
    )
    found = {each.profile: each.usd_per_hour for each in month.partitions}
    assert found == {"1g.10gb": pytest.approx(63.296 / 56), "1g.34gb": None}
